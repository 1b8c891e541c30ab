/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Limits, against creation: whatever comes when, there never are more regions
 * than the limit that was in force allows.
 */

#ifndef SELFTESTS_RACE_LIMITS_H
#define SELFTESTS_RACE_LIMITS_H

#include "kselftest.h"

#include "../setting.h"
#include "race_regions.h"

/* Each of these leaves room for one region of one page. */
static const struct {
	const char *path;
	bool bytes;
} race_limits[] = {
	{ PARAMETER("max_regions"), false },
	{ PARAMETER("max_user_regions"), false },
	{ PARAMETER("max_bytes"), true },
	{ PARAMETER("max_user_bytes"), true },
};

static int lower_limit(struct race *race)
{
	const unsigned int which =
		race_choice(race, 7, ARRAY_SIZE(race_limits));
	const uint64_t value = race_limits[which].bytes ? race->page : 1;
	int error = setting_change_number(race_limits[which].path, value);

	return error ? race_unexplained(race, "changing a limit", error) : 0;
}

static int restore_limit(struct race *race)
{
	int error = settings_restore();

	return error ? race_unexplained(race, "restoring a limit", error) : 0;
}

/* Returns how many of @count regions were made. */
static int create_some(struct race *race, enum side side, int count)
{
	int i, id, made = 0;

	for (i = 0; i < count; i++) {
		id = region_create(race->fd[side], race->page);
		if (id < 0 && id != -ENOSPC)
			race_unexplained(race, "creating", id);
		made += id > 0;
	}
	return made;
}

static int lower_and_create(struct race *race)
{
	if (lower_limit(race))
		return FAULT;
	race->result[LEFT] = create_some(race, LEFT, 1);
	return 0;
}

static int create_two(struct race *race)
{
	race->result[RIGHT] = create_some(race, RIGHT, 2);
	return 0;
}

static int left_creates(struct race *race)
{
	race->result[LEFT] = create_some(race, LEFT, 1);
	return 0;
}

static int right_creates(struct race *race)
{
	race->result[RIGHT] = create_some(race, RIGHT, 1);
	return 0;
}

/* The counts say how many there are; then there are none. */
static int count_and_remove(struct race *race, int made)
{
	const struct aftermath here = { .fd = race->fd[LEFT] };
	const uint64_t bytes = made * race->page;
	struct shmregion_info info;

	if (device_info(race->fd[LEFT], &info))
		return race_fault(race, "asking fails");
	if ((int)info.regions != made || (int)info.all_regions != made ||
	    (int)info.user_regions != made || info.all_bytes != bytes ||
	    info.user_bytes != bytes)
		return race_fault(race, "of %d regions %d are counted", made,
				  (int)info.all_regions);
	aftermath_remove_rest(&here);
	return restore_limit(race);
}

/*
 * The left creates when the limit is lowered already: what it got is the only
 * one, and it is refused only if the right has one.
 */
static int judge_lowering(struct race *race)
{
	const int left = race->result[LEFT], right = race->result[RIGHT];

	if (left ? right : !right)
		return race_fault(race, "with a limit of 1: %d and %d", left,
				  right);
	return count_and_remove(race, left + right) ? FAULT : right;
}

static int judge_limit(struct race *race)
{
	const int left = race->result[LEFT], right = race->result[RIGHT];

	if (left + right != 1)
		return race_fault(race, "with a limit of 1: %d and %d", left,
				  right);
	return count_and_remove(race, left + right) ? FAULT : right;
}

static const struct pair limit_pairs[] = {
	{
		.name = "limit change against creation",
		.outcomes = { "the right has none", "one", "two" },
		.left = lower_and_create,
		.right = create_two,
		.judge = judge_lowering,
	},
	{ .name = "creation against creation at the limit",
	  .outcomes = { "the left's", "the right's" },
	  .prepare = lower_limit,
	  .left = left_creates,
	  .right = right_creates,
	  .judge = judge_limit },
};

#endif /* SELFTESTS_RACE_LIMITS_H */
