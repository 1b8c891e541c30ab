// SPDX-License-Identifier: GPL-2.0
/*
 * Pressure: the check that all tests of it are made with, which has to find what
 * is wrong, and strict overcommit. Who wants more than may be promised hears
 * ENOMEM or dies alone; what the others have in their regions is right
 * throughout.
 *
 * SHMREGION_PRESSURE multiplies the work of all tests of pressure.
 */

#include "commit_limit.h"
#include "pressure_fixture.h"

#define CREATE SHMREGION_GET_CREATE
#define NORESERVE SHMREGION_GET_NORESERVE
#define WALKERS 6
/* Reserved at once, and so much is kept for root. */
#define RESERVED (4 * MIB)
#define ROOT_RESERVE (8 * MIB)
/* Pages that are there before. */
#define SOME 16

/* The check itself. */

static struct checked_page *attach_checked(FIXTURE_DATA(pressure) * self,
					   size_t pages)
{
	if (patrol_add(&self->patrol, self->aftermath.fd, pages, 0))
		return NULL;
	return region_attach(self->aftermath.fd, self->patrol.regions[0].id, 0);
}

/* Spoils the page in some way; another process, so as others would. */
static int spoil(struct peer *parent, void *data)
{
	struct checked_page *pages = data;

	(void)parent;
	((char *)&pages[1])[2345] ^= 0x40;
	pages[3] = pages[2];
	((char *)&pages[5])[16] ^= 1;
	memset(&pages[6], 0, sizeof(*pages));
	return 0;
}

TEST_F(pressure, what_is_wrong_is_found)
{
	const struct checked_region *region = &self->patrol.regions[0];
	struct checked_page *pages = attach_checked(self, 8);
	struct checked_page old;
	size_t i;

	ASSERT_NE(NULL, pages);
	ASSERT_EQ(0, renew_all(pages, region));
	old = pages[4];
	ASSERT_EQ(0, renew_all(pages, region));
	ASSERT_EQ(0, verify_all(pages, region));
	ASSERT_EQ(0, run_in_child(spoil, pages));
	pages[4] = old;

	for (i = 0; i < region->pages; i++) {
		const bool spoiled = i == 1 || (i >= 3 && i <= 6);

		EXPECT_EQ(spoiled ? PAGE_WRONG : PAGE_RIGHT,
			  page_check(&pages[i], region, i))
		TH_LOG("page %zu", i);
		/* It is not overwritten, so not hidden. */
		EXPECT_EQ(spoiled ? PAGE_WRONG : PAGE_RIGHT,
			  page_renew(&pages[i], region, i))
		TH_LOG("page %zu", i);
	}
	ASSERT_EQ(0, region_detach(self->aftermath.fd, pages));
}

/* A patrol notices, too. */
TEST_F(pressure, what_is_wrong_ends_a_patrol)
{
	struct checked_page *pages = attach_checked(self, 8);

	ASSERT_NE(NULL, pages);
	ASSERT_EQ(0, renew_all(pages, &self->patrol.regions[0]));
	ASSERT_EQ(0, crew_start(&self->crew, 2, patrol_walk, &self->patrol));
	ASSERT_TRUE(crew_gathers(&self->crew, 2));
	board_announce(PHASE_PATROL);
	EXPECT_TRUE(BECOMES_TRUE(board->verified > 1000));
	EXPECT_EQ(0, board->wrong);
	/* One that is just being written would be right again. */
	EXPECT_TRUE(
		BECOMES_TRUE((pages[7].words[99]++, !crew_lives(&self->crew))));
	EXPECT_EQ(-EILSEQ, crew_end(&self->crew));
	EXPECT_EQ(7, board->wrong_page);
	EXPECT_NE(0, board->wrong);
	board->wrong = 0;
	ASSERT_EQ(0, region_detach(self->aftermath.fd, pages));
}

