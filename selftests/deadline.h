/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Waiting for what the kernel does a little later: it puts the last reference
 * to a file off until the task returns to user space, and frees a namespace
 * from a work queue.
 */

#ifndef SELFTESTS_DEADLINE_H
#define SELFTESTS_DEADLINE_H

#include <stdbool.h>
#include <time.h>

#include "patience.h"

#define DEADLINE_SECONDS 10
#define DEADLINE_NAP_NS 5000000

/* Sleeps a little; false when time is up. @naps counts the calls. */
static inline bool deadline_nap(unsigned int *naps)
{
	struct timespec nap = { .tv_nsec = DEADLINE_NAP_NS };

	nanosleep(&nap, NULL);
	return ++*naps <
	       patience() * DEADLINE_SECONDS * (1000000000 / DEADLINE_NAP_NS);
}

/* Evaluates @condition until it holds or time is up; says whether it held. */
#define BECOMES_TRUE(condition)                                          \
	({                                                               \
		unsigned int deadline_naps = 0;                          \
		bool deadline_met;                                       \
		do {                                                     \
			deadline_met = (condition);                      \
		} while (!deadline_met && deadline_nap(&deadline_naps)); \
		deadline_met;                                            \
	})

#endif /* SELFTESTS_DEADLINE_H */
