// SPDX-License-Identifier: GPL-2.0
/*
 * A million regions: what it costs to create one, to find one among so many, to
 * list them and to remove them. Others are measured as far as they go.
 */

#include "benchmark.h"

#include <errno.h>
#include <fcntl.h>
#include <shmregion.h>
#include <stdlib.h>
#include <unistd.h>

#include "row.h"
#include "settle.h"
#include "stopwatch.h"

#define FINDS 5000
#define FIND_SAMPLES 9
#define LIST_SAMPLES 3
#define REMOVE_SAMPLES 10

/* Among how many one is looked for, and the name of that row. */
static const struct milestone {
	unsigned int count;
	const char *row;
} milestones[] = {
	{ 1000, "million_at_1000" },
	{ 10000, "million_at_10000" },
	{ 100000, "million_at_100000" },
	{ 1000000, "million" },
};

#define MILESTONES (sizeof(milestones) / sizeof(*milestones))

struct million {
	const struct run *run;
	struct memory *memories;
	unsigned int count;
};

/* System V can have no more; a million files of tmpfs would take an hour. */
static unsigned int milestones_of(const struct mechanism *mechanism)
{
	if (mechanism == &mechanism_shmregion)
		return MILESTONES;
	return mechanism == &mechanism_posix ? 3 : 2;
}

static int create_up_to(struct million *million, unsigned int count)
{
	const struct mechanism *mechanism = million->run->mechanism;
	int error = 0;

	while (million->count < count && !error) {
		struct memory *memory = &million->memories[million->count++];

		*memory = (struct memory){ .key = million->count,
					   .size = million->run->bytes };
		error = mechanism->create(memory, MEMORY_NORESERVE);
		if (!error)
			mechanism_release(mechanism, memory);
	}
	return error;
}

/* Goes on to the next milestone; what each took is a sample. */
static int add_creations(struct row *row, struct million *million,
			 unsigned int count)
{
	const unsigned int more = count - million->count;
	struct stopwatch watch;
	int error = stopwatch_start(&watch);

	if (error)
		return error;
	error = create_up_to(million, count);
	settle();
	row_add(row, stopwatch_stop(&watch) / more);
	return error;
}

/* By chance, all over the keys that there are. */
static int find_some(const struct million *million)
{
	const struct mechanism *mechanism = million->run->mechanism;
	struct memory memory = { .size = million->run->bytes };
	uint32_t chance = 1;
	unsigned int i;
	int error = 0;

	for (i = 0; i < FINDS && !error; i++) {
		chance = chance * 1664525 + 1013904223;
		memory.key = ((uint64_t)chance * million->count >> 32) + 1;
		error = mechanism->find(&memory);
		if (!error)
			mechanism_release(mechanism, &memory);
	}
	return error;
}

static int measure_finds(const struct million *million, const char *name)
{
	struct stopwatch watch;
	unsigned int i;
	struct row row;
	int error = 0;

	row_begin(&row, name, "instructions", million->run->bytes);
	for (i = 0; i < FIND_SAMPLES && !error; i++) {
		error = stopwatch_start(&watch);
		if (!error)
			error = find_some(million);
		row_add(&row, stopwatch_stop(&watch) / FINDS);
	}
	if (!error)
		row_print(&row, million->run->mechanism->name);
	return error;
}

static int measure_creations(struct million *million)
{
	const struct mechanism *mechanism = million->run->mechanism;
	unsigned int i;
	struct row row;
	int error = 0;

	row_begin(&row, "million_create", "instructions", million->run->bytes);
	for (i = 0; i < milestones_of(mechanism) && !error; i++) {
		error = add_creations(&row, million, milestones[i].count);
		if (!error)
			error = measure_finds(million, milestones[i].row);
	}
	if (!error)
		row_print(&row, mechanism->name);
	return error;
}

/* Steps through all. Returns 0, or -EBADMSG if that are not as many as there are. */
static int list_all(int device, unsigned int count)
{
	uint64_t cursor = 0;

	while (shmregion_next(device, &cursor, 0) > 0)
		count--;
	return count || errno != ENOENT ? -EBADMSG : 0;
}

static int measure_list(const struct million *million)
{
	const int device = shmregion_open(O_RDWR);
	struct stopwatch watch;
	unsigned int i;
	struct row row;
	int error = device < 0 ? -errno : 0;

	row_begin(&row, "million_list", "instructions", million->run->bytes);
	for (i = 0; i < LIST_SAMPLES && !error; i++) {
		error = stopwatch_start(&watch);
		if (!error)
			error = list_all(device, million->count);
		row_add(&row, stopwatch_stop(&watch) / million->count);
	}
	close(device);
	if (!error)
		row_print(&row, million->run->mechanism->name);
	return error;
}

static int add_removals(struct row *row, struct million *million,
			unsigned int count)
{
	const struct mechanism *mechanism = million->run->mechanism;
	struct stopwatch watch;
	unsigned int i;
	int error = stopwatch_start(&watch);

	for (i = 0; i < count && !error; i++)
		error = mechanism_remove(mechanism,
					 &million->memories[--million->count]);
	settle();
	row_add(row, stopwatch_stop(&watch) / count);
	return error;
}

static int measure_removals(struct million *million)
{
	const unsigned int part = million->count / REMOVE_SAMPLES;
	unsigned int i;
	struct row row;
	int error = 0;

	row_begin(&row, "million_remove", "instructions", million->run->bytes);
	for (i = 0; i < REMOVE_SAMPLES && !error; i++)
		error = add_removals(&row, million, part);
	if (!error)
		row_print(&row, million->run->mechanism->name);
	return error;
}

static int measure(struct million *million)
{
	int error = measure_creations(million);

	if (!error && million->run->mechanism == &mechanism_shmregion)
		error = measure_list(million);
	return error ? error : measure_removals(million);
}

int run_million(const struct run *run)
{
	const unsigned int last = milestones_of(run->mechanism) - 1;
	struct million million = { .run = run };
	struct in_use before;
	int error;

	million.memories =
		calloc(milestones[last].count, sizeof(*million.memories));
	if (!million.memories)
		return -ENOMEM;
	in_use_read(&before);
	error = measure(&million);
	free(million.memories);
	return error ? error : in_use_is_back(&before);
}
