/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Having the kernel fail the nth allocation of what this thread does next, by
 * /proc/thread-self/fail-nth.
 */

#ifndef SELFTESTS_FAIL_NTH_H
#define SELFTESTS_FAIL_NTH_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <linux/rseq.h>
#include <string.h>
#include <sys/rseq.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../kernel_file.h"

#define FAIL_NTH_NEEDS "needs a kernel that fails allocations: make test-debug"

/* More than any call has points to fail at; one that goes on is a loop. */
#define POINTS_MAX 20000

/*
 * Whoever is interrupted has the kernel write to its restartable sequence, and is
 * killed if it cannot, as where a page is to be copied after fork(2). So this thread,
 * and whom it forks, has none. Returns 0 or -errno.
 */
static inline int fail_nth_forget_rseq(void)
{
	char *rseq = (char *)__builtin_thread_pointer() + __rseq_offset;

	if (!__rseq_size)
		return 0;
	return syscall(SYS_rseq, rseq, sizeof(struct rseq),
		       RSEQ_FLAG_UNREGISTER, RSEQ_SIG) ?
		       -errno :
		       0;
}

/*
 * Allocations that may sleep, of whatever order and zone, are to fail as well,
 * and none of it is to be told in the kernel log, where it would look like
 * trouble. Returns 0 or -errno.
 */
static inline int fail_nth_prepare(void)
{
	static const struct {
		const char *path;
		const char *value;
	} settings[] = {
		{ "/sys/kernel/debug/failslab/ignore-gfp-wait", "N" },
		{ "/sys/kernel/debug/failslab/verbose", "0" },
		{ "/sys/kernel/debug/fail_page_alloc/ignore-gfp-wait", "N" },
		{ "/sys/kernel/debug/fail_page_alloc/ignore-gfp-highmem", "N" },
		{ "/sys/kernel/debug/fail_page_alloc/min-order", "0" },
		{ "/sys/kernel/debug/fail_page_alloc/verbose", "0" },
		{ "/sys/kernel/debug/fail_futex/verbose", "0" },
	};
	int error = fail_nth_forget_rseq();
	size_t i;

	for (i = 0; i < sizeof(settings) / sizeof(*settings) && !error; i++)
		error = kernel_file_write(settings[i].path, settings[i].value);
	return error;
}

/* Returns a descriptor for the two below, for this thread alone, or -errno. */
static inline int fail_nth_open(void)
{
	int fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* From now on the @nth allocation fails, and none after it. */
static inline void fail_nth_start(int fd, unsigned int nth)
{
	char text[16];
	int length = snprintf(text, sizeof(text), "%u", nth);

	if (pwrite(fd, text, length, 0) != length)
		abort();
}

/* No more; returns the how manyth from here on would have failed, 0: one did. */
static inline unsigned int fail_nth_stop(int fd)
{
	char text[16] = "";

	if (pread(fd, text, sizeof(text) - 1, 0) <= 0)
		abort();
	fail_nth_start(fd, 0);
	return atoi(text);
}

#endif /* SELFTESTS_FAIL_NTH_H */
