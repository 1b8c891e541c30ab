/* SPDX-License-Identifier: GPL-2.0 */
/* One figure of the table, measured several times. */

#ifndef BENCH_ROW_H
#define BENCH_ROW_H

#include <stddef.h>

#include "process.h"

#define ROW_SAMPLES 25

struct row {
	const char *name;
	const char *unit;
	/* The size of what it was measured with. */
	size_t bytes;
	unsigned int count;
	double samples[ROW_SAMPLES];
};

void row_begin(struct row *row, const char *name, const char *unit,
	       size_t bytes);
void row_add(struct row *row, double sample);

/*
 * Adds what a process of its own tells, which is @measure of @data and has nothing
 * mapped but what it maps. Returns 0 or what that process failed with.
 */
int row_add_from_child(struct row *row, peer_function measure, void *data);

/* A line "row NAME UNIT BYTES MECHANISM SAMPLE..." */
void row_print(const struct row *row, const char *mechanism);

#endif /* BENCH_ROW_H */
