/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The death of a network namespace, by the close of the last descriptor, against
 * a thread that attaches by that descriptor and uses what it has attached while
 * the kernel takes the namespace apart.
 */

#ifndef SELFTESTS_RACE_SCOPE_H
#define SELFTESTS_RACE_SCOPE_H

#include "race_regions.h"

enum { TOO_LATE, DETACHED_BEFORE, OUTLIVED };

/* One region to attach, and one that tells by its end of the namespace's. */
static int make_scope(struct race *race)
{
	int here = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	int error = 0;

	if (here < 0 || unshare(CLONE_NEWNET))
		return race_unexplained(race, "making a namespace", -errno);
	race->handle = device_open(O_RDWR);
	if (race->handle < 0 || setns(here, CLONE_NEWNET))
		error = race_fault(race, "entering a namespace fails");
	close(here);
	race->result[RIGHT] = 0;
	race->found[RIGHT] = TOO_LATE;
	if (!error)
		error = race_make(race, race->handle, RACE_KEY,
				  race_choice(race, 8, 2) ? RACE_OWNER : 0);
	if (!error && region_create(race->handle, race->page) < 0)
		error = race_fault(race, "creating alone fails");
	return error;
}

static int let_scope_die(struct race *race)
{
	close(race->handle);
	return 0;
}

static long regions_everywhere(struct race *race, enum side side)
{
	struct shmregion_info info;
	int error = device_info(race->fd[side], &info);

	return error ? error : (long)info.all_regions;
}

/* Another mapping of the same, gone again: by mremap, remap and split. */
static int use_in_dying_scope(struct race *race, char *address)
{
	char *twin = mremap(address, 0, race->page, MREMAP_MAYMOVE);

	if (twin == MAP_FAILED)
		return race_unexplained(race, "mremap", -errno);
	if (race_read(twin) != race->mark)
		return race_fault(race, "what was doubled lost its content");
	if (mprotect(address, race->page, PROT_READ) ||
	    munmap(twin, race->page))
		return race_unexplained(race, "splitting", -errno);
	return 0;
}

static int attach_in_dying_scope(struct race *race)
{
	const uint64_t stay = 1000ULL << race_choice(race, 9, 15);
	void *address;
	int error = region_attach_at(race->handle, race->id, NULL, 0, &address);
	long left;

	race->result[RIGHT] = error;
	if (error)
		return error == -EBADF ?
			       0 :
			       race_unexplained(race, "attaching", error);
	if (race_choice(race, 11, 3))
		race_pause(stay);
	else if (!BECOMES_TRUE(regions_everywhere(race, RIGHT) == 1))
		race_fault(race, "the namespace does not die");
	if (race_choice(race, 10, 2))
		use_in_dying_scope(race, address);
	/* The other one is dead: so is the namespace. */
	left = regions_everywhere(race, RIGHT);
	race->found[RIGHT] = left == 1 ? OUTLIVED : DETACHED_BEFORE;
	if (left != 1 && left != 2)
		race_fault(race, "%ld regions, one of which is attached", left);
	if (!race_has_mark(race, address))
		race_fault(race, "what is attached lost its content");
	if (region_detach(race->fd[RIGHT], address))
		race_fault(race, "what is attached cannot be detached");
	return 0;
}

/* The scope is dead when nothing of it is left, which the caller waits for. */
static int judge_scope(struct race *race)
{
	if (region_get(race->fd[LEFT], RACE_KEY, 0, 0, 0) != -ENOENT)
		return race_fault(race, "its key leads out of the namespace");
	return race->found[RIGHT];
}

static const struct pair scope_pairs[] = {
	{ .name = "namespace death against attach",
	  .outcomes = { "too late", "detached before", "outlived it" },
	  .thread = true,
	  .share = 4,
	  .prepare = make_scope,
	  .left = let_scope_die,
	  .right = attach_in_dying_scope,
	  .judge = judge_scope },
};

#endif /* SELFTESTS_RACE_SCOPE_H */
