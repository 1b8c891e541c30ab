// SPDX-License-Identifier: GPL-2.0
/*
 * What it costs that a fault maps pages around the one that was touched: in a process
 * that touches few of the pages that are there, how many it has mapped, and how hard
 * it is for the kernel to take them out again.
 */

#include "benchmark.h"

#include <errno.h>

#include "kernel_file.h"
#include "memory_cgroup.h"
#include "row.h"
#include "settle.h"
#include "stopwatch.h"
#include "swap_space.h"
#include "touch.h"

#define SAMPLES 3

/* One page is touched in so many bytes: those that a page table maps. */
#define APART HUGE_PAGE

/* A quarter of the memory is taken out. */
#define TAKEN(bytes) ((bytes) / 4)

/* Reads few of the pages that are there, which are charged to this cgroup. */
static void *attach_filled(const struct run *run, struct memory *memory)
{
	int error = mechanism_fill(run->mechanism, memory, memory->size,
				   MEMORY_NO_HUGE);
	void *address;

	if (error) {
		errno = -error;
		return NULL;
	}
	address = run->mechanism->attach(memory);
	if (address)
		touch_read(address, memory->size, APART);
	return address;
}

/* From the page tables: what is in "status" lags behind by 64 faults. */
static long long mapped_by_self(void)
{
	return 1024 * kernel_file_number("/proc/self/smaps_rollup", "Rss");
}

static int measure_resident(const struct run *run, struct memory *memory,
			    double *sample)
{
	const long long before = mapped_by_self();

	if (!attach_filled(run, memory))
		return -errno;
	*sample = (double)(mapped_by_self() - before);
	return before < 0 ? -EIO : 0;
}

/* The kernel says that it did as it was asked; the memory has to be gone, too. */
static int measure_reclaim(const struct run *run, struct memory *memory,
			   double *sample)
{
	struct stopwatch watch;
	long long taken;
	char text[32];
	int error;

	if (!attach_filled(run, memory))
		return -errno;
	snprintf(text, sizeof(text), "%zu", TAKEN(memory->size));
	taken = meminfo_bytes("Shmem");
	error = stopwatch_start(&watch);
	if (error)
		return error;
	error = kernel_file_write(CGROUP "/memory.reclaim", text);
	*sample = stopwatch_stop(&watch);
	if (error)
		return error;
	taken -= meminfo_bytes("Shmem");
	return taken >= (long long)TAKEN(memory->size) * 3 / 4 ? 0 : -EINVAL;
}

struct measuring {
	const struct run *run;
	int (*measure)(const struct run *run, struct memory *memory,
		       double *sample);
};

/* In a process of its own, of which nothing is mapped afterwards. */
static int measure_in_cgroup(struct peer *parent, void *data)
{
	const struct measuring *measuring = data;
	const struct run *run = measuring->run;
	struct memory memory = { .key = 1, .size = run->bytes };
	double sample;
	int error = cgroup_join();

	if (!error)
		error = measuring->measure(run, &memory, &sample);
	if (!error)
		error = mechanism_remove(run->mechanism, &memory);
	return error ? error : peer_tell(parent, (uint64_t)sample);
}

static int measure_sparse(struct measuring *measuring, const char *unit)
{
	const struct run *run = measuring->run;
	struct row row;
	unsigned int i;
	int error, ended;

	row_begin(&row, run->benchmark->name, unit, run->bytes);
	error = swap_begin(2 * run->bytes);
	if (!error)
		error = cgroup_begin(4 * (long long)run->bytes, "max");
	for (i = 0; i < SAMPLES && !error; i++) {
		error = row_add_from_child(&row, measure_in_cgroup, measuring);
		settle();
	}
	ended = cgroup_end();
	if (!ended)
		ended = swap_end();
	if (!error)
		row_print(&row, run->mechanism->name);
	return error ? error : ended;
}

int run_sparse_resident(const struct run *run)
{
	struct measuring measuring = { run, measure_resident };

	return measure_sparse(&measuring, "bytes");
}

int run_sparse_reclaim(const struct run *run)
{
	struct measuring measuring = { run, measure_reclaim };

	return measure_sparse(&measuring, "instructions");
}
