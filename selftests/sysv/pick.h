/* SPDX-License-Identifier: GPL-2.0 */
/* Arguments of operations by chance. */
#ifndef PICK_H
#define PICK_H

#include <stdbool.h>

#include "chance.h"
#include "operation.h"

/* Processes that take part; more would seldom meet. */
#define ACTIVE_PROCESSES 4

struct picker {
	struct chance chance;
	/* There are segments in which there can be huge pages. */
	bool large;
	/* So that nothing is moved to where something is. */
	unsigned int moves;
};

void pick_arguments(struct picker *picker, struct operation *operation);

#endif /* PICK_H */
