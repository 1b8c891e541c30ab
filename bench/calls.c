// SPDX-License-Identifier: GPL-2.0
/*
 * What calls cost that come often: finding, attaching, creating, removing. A
 * sample is many, one after the other, and what the kernel put off until later is
 * part of it.
 */

#include "benchmark.h"

#include <errno.h>
#include <fcntl.h>
#include <shmregion.h>
#include <sys/ioctl.h>

#include "row.h"
#include "settle.h"
#include "stopwatch.h"
#include "touch.h"

#define SAMPLES 9

/* Of calls that only look something up, and of those that make something. */
#define LOOKUPS 5000
#define CREATIONS 1000

/*
 * So many are made before the first sample. Ids grow with each, and the tree in which
 * they are by another level at the 4,096th; the next one is far away then.
 */
#define WARM_UP 5000

/* What is done again and again. Returns 0 or -errno. */
typedef int (*step_function)(const struct mechanism *mechanism,
			     struct memory *memory);

static int add_sample(struct row *row, const struct mechanism *mechanism,
		      struct memory *memory, step_function step,
		      unsigned int count)
{
	struct stopwatch watch;
	unsigned int i;
	int error;

	error = stopwatch_start(&watch);
	for (i = 0; i < count && !error; i++)
		error = step(mechanism, memory);
	settle();
	row_add(row, stopwatch_stop(&watch) / count);
	return error;
}

static int measure(const struct run *run, struct memory *memory,
		   step_function step, unsigned int count)
{
	unsigned int i;
	struct row row;
	int error;

	row_begin(&row, run->benchmark->name, "instructions", run->bytes);
	for (i = 0, error = 0; i < WARM_UP && !error; i++)
		error = step(run->mechanism, memory);
	settle();
	for (i = 0; i < SAMPLES && !error; i++)
		error = add_sample(&row, run->mechanism, memory, step, count);
	if (!error)
		row_print(&row, run->mechanism->name);
	return error;
}

/* With memory that is there all the while. */
static int measure_existing(const struct run *run, step_function step,
			    unsigned int count)
{
	struct memory memory = { .key = 1, .size = run->bytes };
	int error = run->mechanism->create(&memory, 0);

	if (error)
		return error;
	error = measure(run, &memory, step, count);
	return error ? error : mechanism_remove(run->mechanism, &memory);
}

/* Each step makes memory and removes it. */
static int measure_new(const struct run *run, step_function step)
{
	struct memory memory = { .key = 1, .size = run->bytes };
	struct in_use before;
	int error;

	in_use_read(&before);
	error = measure(run, &memory, step, CREATIONS);
	return error ? error : in_use_is_back(&before);
}

static int attach_detach(const struct mechanism *mechanism,
			 struct memory *memory)
{
	void *address = mechanism->attach(memory);

	return address ? mechanism->detach(memory, address) : -errno;
}

/* What is found by a name is a descriptor, and has to be closed. */
static int get(const struct mechanism *mechanism, struct memory *memory)
{
	struct memory found = *memory;
	int error = mechanism->find(&found);

	if (!error)
		mechanism_release(mechanism, &found);
	return error;
}

static int create_remove(const struct mechanism *mechanism,
			 struct memory *memory)
{
	int error = mechanism->create(memory, 0);

	return error ? error : mechanism_remove(mechanism, memory);
}

static int create_remove_noreserve(const struct mechanism *mechanism,
				   struct memory *memory)
{
	int error = mechanism->create(memory, MEMORY_NORESERVE);

	return error ? error : mechanism_remove(mechanism, memory);
}

static int lifecycle(const struct mechanism *mechanism, struct memory *memory)
{
	int error = mechanism_fill(mechanism, memory, SMALL_PAGE, 0);

	return error ? error : mechanism_remove(mechanism, memory);
}

int run_attach_detach(const struct run *run)
{
	return measure_existing(run, attach_detach, CREATIONS);
}

int run_get(const struct run *run)
{
	return measure_existing(run, get, LOOKUPS);
}

int run_create_remove(const struct run *run)
{
	return measure_new(run, create_remove);
}

int run_create_remove_noreserve(const struct run *run)
{
	return measure_new(run, create_remove_noreserve);
}

int run_lifecycle(const struct run *run)
{
	return measure_new(run, lifecycle);
}

/* An ioctl that the device does not have; the id is its descriptor. */
static int noop_ioctl(const struct mechanism *mechanism, struct memory *memory)
{
	(void)mechanism;
	return ioctl(memory->id, _IO(SHMREGION_IOC_MAGIC, 0xff)) < 0 &&
			       errno == ENOTTY ?
		       0 :
		       -EINVAL;
}

int run_noop_ioctl(const struct run *run)
{
	struct memory memory = { .id = shmregion_open(O_RDWR) };

	return memory.id < 0 ? -errno :
			       measure(run, &memory, noop_ioctl, LOOKUPS);
}