/* Renews and verifies regions of its own, one after another, as it gets them. */
static int reserve_and_fill(unsigned int number, void *data)
{
	static uint64_t ledger[PAGES(RESERVED)];
	struct checked_region region = {
		.pages = PAGES(RESERVED),
		.ledger = ledger,
	};
	int fd = device_open(O_RDWR);
	long errors = 0;

	(void)number;
	(void)data;
	crew_has_done();
	board_wait_for(PHASE_PATROL);
	while (!errors && board_phase() == PHASE_PATROL) {
		region.id = region_get(fd, SHMREGION_KEY_PRIVATE, RESERVED,
				       CREATE, 0600);
		if (region.id == -ENOMEM) {
			board_add(&board->refused, 1);
			board_saw(meminfo_bytes("CommitLimit") -
				  meminfo_bytes("Committed_AS"));
			sched_yield();
			continue;
		}
		if (region.id < 0)
			return region.id;
		memset(ledger, 0, sizeof(ledger));
		errors = checked_region_visit(&region, fd, renew_all);
		if (!errors)
			errors = checked_region_visit(&region, fd, verify_all);
		if (!errors)
			errors = region_remove(fd, region.id);
	}
	return (int)errors;
}

static size_t renew_some(struct checked_page *pages,
			 const struct checked_region *region)
{
	size_t i, errors = 0;

	for (i = 0; i < SOME; i++)
		errors += !!renew_page(&pages[i], region, i);
	return errors;
}

/* Fills the region from a process of its own. */
static int fill(unsigned int number, void *data)
{
	const struct checked_region *region = data;
	int fd = device_open(O_RDWR);

	(void)number;
	return (int)checked_region_visit(region, fd, renew_all);
}

TEST_F_TIMEOUT(pressure, overcommit_is_strict, 3600)
{
	const int fd = self->aftermath.fd;
	struct checked_region last;
	unsigned int i;

	for (i = 0; i < 4; i++)
		ASSERT_EQ(0, patrol_add(&self->patrol, fd, PAGES(4 * MIB), 0));
	ASSERT_EQ(0, patrol_visit(&self->patrol, fd, renew_all));
	ASSERT_EQ(0,
		  checked_region_make(&last, fd, PAGES(64 * MIB), NORESERVE));
	ASSERT_EQ(0, checked_region_visit(&last, fd, renew_some));
	ASSERT_EQ(0,
		  crew_start(&self->crew, WALKERS, patrol_walk, &self->patrol));
	ASSERT_EQ(0, crew_start(&self->crew, 8, reserve_and_fill, NULL));
	ASSERT_TRUE(crew_gathers(&self->crew, WALKERS + 8));
	ASSERT_EQ(0, allow_to_reserve(4 * RESERVED));
	board_announce(PHASE_PATROL);
	pause_for(3);
	EXPECT_LT(0, board->refused);
	/* Refused is also what would leave nothing at all. */
	EXPECT_GE(RESERVED + ROOT_RESERVE, board->least);

	/*
	 * What nobody reserved takes what is left. A fork reserves as well, and
	 * is refused as long as the others have all there is.
	 */
	ASSERT_TRUE(BECOMES_TRUE(!crew_start(&self->others, 1, fill, &last)));
	EXPECT_EQ(PEER_KILLED_BY(SIGBUS), crew_wait(&self->others, 0));
	EXPECT_EQ(0, checked_region_visit(&last, fd, verify_written));
	EXPECT_NE(0, last.ledger[SOME - 1]);
	EXPECT_EQ(-ENOMEM, region_get(fd, SHMREGION_KEY_PRIVATE, 8 * RESERVED,
				      CREATE, 0600));
	EXPECT_EQ(0, region_remove(fd, last.id));
	pause_for(1);
	EXPECT_TRUE(crew_lives(&self->crew));
	EXPECT_EQ(0, crew_end(&self->crew));
	EXPECT_EQ(0, patrol_visit(&self->patrol, fd, verify_all));
	TH_LOG("%lu refused, %lld KiB below the limit", board->refused,
	       board->least / 1024);
}

TEST_HARNESS_MAIN
