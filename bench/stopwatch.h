/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Time in which the processor was not idle. Where the clock counts instructions
 * that is how many were run, by whomever: the process, the kernel for it, and what
 * the kernel put off until later.
 */

#ifndef BENCH_STOPWATCH_H
#define BENCH_STOPWATCH_H

#include <stdint.h>

struct stopwatch {
	uint64_t began;
	/* All that the first processor had been idle for. */
	long long idle;
};

/* Returns 0 or -errno. */
int stopwatch_start(struct stopwatch *watch);

/* Returns nanoseconds, or -errno. */
double stopwatch_stop(const struct stopwatch *watch);

#endif /* BENCH_STOPWATCH_H */
