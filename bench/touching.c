// SPDX-License-Identifier: GPL-2.0
/*
 * Attaching what others have filled, in a process that was not there then, and
 * touching each page of it; and being the first to touch it.
 */

#include "benchmark.h"

#include <errno.h>
#include <stdio.h>

#include "kernel_file.h"
#include "machine.h"
#include "row.h"
#include "settle.h"
#include "stopwatch.h"
#include "touch.h"

struct touching {
	const struct mechanism *mechanism;
	const struct memory *memory;
	touch_function touch;
};

/* Tells its parent what it took. */
static int attach_and_touch(struct peer *parent, void *data)
{
	const struct touching *touching = data;
	const struct memory *memory = touching->memory;
	struct stopwatch watch;
	void *address;
	double took;
	int error;

	error = stopwatch_start(&watch);
	if (error)
		return error;
	address = touching->mechanism->attach(memory);
	if (!address)
		return -errno;
	touching->touch(address, memory->size, SMALL_PAGE);
	took = stopwatch_stop(&watch);
	return took < 0 ? (int)took : peer_tell(parent, (uint64_t)took);
}

static int measure_attach(const struct run *run, unsigned int flags,
			  touch_function touch)
{
	struct memory memory = { .key = 1, .size = run->bytes };
	struct touching touching = { run->mechanism, &memory, touch };
	struct in_use before;
	unsigned int i;
	struct row row;
	int error;

	row_begin(&row, run->benchmark->name, "instructions", run->bytes);
	in_use_read(&before);
	error = mechanism_fill(run->mechanism, &memory, memory.size, flags);
	for (i = 0; i < benchmark_repeats(run) && !error; i++)
		error = row_add_from_child(&row, attach_and_touch, &touching);
	if (error)
		return error;
	row_print(&row, run->mechanism->name);
	error = mechanism_remove(run->mechanism, &memory);
	return error ? error : in_use_is_back(&before);
}

/* One sample: only the writes count. */
static int write_first(struct row *row, const struct run *run,
		       unsigned int flags)
{
	const struct mechanism *mechanism = run->mechanism;
	struct memory memory = { .key = 1, .size = run->bytes };
	struct stopwatch watch;
	void *address;
	int error;

	error = mechanism->create(&memory, flags);
	if (error)
		return error;
	address = mechanism->attach(&memory);
	if (!address)
		return -errno;
	error = stopwatch_start(&watch);
	touch_write(address, memory.size, SMALL_PAGE);
	row_add(row, stopwatch_stop(&watch));
	if (!error)
		error = mechanism->detach(&memory, address);
	return error ? error : mechanism_remove(mechanism, &memory);
}

static int measure_first_write(const struct run *run, unsigned int flags)
{
	struct in_use before;
	unsigned int i;
	struct row row;
	int error = 0;

	row_begin(&row, run->benchmark->name, "instructions", run->bytes);
	in_use_read(&before);
	for (i = 0; i < benchmark_repeats(run) && !error; i++) {
		error = write_first(&row, run, flags);
		settle();
	}
	if (error)
		return error;
	row_print(&row, run->mechanism->name);
	return in_use_is_back(&before);
}

static long long huge_pages_made(void)
{
	return kernel_file_number("/proc/vmstat", "thp_file_alloc");
}

/* @fills: how often memory is filled. It is to have next to no huge pages. */
static int fragmented(const struct run *run, int (*measure)(const struct run *),
		      unsigned int fills)
{
	const long long most = fills * run->bytes / HUGE_PAGE / 16;
	long long made;
	int error = machine_fragment();

	if (error)
		return error;
	made = -huge_pages_made();
	error = measure(run);
	made += huge_pages_made();
	if (made > most) {
		fprintf(stderr, "there were %lld huge pages\n", made);
		return -EINVAL;
	}
	return error;
}

int run_attach_read(const struct run *run)
{
	return measure_attach(run, 0, touch_read);
}

int run_attach_write(const struct run *run)
{
	return measure_attach(run, 0, touch_write);
}

int run_first_write(const struct run *run)
{
	return measure_first_write(run, 0);
}

int run_fallback_read(const struct run *run)
{
	return measure_attach(run, MEMORY_NO_HUGE, touch_read);
}

int run_fallback_write(const struct run *run)
{
	return measure_attach(run, MEMORY_NO_HUGE, touch_write);
}

int run_fallback_first_write(const struct run *run)
{
	return measure_first_write(run, MEMORY_NO_HUGE);
}

int run_fragmented_read(const struct run *run)
{
	return fragmented(run, run_attach_read, 1);
}

int run_fragmented_write(const struct run *run)
{
	return fragmented(run, run_attach_write, 1);
}

int run_fragmented_first_write(const struct run *run)
{
	return fragmented(run, run_first_write, benchmark_repeats(run));
}
