/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The clock that regions take their times from, in nanoseconds.
 */

#ifndef SELFTESTS_CLOCK_H
#define SELFTESTS_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline uint64_t clock_nanoseconds(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

/* Since the machine was started. */
static inline uint64_t clock_seconds(void)
{
	return clock_nanoseconds(CLOCK_MONOTONIC) / 1000000000;
}

/*
 * What happened before has an earlier time than the one returned, and what
 * happens later none that is earlier, even if the kernel takes it from the last
 * tick: this waits for the next one.
 */
static inline uint64_t clock_before(void)
{
	const struct timespec nap = { .tv_nsec = 1000000 };
	const uint64_t now = clock_nanoseconds(CLOCK_REALTIME);

	while (clock_nanoseconds(CLOCK_REALTIME_COARSE) <= now)
		nanosleep(&nap, NULL);
	return clock_nanoseconds(CLOCK_REALTIME_COARSE);
}

/* Nothing that happened before has a later time. */
static inline uint64_t clock_after(void)
{
	return clock_nanoseconds(CLOCK_REALTIME);
}

#endif /* SELFTESTS_CLOCK_H */
