// SPDX-License-Identifier: GPL-2.0
/* What the kernel has to keep of memory that nobody ever attached. */

#include "benchmark.h"

#include <errno.h>
#include <stdlib.h>

#include "kernel_file.h"
#include "row.h"
#include "settle.h"

#define SAMPLES 3

/* System V can have no more than 32,768. */
#define OURS 100000
#define OTHERS 30000

/* What the kernel has for itself, or -errno. */
static long long kernel_bytes(void)
{
	static const char *const fields[] = { "Slab", "VmallocUsed", "Percpu" };
	long long sum = 0;
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		const long long bytes = meminfo_bytes(fields[i]);

		if (bytes < 0)
			return bytes;
		sum += bytes;
	}
	return sum;
}

/* A descriptor is kept only where without it the memory would be gone. */
static int create_all(const struct mechanism *mechanism,
		      struct memory *memories, unsigned int count,
		      unsigned int flags)
{
	unsigned int i;
	int error = 0;

	for (i = 0; i < count && !error; i++) {
		error = mechanism->create(&memories[i], flags);
		if (!error && mechanism->find)
			mechanism_release(mechanism, &memories[i]);
	}
	return error;
}

static int remove_all(const struct mechanism *mechanism,
		      struct memory *memories, unsigned int count)
{
	unsigned int i;
	int error = 0;

	for (i = 0; i < count && !error; i++)
		error = mechanism_remove(mechanism, &memories[i]);
	return error;
}

static int add_sample(struct row *row, const struct mechanism *mechanism,
		      struct memory *memories, unsigned int count,
		      unsigned int flags)
{
	struct in_use before;
	long long bytes;
	int error;

	in_use_read(&before);
	bytes = kernel_bytes();
	error = create_all(mechanism, memories, count, flags);
	if (error)
		return error;
	settle();
	row_add(row, (double)(kernel_bytes() - bytes) / count);
	error = remove_all(mechanism, memories, count);
	return error ? error : in_use_is_back(&before);
}

static int measure(const struct run *run, unsigned int flags)
{
	const unsigned int count =
		run->mechanism == &mechanism_shmregion ? OURS : OTHERS;
	struct memory *memories = calloc(count, sizeof(*memories));
	unsigned int i;
	struct row row;
	int error = 0;

	if (!memories)
		return -ENOMEM;
	for (i = 0; i < count; i++)
		memories[i] = (struct memory){ i + 1, run->bytes, -1 };
	row_begin(&row, run->benchmark->name, "bytes", run->bytes);
	for (i = 0; i < SAMPLES && !error; i++)
		error = add_sample(&row, run->mechanism, memories, count,
				   flags);
	if (!error)
		row_print(&row, run->mechanism->name);
	free(memories);
	return error;
}

int run_idle_region(const struct run *run)
{
	return measure(run, MEMORY_NORESERVE);
}

int run_idle_region_reserved(const struct run *run)
{
	return measure(run, 0);
}
