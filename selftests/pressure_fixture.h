/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What all tests of pressure begin and end with. At the end nothing is left, no
 * page was wrong, and it is told how many were verified.
 */

#ifndef SELFTESTS_PRESSURE_FIXTURE_H
#define SELFTESTS_PRESSURE_FIXTURE_H

#include "harness.h"

#include "aftermath.h"
#include "pressure_memory.h"
#include "pressure_patrol.h"
#include "setting.h"

#define PAGES(bytes) ((bytes) / CHECKED_PAGE)

static inline void pause_for(unsigned int seconds)
{
	sleep(seconds * pressure_factor());
}

/* Those that were written before whoever did it was stopped. */
static inline size_t verify_written(struct checked_page *pages,
				    const struct checked_region *region)
{
	size_t i, errors = 0;

	for (i = 0; i < region->pages && region->ledger[i]; i++)
		errors += verify_page(&pages[i], region, i) == -EILSEQ;
	return errors;
}

/* Fills the patrol's regions; what they take is the cgroup's. */
static inline int fill_inside(unsigned int number, void *data)
{
	int fd = device_open(O_RDWR), error = cgroup_join_spared();

	(void)number;
	return error ? error : (int)patrol_visit(data, fd, renew_all);
}

/* The regions of a patrol, as a test begins. */
static const struct patrol no_patrol;

FIXTURE(pressure)
{
	struct aftermath aftermath;
	struct patrol patrol;
	struct crew crew;
	/* Who makes memory short. */
	struct crew others;
};

FIXTURE_SETUP(pressure)
{
	ASSERT_NE(MAP_FAILED, board);
	board_clear();
	self->patrol = no_patrol;
	self->crew.count = 0;
	self->others.count = 0;
	ASSERT_EQ(CHECKED_PAGE, sysconf(_SC_PAGESIZE));
	ASSERT_TRUE(aftermath_begin(&self->aftermath));
}

FIXTURE_TEARDOWN(pressure)
{
	crew_kill(&self->crew);
	crew_kill(&self->others);
	EXPECT_EQ(0, settings_restore());
	aftermath_remove_rest(&self->aftermath);
	EXPECT_TRUE(aftermath_is_clean(&self->aftermath));
	aftermath_end(&self->aftermath);
	EXPECT_EQ(0, swap_end());
	EXPECT_EQ(0, cgroup_end());

	EXPECT_EQ(0, board->wrong)
	TH_LOG("first wrong: page %zu of region %d, sequence %llu of %llu",
	       board->wrong_page, board->wrong_region,
	       (unsigned long long)board->wrong_sequence,
	       (unsigned long long)board->wrong_ledger);
	EXPECT_NE(0, board->verified);
	board->verified_in_all += board->verified;
	TH_LOG("%lu pages verified, %lu renewed, %lu attaches moved; %lu in all",
	       board->verified, board->renewed, board->moved,
	       board->verified_in_all);
}

/* Runs it in a process of its own to its end. */
static inline int run_one(FIXTURE_DATA(pressure) * self, crew_function function,
			  void *data)
{
	int error = crew_start(&self->others, 1, function, data);

	return error ? error : crew_wait(&self->others, --self->others.count);
}

#endif /* SELFTESTS_PRESSURE_FIXTURE_H */
