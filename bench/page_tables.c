// SPDX-License-Identifier: GPL-2.0
/* What page tables take when many processes have the same memory attached. */

#include "benchmark.h"

#include <errno.h>

#include "kernel_file.h"
#include "process.h"
#include "row.h"
#include "touch.h"

#define PROCESSES 200
#define SAMPLES 3

struct attaching {
	const struct mechanism *mechanism;
	const struct memory *memory;
};

/* As many bytes as "VmPTE" tells, or -errno. */
static long long page_tables_of_self(void)
{
	return 1024 * kernel_file_number("/proc/self/status", "VmPTE");
}

/*
 * Tells by how much its page tables grew, and stays until its parent says so. One
 * page in each that a page table maps is enough for that to be there.
 */
static int attach_and_stay(struct peer *parent, void *data)
{
	const struct attaching *attaching = data;
	const struct memory *memory = attaching->memory;
	const long long before = page_tables_of_self();
	uint64_t word;
	void *address;
	int error;

	address = attaching->mechanism->attach(memory);
	if (!address || before < 0)
		return address ? -EIO : -errno;
	touch_read(address, memory->size, HUGE_PAGE);
	error = peer_tell(parent, page_tables_of_self() - before);
	return error ? error : peer_hear(parent, &word);
}

static int end_all(struct peer *children, unsigned int count, int error)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		peer_tell(&children[i], 0);
	for (i = 0; i < count; i++) {
		const int result = peer_wait(&children[i]);

		if (!error)
			error = result;
	}
	return error;
}

static int add_sample(struct row *row, struct attaching *attaching)
{
	struct peer children[PROCESSES];
	uint64_t grown, sum = 0;
	unsigned int count = 0;
	int error = 0;

	while (count < PROCESSES && !error) {
		error = peer_start(&children[count], attach_and_stay,
				   attaching);
		if (!error)
			error = peer_hear(&children[count++], &grown);
		if (!error)
			sum += grown;
	}
	row_add(row, (double)sum);
	return end_all(children, count, error);
}

int run_page_tables(const struct run *run)
{
	struct memory memory = { .key = 1, .size = run->bytes };
	struct attaching attaching = { run->mechanism, &memory };
	unsigned int i;
	struct row row;
	int error;

	row_begin(&row, run->benchmark->name, "bytes", run->bytes);
	error = mechanism_fill(run->mechanism, &memory, memory.size, 0);
	for (i = 0; i < SAMPLES && !error; i++)
		error = add_sample(&row, &attaching);
	if (error)
		return error;
	row_print(&row, run->mechanism->name);
	return mechanism_remove(run->mechanism, &memory);
}
