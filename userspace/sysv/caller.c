// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The kernel copies, as it would in System V's own calls, and says if it cannot.
 * Where a filter forbids that there is no way to be so careful.
 */
#include <errno.h>
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
	const ssize_t done = function(getpid(), &local, 1, &remote, 1, 0);
	const int error = done < 0 ? errno : 0;

	errno = saved_errno;
	if (done == (ssize_t)size)
		return 0;
	return !error || error == EFAULT ? -EFAULT : -error;
}

int caller_read(void *to, const void *from, size_t size)
{
	const int error = copy(process_vm_readv, to, (void *)from, size);

	if (!error || error == -EFAULT)
		return error;
	memcpy(to, from, size);
	return 0;
}

int caller_write(void *to, const void *from, size_t size)
{
	const int error = copy(process_vm_writev, (void *)from, to, size);

	if (!error || error == -EFAULT)
		return error;
	memcpy(to, from, size);
	return 0;
}
