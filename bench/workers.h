/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Processes that do something at once, each on a processor of its own, by the
 * clock of the host.
 */

#ifndef BENCH_WORKERS_H
#define BENCH_WORKERS_H

#include "benchmark.h"

#define WORKERS 2

struct worker {
	const struct mechanism *mechanism;
	/* Of its own. */
	struct memory memory;
};

/* What is done again and again. Returns 0 or -errno. */
typedef int (*worker_step)(struct worker *worker);

/* Keeps this process on one processor. Returns 0 or -errno. */
int pin_to_processor(unsigned int number);

/*
 * Has as many workers as there are steps do each its own for a while. Returns 0 and
 * how often each did it in a second, or -errno.
 */
int workers_run(const struct run *run, const worker_step steps[],
		unsigned int count, double rates[]);

#endif /* BENCH_WORKERS_H */
