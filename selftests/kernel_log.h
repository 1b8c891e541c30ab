/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel logs from a moment on.
 */

#ifndef SELFTESTS_KERNEL_LOG_H
#define SELFTESTS_KERNEL_LOG_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

/* Returns a descriptor that reads what is logged after this, or -errno. */
static inline int kernel_log_open(void)
{
	int log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (log < 0)
		return -errno;
	if (lseek(log, 0, SEEK_END) < 0) {
		close(log);
		return -EIO;
	}
	return log;
}

/* Reads on until a message holds both texts; says whether there was one. */
static inline bool kernel_log_says(int log, const char *one, const char *two)
{
	char message[2048];
	ssize_t length;

	do {
		length = read(log, message, sizeof(message) - 1);
		if (length <= 0)
			continue;
		message[length] = '\0';
		if (strstr(message, one) && strstr(message, two))
			return true;
		/* EPIPE: messages were overwritten before we came to them. */
	} while (length > 0 ||
		 (length < 0 && (errno == EPIPE || errno == EINTR)));
	return false;
}

#endif /* SELFTESTS_KERNEL_LOG_H */
