// SPDX-License-Identifier: GPL-2.0
/* Removing memory of which each page was written, until the pages are free. */

#include "benchmark.h"

#include "row.h"
#include "settle.h"
#include "stopwatch.h"

static int add_sample(struct row *row, const struct run *run)
{
	struct memory memory = { .key = 1, .size = run->bytes };
	struct stopwatch watch;
	int error;

	error = mechanism_fill(run->mechanism, &memory, memory.size, 0);
	if (!error)
		error = stopwatch_start(&watch);
	if (error)
		return error;
	error = mechanism_remove(run->mechanism, &memory);
	settle();
	row_add(row, stopwatch_stop(&watch));
	return error;
}

int run_destroy(const struct run *run)
{
	struct in_use before;
	unsigned int i;
	struct row row;
	int error = 0;

	row_begin(&row, run->benchmark->name, "instructions", run->bytes);
	in_use_read(&before);
	for (i = 0; i < benchmark_repeats(run) && !error; i++)
		error = add_sample(&row, run);
	if (error)
		return error;
	row_print(&row, run->mechanism->name);
	return in_use_is_back(&before);
}
