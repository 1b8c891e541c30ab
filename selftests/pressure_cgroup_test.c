// SPDX-License-Identifier: GPL-2.0
/*
 * A memory cgroup at its limit, without swap space and with all of it in use.
 * Who goes beyond it hears ENOMEM or is killed, and nobody else; what the others
 * have in their regions is right throughout.
 */

#include "pressure_fixture.h"

#define CREATE SHMREGION_GET_CREATE
#define POPULATE SHMREGION_GET_POPULATE
#define LAST_DETACH SHMREGION_GET_LIFETIME_LAST_DETACH
#define WALKERS 4
/* More than the cgroup may have. */
#define EATEN (64 * MIB)
#define SWAP (16 * MIB)

/* Says what is left of swap space as it goes on, and never comes to the end. */
static int eat(unsigned int number, void *data)
{
	const struct checked_region *region = data;
	int fd = device_open(O_RDWR), error = cgroup_join();
	struct checked_page *pages;
	size_t i;

	(void)number;
	if (!error)
		error = choose_me();
	pages = region_attach(fd, region->id, 0);
	if (error || !pages)
		return error ? error : -errno;
	for (i = 0; i < region->pages && !error; i++) {
		error = renew_page(&pages[i], region, i);
		if (i % 16 == 0)
			board_saw(meminfo_bytes("SwapFree"));
	}
	return error ? error : -ERANGE;
}

/* A shortage is told, and nobody is killed for it. */
static int populate_too_much(unsigned int number, void *data)
{
	int fd = device_open(O_RDWR), error = cgroup_join_spared(), id;

	(void)number;
	(void)data;
	if (error)
		return error;
	id = region_get(fd, SHMREGION_KEY_PRIVATE, EATEN, CREATE | POPULATE,
			0600);
	if (id == -ENOMEM)
		board_add(&board->refused, 1);
	return id;
}

/*
 * Begins a patrol inside and outside of a cgroup, on regions that are charged to
 * it.
 */
static int patrol_cgroup(FIXTURE_DATA(pressure) * self, long long bytes)
{
	int error = 0;
	long long i;

	for (i = 0; i < bytes && !error; i += 4 * MIB)
		error = patrol_add(&self->patrol, self->aftermath.fd,
				   PAGES(4 * MIB), 0);
	if (!error)
		error = run_one(self, fill_inside, &self->patrol);
	self->patrol.refusable = true;
	if (!error)
		error = crew_start(&self->crew, WALKERS / 2, patrol_walk,
				   &self->patrol);
	self->patrol.prepare = cgroup_join_spared;
	if (!error)
		error = crew_start(&self->crew, WALKERS / 2, patrol_walk,
				   &self->patrol);
	if (!error && !crew_gathers(&self->crew, WALKERS))
		error = -ECHILD;
	board_announce(PHASE_PATROL);
	return error;
}

/* A region that is to be eaten, nothing of which is there yet. */
static int serve(struct checked_region *region, int fd, uint32_t lifetime)
{
	memset(region->ledger, 0, region->pages * sizeof(*region->ledger));
	region->id = region_get(fd, SHMREGION_KEY_PRIVATE, EATEN,
				CREATE | lifetime, 0600);
	return region->id < 0 ? region->id : 0;
}

TEST_F_TIMEOUT(pressure, memory_cgroup_is_at_its_limit, 3600)
{
	const int fd = self->aftermath.fd;
	const unsigned int kills = 3 * pressure_factor();
	struct checked_region eaten = {
		.pages = PAGES(EATEN),
		.ledger = board_ledger(PAGES(EATEN)),
	};
	unsigned int i;

	self->patrol.nap_us = 2000;
	ASSERT_EQ(0, cgroup_begin(32 * MIB, "0"));
	ASSERT_EQ(0, patrol_cgroup(self, 8 * MIB));
	for (i = 0; i < kills; i++) {
		EXPECT_EQ(-ENOMEM, run_one(self, populate_too_much, NULL));
		ASSERT_EQ(0, serve(&eaten, fd, 0));
		EXPECT_EQ(PEER_KILLED_BY(SIGKILL), run_one(self, eat, &eaten));
		/* It is there still: the region does not end with its user. */
		EXPECT_NE(0, eaten.ledger[0]);
		EXPECT_EQ(0, checked_region_visit(&eaten, fd, verify_written));
		ASSERT_EQ(0, region_remove(fd, eaten.id));
	}
	EXPECT_TRUE(crew_lives(&self->crew));
	EXPECT_EQ(0, crew_end(&self->crew));
	EXPECT_LT(0, kernel_file_number(CGROUP "/memory.events", "max"));
	EXPECT_EQ(kills,
		  kernel_file_number(CGROUP "/memory.events", "oom_kill"));
	EXPECT_EQ(0, patrol_visit(&self->patrol, fd, verify_all));
	TH_LOG("%u killed, %lu refused", kills, board->refused);
}

TEST_F_TIMEOUT(pressure, swap_space_is_full, 3600)
{
	const int fd = self->aftermath.fd;
	const unsigned int kills = 2 * pressure_factor();
	const long long out = vm_event("pswpout"), in = vm_event("pswpin");
	struct checked_region eaten = {
		.pages = PAGES(EATEN),
		.ledger = board_ledger(PAGES(EATEN)),
	};
	long long swapped_out, swapped_in;
	unsigned int i;

	/* Or all would be busy with the swapping of each other. */
	self->patrol.nap_us = 40000;
	ASSERT_EQ(0, swap_begin(SWAP));
	ASSERT_EQ(0, cgroup_begin(16 * MIB, "max"));
	ASSERT_EQ(0, patrol_cgroup(self, 20 * MIB));
	for (i = 0; i < kills; i++) {
		pause_for(1);
		EXPECT_EQ(-ENOMEM, run_one(self, populate_too_much, NULL));
		ASSERT_EQ(0, serve(&eaten, fd, LAST_DETACH));
		EXPECT_EQ(PEER_KILLED_BY(SIGKILL), run_one(self, eat, &eaten));
		EXPECT_TRUE(BECOMES_TRUE(region_is_gone(fd, eaten.id)));
	}
	EXPECT_TRUE(crew_lives(&self->crew));
	EXPECT_EQ(0, crew_end(&self->crew));
	EXPECT_EQ(0, patrol_visit(&self->patrol, fd, verify_all));
	EXPECT_GT(MIB, board->least);
	swapped_out = vm_event("pswpout") - out;
	swapped_in = vm_event("pswpin") - in;
	EXPECT_LT((long long)PAGES(SWAP), swapped_out);
	EXPECT_LT((long long)PAGES(SWAP), swapped_in);
	TH_LOG("%lld KiB of swap space left, %lld pages out, %lld in",
	       board->least / 1024, swapped_out, swapped_in);
}

TEST_HARNESS_MAIN
