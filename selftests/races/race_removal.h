/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Removal, against all that begins to use a region.
 */

#ifndef SELFTESTS_RACE_REMOVAL_H
#define SELFTESTS_RACE_REMOVAL_H

#include <poll.h>
#include <sys/resource.h>

#include "../device.h"
#include "../process.h"
#include "race_regions.h"

/* Of an attach: it came about, there was no such region, or it was dying. */
enum { USED, NOT_FOUND, DYING };

static inline int outcome_of(int error)
{
	return !error ? USED : error == -EINVAL ? NOT_FOUND : DYING;
}

static int attach_while_removed(struct race *race)
{
	const bool writable = race_choice(race, 1, 2);
	const uint32_t flags =
		(writable ? 0 : SHMREGION_ATTACH_RDONLY) |
		(race_choice(race, 2, 4) ? 0 : SHMREGION_ATTACH_POPULATE);
	void *address;
	int error = region_attach_at(race->fd[RIGHT], race->id, NULL, flags,
				     &address);

	race->result[RIGHT] = error;
	if (!race_explains(error))
		return race_unexplained(race, "attaching", error);
	if (error)
		return 0;
	race_use(race, RIGHT, address, writable, 1);
	return race_detach(race, RIGHT, address);
}

static int judge_by_right(struct race *race)
{
	return race_must_be_gone(race) ? FAULT :
					 outcome_of(race->result[RIGHT]);
}

/* A descriptor that is bound already: what it maps it does not look up. */
static int bind_before(struct race *race)
{
	race->handle = region_open(race->id, O_RDWR);
	return race->handle < 0 ?
		       race_unexplained(race, "binding alone", race->handle) :
		       0;
}

/* One that nobody woke hears of it as well, when its time is up. */
static int hear_of_removal(struct race *race)
{
	const int timeout = 30000;
	const uint64_t start = clock_nanoseconds(CLOCK_MONOTONIC);
	struct pollfd removed = { .fd = race->handle };

	if (poll(&removed, 1, timeout) != 1 || removed.revents != POLLHUP)
		return race_fault(race, "poll does not hear of the removal");
	if (clock_nanoseconds(CLOCK_MONOTONIC) - start >= timeout * 1000000ULL)
		return race_fault(race, "poll was not woken by the removal");
	return 0;
}

/* Maps the bound descriptor, which says EIDRM if it is too late. */
static int map_handle(struct race *race)
{
	char *address = mmap(NULL, RACE_PAGES * race->page,
			     PROT_READ | PROT_WRITE, MAP_SHARED, race->handle,
			     0);

	race->result[RIGHT] = address == MAP_FAILED ? -errno : 0;
	if (address != MAP_FAILED) {
		race_use(race, RIGHT, address, true, 1);
		/* Removed is not dead while it is mapped, but is told as well. */
		if (race_choice(race, 12, 2))
			hear_of_removal(race);
		race_detach(race, RIGHT, address);
	} else if (errno != EIDRM) {
		return race_unexplained(race, "mapping", -errno);
	}
	return 0;
}

static int map_while_removed(struct race *race)
{
	return map_handle(race) ? FAULT : hear_of_removal(race);
}

static int close_handle(struct race *race)
{
	if (race->handle >= 0)
		close(race->handle);
	race->handle = -1;
	return 0;
}

static int judge_mapping(struct race *race)
{
	return race_must_be_gone(race) ? FAULT : race->result[RIGHT] ? 1 : 0;
}

static int attach_before(struct race *race)
{
	race->address = region_attach(race->fd[RIGHT], race->id, 0);
	return race->address ?
		       0 :
		       race_unexplained(race, "attaching alone", -errno);
}

