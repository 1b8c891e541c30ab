// SPDX-License-Identifier: GPL-2.0
/*
 * Pages that are moved about: memory so fragmented that there is no huge page to
 * be had, and huge pages that are split, compacted, swapped out and put together
 * again while others use them.
 */

#include <linux/mman.h>

#include "pressure_fixture.h"

#define WALKERS 5
#define ALWAYS SHMREGION_GET_HUGE_ALWAYS
#define SPLIT "/sys/kernel/debug/split_huge_pages"
#define COMPACT "/proc/sys/vm/compact_memory"
#define SIZE (8 * MIB)
#define LIMIT CGROUP "/memory.max"
#define SECONDS 3

static long long huge_bytes(int fd, int id)
{
	struct shmregion_stat stat;
	int error = region_stat(fd, id, SHMREGION_STAT_HUGE, &stat);

	return error ? error : (long long)stat.huge_bytes;
}

/* What it is about before, and so how much it has grown. */
static const char *const counters[] = {
	"pgmigrate_success",
	"pswpout",
	"pswpin",
	"thp_split_page",
};

#define COUNTERS ARRAY_SIZE(counters)

static void counters_read(long long values[])
{
	size_t i;

	for (i = 0; i < COUNTERS; i++)
		values[i] = vm_event(counters[i]);
}

static bool counters_grew(const long long before[], long long by)
{
	size_t i;

	for (i = 0; i < COUNTERS; i++)
		if (vm_event(counters[i]) < before[i] + by)
			return false;
	return true;
}

/* Puts huge pages together, here and there. */
static int collapse_pages(unsigned int number, void *data)
{
	const struct patrol *patrol = data;
	char *memory[PATROL_REGIONS], *here;
	unsigned int i, seed = number;
	int fd = device_open(O_RDWR);
	/* What it puts together is charged to it. */
	int error = cgroup_join_spared();

	if (error)
		return error;
	for (i = 0; i < patrol->count; i++) {
		memory[i] = region_attach(fd, patrol->regions[i].id, 0);
		if (!memory[i])
			return -errno;
	}
	crew_has_done();
	board_wait_for(PHASE_PATROL);
	while (board_phase() == PHASE_PATROL) {
		here = memory[rand_r(&seed) % patrol->count];
		here += rand_r(&seed) % (SIZE / HUGE) * HUGE;
		if (!madvise(here, HUGE, MADV_COLLAPSE))
			board_add(&board->collapsed, 1);
		else if (errno != EAGAIN && errno != EINVAL && errno != EBUSY &&
			 errno != ENOMEM)
			return -errno;
		usleep(5000);
	}
	return 0;
}

TEST_F_TIMEOUT(pressure, pages_are_on_the_move, 3600)
{
	const int fd = self->aftermath.fd;
	const uint64_t begin = clock_seconds();
	const unsigned int times = 10 * pressure_factor();
	long long before[COUNTERS];
	uint64_t now = begin;
	unsigned int round = 0;
	size_t i;

	ASSERT_EQ(0, swap_begin(128 * MIB));
	ASSERT_EQ(0, cgroup_begin(256 * MIB, "max"));
	ASSERT_EQ(0, patrol_add(&self->patrol, fd, PAGES(SIZE), ALWAYS));
	ASSERT_EQ(0, patrol_add(&self->patrol, fd, PAGES(SIZE), ALWAYS));
	ASSERT_EQ(0, patrol_add(&self->patrol, fd, PAGES(SIZE),
				SHMREGION_GET_HUGE_NEVER));
	ASSERT_EQ(0, run_one(self, fill_inside, &self->patrol));
	EXPECT_EQ(SIZE, huge_bytes(fd, self->patrol.regions[0].id));
	self->patrol.nap_us = 2000;
	ASSERT_EQ(0,
		  crew_start(&self->crew, WALKERS, patrol_walk, &self->patrol));
	ASSERT_EQ(0, crew_start(&self->crew, 1, collapse_pages, &self->patrol));
	ASSERT_TRUE(crew_gathers(&self->crew, WALKERS + 1));
	counters_read(before);
	board_announce(PHASE_PATROL);
	do {
		ASSERT_EQ(0, kernel_file_write(COMPACT, "1"));
		/* Too little for all of them, and then time to come back. */
		if (round++ % 4 == 0) {
			ASSERT_EQ(0, kernel_file_write(LIMIT, "16M"));
			ASSERT_EQ(0, kernel_file_write(LIMIT, "64M"));
		}
		usleep(300000);
		ASSERT_EQ(0, kernel_file_write(SPLIT, "1"));
		now = clock_seconds();
	} while (now < begin + SECONDS * pressure_factor() ||
		 ((!counters_grew(before, times) || board->collapsed < 5) &&
		  now < begin + 60 * patience() * pressure_factor()));
	EXPECT_TRUE(crew_lives(&self->crew));
	EXPECT_EQ(0, crew_end(&self->crew));
	for (i = 0; i < COUNTERS; i++) {
		EXPECT_LE(times, vm_event(counters[i]) - before[i]);
		TH_LOG("%s: %lld", counters[i],
		       vm_event(counters[i]) - before[i]);
	}
	EXPECT_LE(5, board->collapsed);
	TH_LOG("collapsed: %lu", board->collapsed);
	EXPECT_EQ(0, patrol_visit(&self->patrol, fd, verify_all));
}

