// SPDX-License-Identifier: GPL-2.0
/* Removing memory of which each page was written, until the pages are free. */

#include "benchmark.h"

#include "row.h"
#include "settle.h"
#include "stopwatch.h"

/*
 * Waiting for the memory takes a while in which the machine does this and that. So that
 * it hardly counts, so many are removed in one sample.
 */
#define AT_ONCE 16
#define AT_ONCE_BYTES (64 * 1024 * 1024UL)

static unsigned int count_at_once(size_t bytes)
{
	if (bytes * AT_ONCE <= AT_ONCE_BYTES)
		return AT_ONCE;
	return bytes < AT_ONCE_BYTES ? AT_ONCE_BYTES / bytes : 1;
}

static int add_sample(struct row *row, const struct run *run)
{
	const unsigned int count = count_at_once(run->bytes);
	struct memory memory[AT_ONCE];
	struct stopwatch watch;
	unsigned int i;
	int error = 0;

	for (i = 0; i < count && !error; i++) {
		memory[i] = (struct memory){ .key = 1 + i, .size = run->bytes };
		error = mechanism_fill(run->mechanism, &memory[i], run->bytes,
				       0);
	}
	if (!error)
		error = stopwatch_start(&watch);
	for (i = 0; i < count && !error; i++)
		error = mechanism_remove(run->mechanism, &memory[i]);
	if (error)
		return error;
	settle();
	row_add(row, stopwatch_stop(&watch) / count);
	return 0;
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