/* Unmaps what is there, and then maps its file, which is all that it holds. */
static int remap_while_removed(struct race *race)
{
	int error = remap_file_pages(race->address, RACE_PAGES * race->page, 0,
				     0, 0) ?
			    -errno :
			    0;

	race->result[RIGHT] = error;
	if (error && error != -EIDRM)
		return race_unexplained(race, "remap_file_pages", error);
	if (error)
		return 0;
	race_use(race, RIGHT, race->address, true, 1);
	return race_detach(race, RIGHT, race->address);
}

enum { BOUND_MAPPED, BOUND_DEAD, BIND_NOT_FOUND, BIND_DYING };

static int bind_while_removed(struct race *race)
{
	race->handle = region_open(race->id, O_RDWR);
	race->found[RIGHT] = race->handle < 0 ? race->handle : 0;
	if (!race_explains(race->found[RIGHT]))
		return race_unexplained(race, "binding", race->found[RIGHT]);
	if (race->handle < 0)
		return 0;
	return map_handle(race) ? FAULT : hear_of_removal(race);
}

static int judge_binding(struct race *race)
{
	if (race_must_be_gone(race))
		return FAULT;
	switch (race->found[RIGHT]) {
	case 0:
		return race->result[RIGHT] ? BOUND_DEAD : BOUND_MAPPED;
	case -EINVAL:
		return BIND_NOT_FOUND;
	default:
		return BIND_DYING;
	}
}

/*
 * Without the capability, and with room for just this region: a charge that was
 * not given back is missed in the next round.
 */
static int limit_locking(struct race *race)
{
	const rlim_t room = RACE_PAGES * race->page;
	const struct rlimit limit = { room, room };
	int id, error;

	if (setrlimit(RLIMIT_MEMLOCK, &limit) || limit_capabilities(0))
		return race_fault(race, "cannot be limited");
	id = region_create(race->fd[RIGHT], room);
	error = id < 0 ? id : region_lock(race->fd[RIGHT], id);
	if (error)
		return race_unexplained(race, "locking alone", error);
	if (region_unlock(race->fd[RIGHT], id) ||
	    region_remove(race->fd[RIGHT], id))
		return race_fault(race, "unlocking alone fails");
	return 0;
}

static int lock_while_removed(struct race *race)
{
	int error = region_lock(race->fd[RIGHT], race->id);

	race->result[RIGHT] = error;
	if (!race_explains(error))
		return race_unexplained(race, "locking", error);
	if (error || race_choice(race, 3, 2))
		return 0;
	error = region_unlock(race->fd[RIGHT], race->id);
	return race_explains(error) ?
		       0 :
		       race_unexplained(race, "unlocking", error);
}

static const struct pair removal_pairs[] = {
	{
		.name = "removal against attach",
		.outcomes = { "attached", "not found", "dying" },
		.prepare = race_make_left,
		.left = race_left_removes,
		.right = attach_while_removed,
		.judge = judge_by_right,
	},
	{
		.name = "removal against mmap of a descriptor",
		.outcomes = { "mapped", "dead" },
		.prepare = race_make_left,
		.enter = bind_before,
		.left = race_left_removes,
		.right = map_while_removed,
		.judge = judge_mapping,
		.leave = close_handle,
	},
	{
		.name = "removal against remap_file_pages",
		.outcomes = { "mapped", "dead" },
		.prepare = race_make_left,
		.enter = attach_before,
		.left = race_left_removes,
		.right = remap_while_removed,
		.judge = judge_mapping,
	},
	{
		.name = "removal against bind",
		.outcomes = { "mapped", "bound, and dead", "not found",
			      "dying" },
		.prepare = race_make_left,
		.left = race_left_removes,
		.right = bind_while_removed,
		.judge = judge_binding,
		.leave = close_handle,
	},
	{ .name = "removal against lock",
	  .outcomes = { "locked", "not found", "dying" },
	  .prepare = race_make_left,
	  .enter = limit_locking,
	  .left = race_left_removes,
	  .right = lock_while_removed,
	  .judge = judge_by_right },
};

#endif /* SELFTESTS_RACE_REMOVAL_H */
