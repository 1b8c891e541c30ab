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

void row_print(const struct row *row, const char *mechanism)
{
	unsigned int i;

	printf("row %s %s %zu %s", row->name, row->unit, row->bytes, mechanism);
	for (i = 0; i < row->count; i++)
		printf(" %.3f", row->samples[i]);
	printf("\n");
}
