/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DEMO_STOPWATCH_H
#define DEMO_STOPWATCH_H

#include <time.h>

/* Time that only goes forward, from whenever it began. */
static inline double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

#endif /* DEMO_STOPWATCH_H */
