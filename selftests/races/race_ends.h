/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The end of a region that comes by itself, with the last attach or with its
 * owner, against whoever comes by its key or its id at that moment.
 */

#ifndef SELFTESTS_RACE_ENDS_H
#define SELFTESTS_RACE_ENDS_H

#include "race_regions.h"

enum { FOUND_ALIVE, FOUND_AND_LOST, MADE_ANEW, NOT_THERE };

/* By its key the region is found only while it is that of a round. */
static int make_with_end(struct race *race)
{
	race->key = RACE_KEY;
	race->other = -1;
	race->handle = -1;
	if (race->pair->variant == RACE_LAST_DETACH) {
		race->address = race_make_attached(race, race->fd[RIGHT],
						   race->key, RACE_LAST_DETACH);
		return race->address ? 0 : FAULT;
	}
	if (race->pair->variant == RACE_OWNER) {
		race->handle = device_open(O_RDWR);
		return race_make(race, race->handle, race->key, RACE_OWNER);
	}
	race->address = NULL;
	/* Removed while it is attached, it has no key any more, but lives. */
	if (race_choice(race, 13, 2)) {
		race->address =
			race_make_attached(race, race->fd[RIGHT], race->key, 0);
		return race->address ? 0 : FAULT;
	}
	return race_make(race, race->fd[RIGHT], race->key, 0);
}

static int bring_end(struct race *race)
{
	int error;

	if (race->pair->variant == RACE_LAST_DETACH)
		return race_detach(race, RIGHT, race->address);
	if (race->pair->variant == RACE_OWNER)
		error = close(race->handle) ? -errno : 0;
	else
		error = region_remove(race->fd[RIGHT], race->id);
	if (error)
		return race_unexplained(race, "ending it", error);
	return !race->pair->variant && race->address ?
		       race_detach(race, RIGHT, race->address) :
		       0;
}

/* The other one of its key: whoever finds that has it for himself. */
static int use_new_one(struct race *race)
{
	char *address = region_attach(race->fd[LEFT], race->other, 0);

	if (!address)
		return race_unexplained(race, "attaching what was made anew",
					-errno);
	if (!race_is_clear(race, address))
		race_fault(race, "what was made anew is not clear");
	if (race_explains(region_detach(race->fd[LEFT], address)) &&
	    region_remove(race->fd[LEFT], race->other))
		race_fault(race, "what was made anew cannot be removed");
	return 0;
}

/*
 * Found, it may still end before it is attached. Attached, it is alive: its key
 * leads to it, unless it was removed, and to no other.
 */
static int use_old_one(struct race *race)
{
	const bool keeps_key = race->pair->variant == RACE_LAST_DETACH;
	char *address = region_attach(race->fd[LEFT], race->id, 0);
	int error = address ? 0 : -errno;

	race->found[LEFT] = error ? FOUND_AND_LOST : FOUND_ALIVE;
	if (!race_explains(error))
		return race_unexplained(race, "attaching what was found",
					error);
	if (error)
		return 0;
	if (!race_has_mark(race, address))
		race_fault(race, "what was found lost its content");
	error = region_get(race->fd[LEFT], race->key, 0, 0, 0600);
	if (keeps_key ? error != race->id :
			error != race->id && error != -ENOENT)
		race_fault(race, "attached, but its key leads to %d", error);
	return region_detach(race->fd[LEFT], address) ?
		       race_fault(race, "what was found cannot be detached") :
		       0;
}

static int find_at_end(struct race *race)
{
	const uint32_t flags = race_choice(race, 4, 2) ? 0 :
							 SHMREGION_GET_CREATE;
	struct shmregion_stat stat;
	int error = region_stat(race->fd[LEFT], race->id, 0, &stat);
	int id = region_get(race->fd[LEFT], race->key, RACE_PAGES * race->page,
			    flags, 0600);

	if (!race_explains(error))
		return race_unexplained(race, "asking about it", error);
	if (id == race->id) {
		if (error || stat.mode & SHMREGION_MODE_REMOVED)
			return race_fault(race, "its key leads to the dead");
		return use_old_one(race);
	}
	if (id == -ENOENT && !flags) {
		race->found[LEFT] = NOT_THERE;
		return 0;
	}
	if (id < 0)
		return race_unexplained(race, "finding it", id);
	race->found[LEFT] = MADE_ANEW;
	race->other = id;
	return use_new_one(race);
}

