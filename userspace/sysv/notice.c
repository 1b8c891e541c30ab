// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <linux/shmregion.h>

#include "notice.h"

static const char *const consequences[] = {
	[NOTICE_NONE] =
		"; no System V shared memory (SHMREGION_FALLBACK=1 passes calls on to the kernel's own)\n",
	[NOTICE_LOST] =
		"; the program has closed it, and can have no more shared memory\n",
	[NOTICE_KERNEL] = "; using the kernel's own System V shared memory\n",
};

/* To write into a pipe that nobody reads would kill the program. */
static bool can_be_written(int fd)
{
	/* Large enough for a struct timespec, whatever the kernel's is. */
	static const long long no_time[2];
	struct pollfd poll = { .fd = fd, .events = POLLOUT };

	if (syscall(SYS_ppoll, &poll, 1, no_time, NULL, 0) < 0)
		return false;
	return !(poll.revents & (POLLERR | POLLNVAL));
}

void notice_device_trouble(int error, enum notice notice)
{
	static atomic_flag said = ATOMIC_FLAG_INIT;
	const char *const words[] = {
		"libshmregion-sysv: cannot open /dev/" SHMREGION_DEVICE_NAME
		": ",
		strerrordesc_np(error),
		error == ENOENT || error == ENXIO || error == ENODEV ?
			" (is the module loaded?)" :
			"",
		consequences[notice],
	};
	struct iovec parts[sizeof(words) / sizeof(*words)];

	if (atomic_flag_test_and_set(&said) || !can_be_written(STDERR_FILENO))
		return;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		parts[i].iov_base = (void *)words[i];
		parts[i].iov_len = strlen(words[i]);
	}
	syscall(SYS_writev, STDERR_FILENO, parts,
		sizeof(words) / sizeof(*words));
}
