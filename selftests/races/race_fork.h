/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fork, against threads of the same process that attach and detach, and against
 * another process that detaches: a child has a mapping or it has not, and what it
 * has is counted.
 */

#ifndef SELFTESTS_RACE_FORK_H
#define SELFTESTS_RACE_FORK_H

#include "race_regions.h"

/* How many mappings of regions this process has; for a child of a thread. */
static long count_mappings(void)
{
	static char text[262144];
	ssize_t length =
		kernel_file_read("/proc/self/maps", text, sizeof(text));
	const char *place = text;
	long count = 0;

	if (length < 0)
		return length;
	while ((place = strstr(place, "shmregion:"))) {
		count++;
		place++;
	}
	return count;
}

/* In the child: says what it has, and keeps that until it is let go. */
static void live_on(struct race *race)
{
	long mapped = count_mappings();

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (mapped > 0 && race->address && !race_has_mark(race, race->address))
		mapped = -EILSEQ;
	__atomic_store_n(&race->mapped, mapped, __ATOMIC_RELEASE);
	while (!__atomic_load_n(&race->released, __ATOMIC_ACQUIRE))
		usleep(200);
	_exit(0);
}

#define NOT_SAID (-1000)

static int fork_meanwhile(struct race *race)
{
	const pid_t pid = fork();

	if (!pid)
		live_on(race);
	race->child = pid;
	return pid < 0 ? race_unexplained(race, "fork", -errno) : 0;
}

static int let_child_go(struct race *race)
{
	int status;

	__atomic_store_n(&race->released, true, __ATOMIC_RELEASE);
	if (waitpid(race->child, &status, 0) != race->child || status)
		return race_fault(race, "the child ends with %#x", status);
	return 0;
}

static int prepare_to_attach(struct race *race)
{
	race->mapped = NOT_SAID;
	race->released = false;
	race->address = NULL;
	return race_make_left(race);
}

static int attach_meanwhile(struct race *race)
{
	const uint32_t flags =
		race_choice(race, 2, 2) ? 0 : SHMREGION_ATTACH_POPULATE;
	char *address = region_attach(race->fd[RIGHT], race->id, flags);

	if (!address)
		return race_unexplained(race, "attaching", -errno);
	race->address = address;
	return 0;
}

static int child_has_said(struct race *race)
{
	if (!BECOMES_TRUE(__atomic_load_n(&race->mapped, __ATOMIC_ACQUIRE) !=
			  NOT_SAID))
		return race_fault(race, "the child says nothing");
	if (race->mapped < 0)
		return race_unexplained(race, "the child", (int)race->mapped);
	return 0;
}

static int judge_attach(struct race *race)
{
	const bool inherited = !child_has_said(race) && race->mapped;
	long attaches;

	if (race->faults)
		return FAULT;
	attaches = region_attaches(race->fd[LEFT], race->id);
	if (attaches != 1 + race->mapped)
		return race_fault(race, "%ld attaches, but the child has %ld",
				  attaches, race->mapped);
	if (let_child_go(race) ||
	    race_use(race, LEFT, race->address, true, 1) ||
	    race_detach(race, LEFT, race->address))
		return FAULT;
	if (region_attaches(race->fd[LEFT], race->id))
		return race_fault(race, "something is attached still");
	race_left_removes(race);
	return !inherited;
}

static int prepare_to_detach(struct race *race)
{
	race->mapped = NOT_SAID;
	race->released = false;
	race->address = race_make_attached(race, race->fd[LEFT], RACE_KEY,
					   RACE_LAST_DETACH);
	return race->address ? 0 : FAULT;
}

static int detach_meanwhile(struct race *race)
{
	return race_detach(race, RIGHT, race->address);
}

/* What the child inherited keeps the region, and nothing else does. */
static int judge_detach(struct race *race)
{
	long attaches, mapped;

	if (child_has_said(race))
		return FAULT;
	mapped = race->mapped;
	attaches = region_attaches(race->fd[LEFT], race->id);
	if (attaches != (mapped ? 1 : -EINVAL))
		return race_fault(race, "%ld attaches, but the child has %ld",
				  attaches, mapped);
	return let_child_go(race) || race_must_be_gone(race) ? FAULT : !mapped;
}

/* So many that both sides count at the same time, again and again. */
#define MAPPINGS 64

/* Where this process, left or right, has them. */
static char *mappings[MAPPINGS];

static int attach_many(struct race *race, enum side side)
{
	unsigned int i;

	for (i = 0; i < MAPPINGS; i++) {
		mappings[i] = region_attach(race->fd[side], race->id, 0);
		if (!mappings[i])
			return race_unexplained(race, "attaching many", -errno);
	}
	return 0;
}

static int detach_many(struct race *race, enum side side)
{
	unsigned int i;

	for (i = 0; i < MAPPINGS; i++)
		if (race_detach(race, side, mappings[i]))
			return FAULT;
	return 0;
}

static int prepare_to_fork(struct race *race)
{
	race->mapped = NOT_SAID;
	race->released = false;
	race->address = NULL;
	if (race_make_left(race))
		return FAULT;
	return attach_many(race, LEFT);
}

static int right_attaches_many(struct race *race)
{
	return attach_many(race, RIGHT);
}

static void note_end(struct race *race, enum side side)
{
	race->ended[side] = clock_nanoseconds(CLOCK_MONOTONIC);
}

static int fork_many(struct race *race)
{
	const int error = fork_meanwhile(race);

	note_end(race, LEFT);
	return error;
}

static int right_detaches_many(struct race *race)
{
	const int error = detach_many(race, RIGHT);

	note_end(race, RIGHT);
	return error;
}

static int judge_fork(struct race *race)
{
	long attaches;

	if (child_has_said(race))
		return FAULT;
	attaches = region_attaches(race->fd[LEFT], race->id);
	if (race->mapped != MAPPINGS || attaches != 2 * MAPPINGS)
		return race_fault(race, "%ld attaches, but the child has %ld",
				  attaches, race->mapped);
	if (let_child_go(race) || detach_many(race, LEFT))
		return FAULT;
	if (region_attaches(race->fd[LEFT], race->id))
		return race_fault(race, "something is attached still");
	race_left_removes(race);
	return race->ended[LEFT] < race->ended[RIGHT];
}

static const struct pair fork_pairs[] = {
	{
		.name = "attach against fork",
		.outcomes = { "inherited", "not inherited" },
		.thread = true,
		.share = 2,
		.prepare = prepare_to_attach,
		.left = fork_meanwhile,
		.right = attach_meanwhile,
		.judge = judge_attach,
	},
	{ .name = "last detach against fork",
	  .outcomes = { "inherited", "not inherited" },
	  .thread = true,
	  .share = 2,
	  .prepare = prepare_to_detach,
	  .left = fork_meanwhile,
	  .right = detach_meanwhile,
	  .judge = judge_detach },
	{ .name = "fork against another's detach",
	  .outcomes = { "detached first", "forked first" },
	  .share = 4,
	  .prepare = prepare_to_fork,
	  .enter = right_attaches_many,
	  .left = fork_many,
	  .right = right_detaches_many,
	  .judge = judge_fork },
};

#endif /* SELFTESTS_RACE_FORK_H */
