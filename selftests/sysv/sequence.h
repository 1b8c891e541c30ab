/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A sequence of operations, and its form as a file. A line of a file is an
 * operation, begins with "#", is empty, or says by
 *	differs NAME
 * which difference of those that are by design the sequence brings to light.
 */
#ifndef SEQUENCE_H
#define SEQUENCE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "operation.h"

struct sequence {
	unsigned int count;
	struct operation *operations;
	/* A bit for each number of a difference. */
	uint32_t differs;
};

/* Says what is wrong on standard error and returns false if it cannot. */
bool sequence_read(struct sequence *sequence, const char *path);

void sequence_print(FILE *file, const struct sequence *sequence);
void sequence_add(struct sequence *sequence, const struct operation *operation);
void sequence_copy(struct sequence *to, const struct sequence *from);
void sequence_free(struct sequence *sequence);

#endif /* SEQUENCE_H */
