/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Seeing that another task has gone to sleep in a system call: only then does
 * a test of waking it up show anything.
 */

#ifndef SELFTESTS_BLOCKED_H
#define SELFTESTS_BLOCKED_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/types.h>

/* @number: SYS_*. Of a task that runs the kernel says "running" instead. */
static inline bool is_blocked_in(pid_t task, long number)
{
	long seen = -1;
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/syscall", (int)task);
	file = fopen(path, "re");
	if (!file)
		return false;
	if (fscanf(file, "%ld", &seen) != 1)
		seen = -1;
	fclose(file);
	return seen == number;
}

#endif /* SELFTESTS_BLOCKED_H */
