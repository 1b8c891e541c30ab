// SPDX-License-Identifier: GPL-2.0
/*
 * Time in which the processor was not idle. Of the ways by which the kernel tells
 * it, this one alone is exact, and leaves interrupts out of what it calls idle.
 */

#include "stopwatch.h"

#include "clock.h"
#include "kernel_file.h"

static long long idle_time(void)
{
	return kernel_file_number("/proc/timer_list", "  .idle_sleeptime");
}

int stopwatch_start(struct stopwatch *watch)
{
	watch->idle = idle_time();
	watch->began = clock_nanoseconds(CLOCK_MONOTONIC);
	return watch->idle < 0 ? (int)watch->idle : 0;
}

double stopwatch_stop(const struct stopwatch *watch)
{
	const uint64_t ended = clock_nanoseconds(CLOCK_MONOTONIC);
	const long long idle = idle_time();

	if (idle < 0)
		return (double)idle;
	return (double)(ended - watch->began) - (double)(idle - watch->idle);
}
