// SPDX-License-Identifier: GPL-2.0
/* Watching the kernel for complaints. */

#include "watch.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "../kernel_file.h"
#include "../kernel_log.h"
#include "kselftest.h"

/* Of scripts/lib/kernel-trouble.sh, without what only sums up others. */
static const char *const complaints[] = {
	"WARNING: ",
	"BUG: ",
	"kernel BUG at ",
	"Oops",
	"general protection fault, ",
	"general protection fault: ",
	"Call Trace:",
	"INFO: possible",
	"INFO: trying to register",
	"INFO: task ",
	"INFO: rcu_",
	"rcu: INFO: ",
	"refcount_t: ",
	"KASAN: ",
	"KCSAN: ",
	"UBSAN: ",
	"ODEBUG: ",
	" new suspected memory leaks",
	"possible circular locking",
	"possible recursive locking",
	"suspicious RCU usage",
	"list_add corruption",
	"list_del corruption",
	"usercopy: Kernel memory",
	"Objects remaining in",
	"Busy inodes after unmount",
	"unregister_netdevice: waiting for",
	"page allocation failure",
	"Out of memory: Killed",
	"Bad page state",
	"Bad page map",
	"Bad rss-counter",
};

#define TAINTED "/proc/sys/kernel/tainted"

static int log_fd;
static char taint[32];

int watch_begin(void)
{
	const struct sched_param urgent = { .sched_priority = 1 };
	ssize_t length;

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
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(complaints); i++)
		if (strstr(message, complaints[i]))
			return true;
	return false;
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
