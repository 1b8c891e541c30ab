// SPDX-License-Identifier: GPL-2.0
/*
 * 10,000 regions and 1,000 processes at once: each page is right, each region is
 * listed, each attach counted, and the region that is one too many refused.
 */

#include "pressure_fixture.h"

#define REGIONS 10000
#define PROCESSES 1000
/* The regions that a process has for itself to write, and some of the others'. */
#define OWN (REGIONS / PROCESSES)
#define ATTACHES (2 * OWN)
#define ROUNDS 3

static struct checked_region regions[REGIONS];

struct place {
	const struct checked_region *region;
	struct checked_page *page;
};

/* Others may be writing theirs. */
static int visit_place(const struct place *place, bool own)
{
	int error;

	if (own)
		return renew_page(place->page, place->region, 0);
	error = verify_page(place->page, place->region, 0);
	return error == -EAGAIN ? 0 : error;
}

static int visit_places(const struct place places[ATTACHES])
{
	unsigned int i;
	int error = 0;

	for (i = 0; i < ATTACHES && !error; i++)
		error = visit_place(&places[i], i < OWN);
	return error;
}

static int be_one_of_many(unsigned int number, void *data)
{
	struct place places[ATTACHES];
	unsigned int i, seed = number + 1;
	int fd = device_open(O_RDWR), error;

	(void)data;
	for (i = 0; i < ATTACHES; i++) {
		places[i].region = i < OWN ? &regions[number * OWN + i] :
					     &regions[rand_r(&seed) % REGIONS];
		places[i].page = region_attach(fd, places[i].region->id, 0);
		if (!places[i].page)
			return -errno;
	}
	error = visit_places(places);
	if (error)
		return error;
	crew_has_done();
	board_wait_for(PHASE_PATROL);
	for (i = 0; i < ROUNDS * pressure_factor() && !error; i++) {
		error = visit_places(places);
		sched_yield();
	}
	if (error)
		return error;
	crew_has_done();
	board_wait_for(PHASE_END);
	return visit_places(places);
}

/* How many regions are listed, and how many attaches of them. */
static void list_regions(unsigned int *listed, unsigned long long *attaches)
{
	FILE *list = fopen("/proc/shmregion", "re");
	unsigned long long here;
	char line[512];

	*listed = 0;
	*attaches = 0;
	if (!list)
		return;
	while (fgets(line, sizeof(line), list)) {
		if (sscanf(line, "%*x %*d %*o %*u %*d %*d %llu", &here) != 1)
			continue;
		++*listed;
		*attaches += here;
	}
	fclose(list);
}

TEST_F_TIMEOUT(pressure, many_regions_and_processes, 3600)
{
	const int fd = self->aftermath.fd;
	unsigned long long attaches;
	struct shmregion_info info;
	unsigned int i, listed;

	ASSERT_EQ(0, setting_change_number(PARAMETER("max_regions"), REGIONS));
	for (i = 0; i < REGIONS; i++)
		ASSERT_EQ(0, checked_region_make(&regions[i], fd, 1, 0));
	EXPECT_EQ(-ENOSPC, region_create(fd, 1));
	ASSERT_EQ(0, crew_start(&self->crew, PROCESSES, be_one_of_many, NULL));
	ASSERT_TRUE(crew_gathers(&self->crew, PROCESSES));

	EXPECT_TRUE(crew_lives(&self->crew));
	list_regions(&listed, &attaches);
	EXPECT_EQ(REGIONS, listed);
	EXPECT_EQ(PROCESSES * ATTACHES, attaches);
	EXPECT_EQ(0, device_info(fd, &info));
	EXPECT_EQ(REGIONS, info.regions);
	EXPECT_EQ(REGIONS * CHECKED_PAGE, info.resident_bytes);
	EXPECT_EQ(-ENOSPC, region_create(fd, 1));

	board_announce(PHASE_PATROL);
	ASSERT_TRUE(crew_gathers(&self->crew, PROCESSES));
	EXPECT_TRUE(crew_lives(&self->crew));
	EXPECT_EQ(0, crew_end(&self->crew));
	for (i = 0; i < REGIONS; i++)
		ASSERT_EQ(0, checked_region_visit(&regions[i], fd, verify_all));
	list_regions(&listed, &attaches);
	EXPECT_EQ(REGIONS, listed);
	EXPECT_EQ(0, attaches);
	TH_LOG("%u regions, %u processes", REGIONS, PROCESSES);
}

TEST_HARNESS_MAIN
