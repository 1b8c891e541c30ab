// SPDX-License-Identifier: GPL-2.0
/* Watching the kernel for complaints. */

#include "watch.h"

#include <errno.h>
#include <poll.h>
#include <regex.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "../kernel_file.h"
#include "../kernel_log.h"

#define TAINTED "/proc/sys/kernel/tainted"

static int log_fd;
static char taint[32];
static bool reads_log;
static regex_t complaint_pattern;

int watch_begin(const char *pattern)
{
	const struct sched_param urgent = { .sched_priority = 1 };
	ssize_t length;

	reads_log = pattern;
	if (reads_log && regcomp(&complaint_pattern, pattern,
				 REG_EXTENDED | REG_NOSUB | REG_NEWLINE))
		return -EINVAL;
	log_fd = kernel_log_open();
	if (log_fd < 0)
		return log_fd;
	length = kernel_file_read(TAINTED, taint, sizeof(taint));
	if (length < 0)
		return length;
	/* The sooner it stops, the fewer programs may be to blame. */
	if (sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &urgent))
		return -errno;
	return 0;
}

static bool is_complaint(const char *message)
{
	return reads_log && !regexec(&complaint_pattern, message, 0, NULL, 0);
}

static bool read_log(char *complaint, size_t size)
{
	char message[2048], *text;
	ssize_t length;

	for (;;) {
		length = read(log_fd, message, sizeof(message) - 1);
		/* EPIPE: messages were overwritten before we came to them. */
		if (length < 0 && (errno == EPIPE || errno == EINTR))
			continue;
		if (length <= 0)
			return false;
		message[length] = '\0';
		if (!is_complaint(message))
			continue;
		text = strchr(message, ';');
		text = text ? text + 1 : message;
		text[strcspn(text, "\n")] = '\0';
		snprintf(complaint, size, "the kernel complains: %s", text);
		return true;
	}
}

bool watch_kernel(int milliseconds, char *complaint, size_t size)
{
	struct pollfd ready = { .fd = log_fd, .events = POLLIN };
	char now[sizeof(taint)];

	poll(&ready, 1, milliseconds);
	if (read_log(complaint, size))
		return true;
	if (kernel_file_read(TAINTED, now, sizeof(now)) >= 0 &&
	    strcmp(now, taint)) {
		snprintf(complaint, size, "the kernel is tainted: %s", now);
		return true;
	}
	return false;
}
