// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
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

/*
 * Without waiting for a reader, and to one: a pipe that nobody reads is an error
 * as well, and to write into it would kill the program.
 */
static bool can_be_written(int fd)
{
	/* Large enough for a struct timespec, whatever the kernel's is. */
	static const long long no_time[2];
	struct pollfd poll = { .fd = fd, .events = POLLOUT };

	return syscall(SYS_ppoll, &poll, 1, no_time, NULL, 0) == 1 &&
	       poll.revents == POLLOUT;
}

/* All at once, as far as there is room. Sockets need not be asked before. */
static void say(int fd, struct iovec *parts, size_t count)
{
	const struct msghdr message = {
		.msg_iov = parts,
		.msg_iovlen = count,
	};

	if (syscall(SYS_sendmsg, fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT) >=
		    0 ||
	    errno != ENOTSOCK)
		return;
	if (can_be_written(fd))
		syscall(SYS_writev, fd, parts, count);
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

	if (atomic_flag_test_and_set(&said))
		return;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		parts[i].iov_base = (void *)words[i];
		parts[i].iov_len = strlen(words[i]);
	}
	say(STDERR_FILENO, parts, sizeof(words) / sizeof(*words));
}