/* What the kernel does not give away, without its margins; or -errno. */
static long long kilobytes_kept(void)
{
	char text[32];
	ssize_t length = kernel_file_read("/proc/sys/vm/min_free_kbytes", text,
					  sizeof(text));

	return length < 0 ? length : atoll(text);
}

/* Nothing is free but single pages between such as cannot be moved. */
static bool fragment_machine(FIXTURE_DATA(pressure) * self)
{
	/* More than the kernel keeps for itself, or it would have to kill. */
	long long little = 2 * 1024 * kilobytes_kept();
	long long some = little + 320 * MIB;

	return little > 0 &&
	       !setting_change("/proc/sys/vm/compact_unevictable_allowed",
			       "0") &&
	       !crew_start(&self->others, 1, hoard_memory, &some) &&
	       crew_gathers(&self->others, 1) &&
	       !crew_start(&self->others, 1, fragment_memory, &little) &&
	       crew_gathers(&self->others, 2) &&
	       !crew_start(&self->others, 1, hoard_huge_pages, NULL) &&
	       crew_gathers(&self->others, 3);
}

TEST_F_TIMEOUT(pressure, no_huge_page_is_to_be_had, 3600)
{
	const int fd = self->aftermath.fd;
	const uint64_t begin = clock_seconds();
	long long fallbacks, found = 0;
	struct checked_region *region;
	char *memory;
	unsigned int i;

	ASSERT_TRUE(fragment_machine(self));
	TH_LOG("%lld MiB free, after %llu s", meminfo_bytes("MemFree") / MIB,
	       (unsigned long long)(clock_seconds() - begin));
	fallbacks = vm_event("thp_file_fallback");
	for (i = 0; i < 2; i++)
		ASSERT_EQ(0,
			  patrol_add(&self->patrol, fd, PAGES(SIZE), ALWAYS));
	ASSERT_EQ(0, patrol_visit(&self->patrol, fd, renew_all));
	for (i = 0; i < 2; i++)
		found += huge_bytes(fd, self->patrol.regions[i].id);
	/* A processor may have kept one for itself. */
	EXPECT_GE(sysconf(_SC_NPROCESSORS_ONLN) * (long long)HUGE, found);
	TH_LOG("%lld huge pages found", found / HUGE);
	EXPECT_LE((2 * SIZE - found) / HUGE,
		  vm_event("thp_file_fallback") - fallbacks);

	ASSERT_EQ(0,
		  crew_start(&self->crew, WALKERS, patrol_walk, &self->patrol));
	ASSERT_TRUE(crew_gathers(&self->crew, 3 + WALKERS));
	board_announce(PHASE_PATROL);
	for (i = 0; i < SECONDS * pressure_factor(); i++) {
		EXPECT_EQ(0, kernel_file_write(COMPACT, "1"));
		sleep(1);
	}
	EXPECT_TRUE(crew_lives(&self->crew));
	EXPECT_TRUE(crew_lives(&self->others));
	found = huge_bytes(fd, self->patrol.regions[0].id) +
		huge_bytes(fd, self->patrol.regions[1].id);
	/* A process may have ended meanwhile, and left room for some. */
	EXPECT_GE(SIZE, found);
	TH_LOG("%lld huge pages found then", found / HUGE);
	EXPECT_EQ(0, crew_end(&self->crew));
	EXPECT_EQ(0, crew_end(&self->others));
	EXPECT_EQ(0, patrol_visit(&self->patrol, fd, verify_all));

	/* It was for want of them: now there are some. */
	region = &self->patrol.regions[0];
	memory = region_attach(fd, region->id, 0);
	ASSERT_NE(NULL, memory);
	EXPECT_EQ(0, (uintptr_t)memory % HUGE);
	EXPECT_TRUE(BECOMES_TRUE(!madvise(memory, SIZE, MADV_COLLAPSE)));
	EXPECT_EQ(SIZE, huge_bytes(fd, region->id));
	EXPECT_EQ(0, verify_all((struct checked_page *)memory, region));
	EXPECT_EQ(0, region_detach(fd, memory));
}

TEST_HARNESS_MAIN