static int judge_by_left(struct race *race)
{
	return race_must_be_gone(race) ? FAULT : race->found[LEFT];
}

/* A descriptor keeps such a region, if it is in time. */
static int bind_at_end(struct race *race)
{
	char *address;

	race->handle = region_open(race->id, O_RDWR);
	race->found[LEFT] = race->handle >= 0	    ? 0 :
			    race->handle == -EINVAL ? 1 :
						      2;
	if (race->handle < 0)
		return race_explains(race->handle) ?
			       0 :
			       race_unexplained(race, "binding", race->handle);
	address = mmap(NULL, RACE_PAGES * race->page, PROT_READ | PROT_WRITE,
		       MAP_SHARED, race->handle, 0);
	if (address == MAP_FAILED) {
		race_unexplained(race, "mapping what is bound", -errno);
	} else {
		if (!race_has_mark(race, address))
			race_fault(race, "what is bound lost its content");
		munmap(address, RACE_PAGES * race->page);
	}
	close(race->handle);
	return 0;
}

/* Two make the same one: by the same key it is the same. */
static int get_same(struct race *race, enum side side)
{
	const bool alone = race_choice(race, 5, 2);
	const uint32_t flags =
		SHMREGION_GET_CREATE | (alone ? SHMREGION_GET_EXCL : 0) |
		(race_choice(race, 6, 2) ? SHMREGION_GET_POPULATE :
					   SHMREGION_GET_NORESERVE);

	race->result[side] =
		region_get(race->fd[side], RACE_KEY, race->page, flags, 0600);
	return 0;
}

static int left_gets_same(struct race *race)
{
	return get_same(race, LEFT);
}

static int right_gets_same(struct race *race)
{
	return get_same(race, RIGHT);
}

static int judge_same(struct race *race)
{
	const bool alone = race_choice(race, 5, 2);
	const int left = race->result[LEFT], right = race->result[RIGHT];
	const int id = left > 0 ? left : right;
	/* One of both alone, or both the same. */
	const bool right_is_wrong = alone ? right != (left > 0 ? -EEXIST : id) :
					    right != left;
	struct shmregion_stat stat;

	if (id < 0 || right_is_wrong || (alone && left < 0 && left != -EEXIST))
		return race_fault(race, "getting one key gives %d and %d", left,
				  right);
	if (region_stat(race->fd[LEFT], id, 0, &stat) || stat.key != RACE_KEY)
		return race_fault(race, "what was made is not there");
	if (region_remove(race->fd[LEFT], id))
		return race_fault(race, "what was made cannot be removed");
	return stat.creator_pid == getpid() ? LEFT : RIGHT;
}

/* What ends a region, and somebody who looks for it by its key. */
#define AGAINST_FIND(what, end)                                             \
	{                                                                   \
		.name = what " against find by key", .variant = end,        \
		.outcomes = { "found alive", "found and lost", "made anew", \
			      "not there" },                                \
		.enter = make_with_end, .left = find_at_end,                \
		.right = bring_end, .judge = judge_by_left,                 \
	}

static const struct pair end_pairs[] = {
	AGAINST_FIND("last detach", RACE_LAST_DETACH),
	AGAINST_FIND("owner's close", RACE_OWNER),
	AGAINST_FIND("removal", 0),
	{
		.name = "last detach against bind",
		.variant = RACE_LAST_DETACH,
		.outcomes = { "bound", "not found", "dying" },
		.enter = make_with_end,
		.left = bind_at_end,
		.right = bring_end,
		.judge = judge_by_left,
	},
	{ .name = "creation against creation of one key",
	  .outcomes = { "the left's", "the right's" },
	  .left = left_gets_same,
	  .right = right_gets_same,
	  .judge = judge_same },
};

#endif /* SELFTESTS_RACE_ENDS_H */
