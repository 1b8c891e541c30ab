/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Coverage: what the module did during a call, as far as it is told apart.
 *
 * By KCOV these are edges, steps from one basic block of the module to another;
 * a kernel without KCOV leaves answers, which operation returned which error.
 */
#ifndef FUZZ_COVERAGE_H
#define FUZZ_COVERAGE_H

#include <stdbool.h>
#include <stdint.h>

/* There are no more. */
#define OPERATIONS 60

#define EDGES 65536U
/* Room for each errno of each operation. */
#define ERRNOS 136
#define ANSWERS (OPERATIONS * ERRNOS)
#define MARKS (EDGES + ANSWERS)

/* What was met so far, by anybody; in memory that all processes share. */
struct coverage_total {
	unsigned int edges;
	unsigned int answers;
	bool seen[MARKS];
	/* How often each operation returned each errno; 0 is success. */
	unsigned long times[OPERATIONS][ERRNOS];
};

/* A thread's. */
struct coverage {
	int fd;
	uint64_t *trace;
	struct coverage_total *total;
	/* It met what nobody had met before. */
	bool news;
};

/* Whether the kernel has KCOV. */
bool coverage_has_edges(void);

/* @total: where to note what is met. Returns 0 or -errno. */
int coverage_make(struct coverage *coverage, struct coverage_total *total);

/* By the thread itself. Returns 0 or -errno. */
int coverage_enable(struct coverage *coverage);

/* Around a call. @result: what the operation returned. */
void coverage_begin(struct coverage *coverage);
void coverage_end(struct coverage *coverage, unsigned int operation,
		  int result);

#endif /* FUZZ_COVERAGE_H */
