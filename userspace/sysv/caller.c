// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The kernel copies, as it would in System V's own calls, and says if it cannot.
 * Where a filter forbids that there is no way to be so careful.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "caller.h"

typedef ssize_t (*copy_function)(pid_t pid, const struct iovec *local,
				 unsigned long local_count,
				 const struct iovec *remote,
				 unsigned long remote_count,
				 unsigned long flags);

static int copy(copy_function function, void *ours, void *theirs, size_t size)
{
	const struct iovec local = { .iov_base = ours, .iov_len = size };
	const struct iovec remote = { .iov_base = theirs, .iov_len = size };
	const int saved_errno = errno;
	/* By the process's id, nothing can be had once its main thread is gone. */
	const ssize_t done = function(gettid(), &local, 1, &remote, 1, 0);
	const int error = done < 0 ? errno : EFAULT;

	errno = saved_errno;
	return done == (ssize_t)size ? 0 : -error;
}

static bool is_forbidden(int error)
{
	return error == -EPERM || error == -EACCES || error == -ENOSYS;
}

int caller_read(void *to, const void *from, size_t size)
{
	const int error = copy(process_vm_readv, to, (void *)from, size);

	if (!is_forbidden(error))
		return error;
	memcpy(to, from, size);
	return 0;
}

int caller_write(void *to, const void *from, size_t size)
{
	const int error = copy(process_vm_writev, (void *)from, to, size);

	if (!is_forbidden(error))
		return error;
	memcpy(to, from, size);
	return 0;
}
