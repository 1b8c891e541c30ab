// SPDX-License-Identifier: GPL-2.0
/* One figure of the table. */

#include "row.h"

#include <stdio.h>
#include <stdlib.h>

void row_begin(struct row *row, const char *name, const char *unit,
	       size_t bytes)
{
	*row = (struct row){ .name = name, .unit = unit, .bytes = bytes };
}

void row_add(struct row *row, double sample)
{
	if (row->count == ROW_SAMPLES)
		abort();
	row->samples[row->count++] = sample;
}

int row_add_from_child(struct row *row, peer_function measure, void *data)
{
	struct peer child;
	uint64_t sample;
	int error, result;

	error = peer_start(&child, measure, data);
	if (error)
		return error;
	error = peer_hear(&child, &sample);
	result = peer_wait(&child);
	if (!error && !result)
		row_add(row, (double)sample);
	return result ? result : error;
}

void row_print(const struct row *row, const char *mechanism)
{
	unsigned int i;

	printf("row %s %s %zu %s", row->name, row->unit, row->bytes, mechanism);
	for (i = 0; i < row->count; i++)
		printf(" %.3f", row->samples[i]);
	printf("\n");
}
