// SPDX-License-Identifier: GPL-2.0
/*
 * Huge pages: each policy of a region, what the kernel's own switch does to it,
 * and what INFO and STAT tell of it.
 */

#include "harness.h"

#include <linux/mman.h>
#include <sys/mman.h>

#include "deadline.h"
#include "device.h"
#include "free_address.h"
#include "kernel_file.h"
#include "pagemap.h"
#include "pattern.h"
#include "process.h"
#include "setting.h"

#define SWITCH "/sys/kernel/mm/transparent_hugepage/shmem_enabled"
#define HUGE (2UL << 20)
#define PAGE 4096UL
/* Two huge pages and a little: policies differ in what they do with the rest. */
#define SIZE (2 * HUGE + PAGE)

FIXTURE(huge)
{
	int fd;
	/* What the switch stood at. */
	char before[128];
	struct shmregion_stat stat;
};

FIXTURE_SETUP(huge)
{
	ASSERT_EQ(0, setting_read(SWITCH, self->before, sizeof(self->before)));
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(huge)
{
	region_remove_all(self->fd);
	close(self->fd);
	EXPECT_EQ(0, kernel_file_write(SWITCH, self->before));
}

static int create(int fd, uint32_t policy, uint64_t size)
{
	return region_get(fd, SHMREGION_KEY_PRIVATE, size,
			  SHMREGION_GET_CREATE | policy, 0600);
}

/* Creates, attaches and fills a region, and asks about it. Returns NULL on failure. */
static char *fill_region(int fd, uint32_t policy, uint64_t size,
			 struct shmregion_stat *stat)
{
	int id = create(fd, policy, size);
	char *memory = id < 0 ? NULL : region_attach(fd, id, 0);

	if (!memory)
		return NULL;
	pattern_fill(memory, size, 1);
	return region_stat(fd, id, SHMREGION_STAT_HUGE, stat) ? NULL : memory;
}

TEST_F(huge, never_means_never)
{
	char *memory = fill_region(self->fd, SHMREGION_GET_HUGE_NEVER, SIZE,
				   &self->stat);

	ASSERT_NE(NULL, memory);
	EXPECT_EQ(0, self->stat.huge_bytes);
	EXPECT_EQ(SIZE, self->stat.resident_bytes);
	EXPECT_EQ(0, smaps_bytes(getpid(), memory, "ShmemPmdMapped"));
	EXPECT_EQ(SHMREGION_GET_HUGE_NEVER,
		  self->stat.attributes & SHMREGION_GET_HUGE_MASK);
}

TEST_F(huge, within_size_stops_at_the_end)
{
	char *memory = fill_region(self->fd, SHMREGION_GET_HUGE_WITHIN_SIZE,
				   SIZE, &self->stat);

	ASSERT_NE(NULL, memory);
	EXPECT_EQ(2 * HUGE, self->stat.huge_bytes);
	EXPECT_EQ(SIZE, self->stat.resident_bytes);
	EXPECT_EQ(0, (uintptr_t)memory % HUGE);
	EXPECT_EQ(2 * HUGE, smaps_bytes(getpid(), memory, "ShmemPmdMapped"));
	EXPECT_EQ(SHMREGION_GET_HUGE_WITHIN_SIZE,
		  self->stat.attributes & SHMREGION_GET_HUGE_MASK);
}

TEST_F(huge, within_size_gives_none_to_a_small_region)
{
	ASSERT_NE(NULL, fill_region(self->fd, SHMREGION_GET_HUGE_WITHIN_SIZE,
				    HUGE - PAGE, &self->stat));
	EXPECT_EQ(0, self->stat.huge_bytes);
	EXPECT_EQ(HUGE - PAGE, self->stat.resident_bytes);
}

TEST_F(huge, always_reaches_beyond_the_end)
{
	char *memory = fill_region(self->fd, SHMREGION_GET_HUGE_ALWAYS, SIZE,
				   &self->stat);

	ASSERT_NE(NULL, memory);
	EXPECT_EQ(3 * HUGE, self->stat.huge_bytes);
	EXPECT_EQ(0, (uintptr_t)memory % HUGE);
	/* What lies beyond is not mapped, so that the last one is not mapped whole. */
	EXPECT_EQ(2 * HUGE, smaps_bytes(getpid(), memory, "ShmemPmdMapped"));
	EXPECT_EQ(SHMREGION_GET_HUGE_ALWAYS,
		  self->stat.attributes & SHMREGION_GET_HUGE_MASK);
}

TEST_F(huge, advise_waits_for_advice)
{
	char *memory = fill_region(self->fd, SHMREGION_GET_HUGE_ADVISE, SIZE,
				   &self->stat);
	int id;

	ASSERT_NE(NULL, memory);
	EXPECT_EQ(0, self->stat.huge_bytes);
	EXPECT_EQ(0, smaps_bytes(getpid(), memory, "ShmemPmdMapped"));
	EXPECT_EQ(SHMREGION_GET_HUGE_ADVISE,
		  self->stat.attributes & SHMREGION_GET_HUGE_MASK);

	id = create(self->fd, SHMREGION_GET_HUGE_ADVISE, SIZE);
	ASSERT_LT(0, id);
	memory = region_attach(self->fd, id, 0);
	ASSERT_NE(NULL, memory);
	EXPECT_EQ(0, (uintptr_t)memory % HUGE);
	ASSERT_EQ(0, madvise(memory + HUGE, HUGE, MADV_HUGEPAGE));
	pattern_fill(memory, SIZE, 2);
	EXPECT_EQ(0,
		  region_stat(self->fd, id, SHMREGION_STAT_HUGE, &self->stat));
	EXPECT_EQ(HUGE, self->stat.huge_bytes);
	EXPECT_EQ(HUGE, smaps_bytes(getpid(), memory + HUGE, "ShmemPmdMapped"));
	EXPECT_EQ(0, smaps_bytes(getpid(), memory, "ShmemPmdMapped"));
	EXPECT_EQ(0, pattern_errors(memory, SIZE, 2));
}

TEST_F(huge, advice_against_holds_for_every_policy)
{
	int id = create(self->fd, SHMREGION_GET_HUGE_ALWAYS, 2 * HUGE);
	char *memory = region_attach(self->fd, id, 0);

	ASSERT_NE(NULL, memory);
	ASSERT_EQ(0, madvise(memory, HUGE, MADV_NOHUGEPAGE));
	pattern_fill(memory, 2 * HUGE, 3);
	EXPECT_EQ(0,
		  region_stat(self->fd, id, SHMREGION_STAT_HUGE, &self->stat));
	EXPECT_EQ(HUGE, self->stat.huge_bytes);
	EXPECT_EQ(0, smaps_bytes(getpid(), memory, "ShmemPmdMapped"));
	EXPECT_EQ(HUGE, smaps_bytes(getpid(), memory + HUGE, "ShmemPmdMapped"));
}

/*
 * Without huge pages at first there is no need to align a region. And once there are,
 * MADV_COLLAPSE fails where no page table is: of what it did not do at once it would
 * never do the rest.
 */
static char *attach_to_collapse(int fd, int id)
{
	void *memory;

	return region_attach_at(fd, id, FREE_ADDRESS, SHMREGION_ATTACH_POPULATE,
				&memory) ?
		       NULL :
		       memory;
}

TEST_F(huge, collapse_makes_huge_pages_of_small_ones)
{
	char *memory = fill_region(self->fd, SHMREGION_GET_HUGE_NEVER, 2 * HUGE,
				   &self->stat);
	int id;

	ASSERT_NE(NULL, memory);
	id = self->stat.id;
	EXPECT_EQ(0, self->stat.huge_bytes);
	ASSERT_EQ(0, region_detach(self->fd, memory));
	memory = attach_to_collapse(self->fd, id);
	ASSERT_NE(NULL, memory);
	EXPECT_EQ(0, pattern_errors(memory, 2 * HUGE, 1));
	ASSERT_EQ(0, madvise(memory, 2 * HUGE, MADV_COLLAPSE));
	EXPECT_EQ(0,
		  region_stat(self->fd, id, SHMREGION_STAT_HUGE, &self->stat));
	EXPECT_EQ(2 * HUGE, self->stat.huge_bytes);
	EXPECT_EQ(0, pattern_errors(memory, 2 * HUGE, 1));
	EXPECT_EQ(2 * HUGE, smaps_bytes(getpid(), memory, "ShmemPmdMapped"));
}

/* Until all of the region is in huge pages. Returns 1 if it ever was in more. */
static int watch_huge_bytes(struct peer *parent, void *data)
{
	struct shmregion_stat stat = { .id = *(int *)data };
	const int fd = device_open(O_RDONLY);
	int error = peer_tell(parent, 0);

	while (!error && (!stat.size || stat.huge_bytes < stat.size))
		error = region_stat(fd, *(int *)data, SHMREGION_STAT_HUGE,
				    &stat);
	return error ? error : stat.huge_bytes > stat.size;
}

/*
 * While the kernel copies small pages to a huge one, that one has the place of each
 * of them.
 */
TEST_F(huge, a_page_is_counted_once_while_it_is_collapsed)
{
	const size_t size = 32 * HUGE;
	struct peer watcher;
	uint64_t told;
	char *memory;
	int id;

	ASSERT_NE(NULL, fill_region(self->fd, SHMREGION_GET_HUGE_NEVER, size,
				    &self->stat));
	id = self->stat.id;
	memory = attach_to_collapse(self->fd, id);
	ASSERT_NE(NULL, memory);
	ASSERT_EQ(0, peer_start(&watcher, watch_huge_bytes, &id));
	ASSERT_EQ(0, peer_hear(&watcher, &told));
	/* Who counts a page holds it for that long, and then it is not moved. */
	EXPECT_TRUE(BECOMES_TRUE(!madvise(memory, size, MADV_COLLAPSE)));
	EXPECT_EQ(0, peer_wait(&watcher));
}

TEST_F(huge, populate_uses_huge_pages)
{
	int id = create(self->fd,
			SHMREGION_GET_HUGE_WITHIN_SIZE | SHMREGION_GET_POPULATE,
			SIZE);
	char *memory;

	ASSERT_LT(0, id);
	EXPECT_EQ(0,
		  region_stat(self->fd, id, SHMREGION_STAT_HUGE, &self->stat));
	EXPECT_EQ(2 * HUGE, self->stat.huge_bytes);
	EXPECT_EQ(SIZE, self->stat.resident_bytes);
	memory = region_attach(self->fd, id,
			       SHMREGION_ATTACH_RDONLY |
				       SHMREGION_ATTACH_POPULATE);
	ASSERT_NE(NULL, memory);
	EXPECT_EQ(0, (uintptr_t)memory % HUGE);
	EXPECT_EQ(2 * HUGE, smaps_bytes(getpid(), memory, "ShmemPmdMapped"));
}

TEST_F(huge, mmap_of_a_bound_descriptor_is_aligned_to_its_offset)
{
	int bound, id = create(self->fd, SHMREGION_GET_HUGE_ALWAYS, 3 * HUGE);
	char *memory;

	ASSERT_LT(0, id);
	bound = region_open(id, O_RDWR);
	ASSERT_LE(0, bound);
	memory = mmap(NULL, 2 * HUGE + PAGE, PROT_READ | PROT_WRITE, MAP_SHARED,
		      bound, HUGE - PAGE);
	ASSERT_NE(MAP_FAILED, memory);
	EXPECT_EQ(HUGE - PAGE, (uintptr_t)memory % HUGE);
	memset(memory, 1, 2 * HUGE + PAGE);
	EXPECT_EQ(2 * HUGE, smaps_bytes(getpid(), memory, "ShmemPmdMapped"));
	close(bound);
}

TEST_F(huge, stat_counts_them_only_if_asked)
{
	ASSERT_NE(NULL, fill_region(self->fd, SHMREGION_GET_HUGE_ALWAYS, HUGE,
				    &self->stat));
	EXPECT_EQ(HUGE, self->stat.huge_bytes);
	EXPECT_EQ(0, region_stat(self->fd, self->stat.id, 0, &self->stat));
	EXPECT_EQ(0, self->stat.huge_bytes);
	EXPECT_EQ(HUGE, self->stat.resident_bytes);
}

/* The policy that a word of tmpfs(5) stands for; all bits set if none. */
static uint32_t policy_called(const char *word)
{
	if (!strcmp(word, "never"))
		return SHMREGION_GET_HUGE_NEVER;
	if (!strcmp(word, "within_size"))
		return SHMREGION_GET_HUGE_WITHIN_SIZE;
	if (!strcmp(word, "always"))
		return SHMREGION_GET_HUGE_ALWAYS;
	return strcmp(word, "advise") ? UINT32_MAX : SHMREGION_GET_HUGE_ADVISE;
}

TEST_F(huge, default_is_what_the_parameter_says)
{
	struct shmregion_info info;
	struct shmregion_stat chosen;
	char word[32];

	ASSERT_LT(0, kernel_file_read(PARAMETER("huge"), word, sizeof(word)));
	word[strcspn(word, "\n")] = '\0';
	ASSERT_EQ(0, device_info(self->fd, &info));
	EXPECT_EQ(policy_called(word), info.huge_policy);
	EXPECT_EQ(SHMREGION_FEATURE_HUGE,
		  info.features & SHMREGION_FEATURE_HUGE);

	ASSERT_NE(NULL,
		  fill_region(self->fd, info.huge_policy, SIZE, &self->stat));
	chosen = self->stat;
	ASSERT_NE(NULL, fill_region(self->fd, SHMREGION_GET_HUGE_DEFAULT, SIZE,
				    &self->stat));
	EXPECT_EQ(chosen.huge_bytes, self->stat.huge_bytes);
	EXPECT_EQ(chosen.resident_bytes, self->stat.resident_bytes);
	EXPECT_EQ(SHMREGION_GET_HUGE_DEFAULT,
		  self->stat.attributes & SHMREGION_GET_HUGE_MASK);
}

static long long info_huge_page_size(int fd)
{
	struct shmregion_info info;
	int error = device_info(fd, &info);

	return error ? error : (long long)info.huge_page_size;
}

TEST_F(huge, info_says_whether_there_are_any_to_be_had)
{
	ASSERT_EQ(0, kernel_file_write(SWITCH, "deny"));
	EXPECT_EQ(0, info_huge_page_size(self->fd));
	ASSERT_EQ(0, kernel_file_write(SWITCH, "never"));
	EXPECT_EQ(HUGE, info_huge_page_size(self->fd));
	ASSERT_EQ(0, kernel_file_write(SWITCH, "force"));
	EXPECT_EQ(HUGE, info_huge_page_size(self->fd));
	ASSERT_EQ(0, kernel_file_write(SWITCH, "always"));
	EXPECT_EQ(HUGE, info_huge_page_size(self->fd));
}

TEST_F(huge, switch_that_denies_holds_for_regions)
{
	char *memory;

	ASSERT_EQ(0, kernel_file_write(SWITCH, "deny"));
	memory = fill_region(self->fd, SHMREGION_GET_HUGE_ALWAYS, SIZE,
			     &self->stat);
	ASSERT_NE(NULL, memory);
	EXPECT_EQ(0, self->stat.huge_bytes);
	EXPECT_EQ(SIZE, self->stat.resident_bytes);
	EXPECT_EQ(0, smaps_bytes(getpid(), memory, "ShmemPmdMapped"));
}

TEST_F(huge, switch_that_says_never_does_not_hold_for_regions)
{
	char *memory;

	ASSERT_EQ(0, kernel_file_write(SWITCH, "never"));
	memory = fill_region(self->fd, SHMREGION_GET_HUGE_WITHIN_SIZE, SIZE,
			     &self->stat);
	ASSERT_NE(NULL, memory);
	EXPECT_EQ(2 * HUGE, self->stat.huge_bytes);
	EXPECT_EQ(2 * HUGE, smaps_bytes(getpid(), memory, "ShmemPmdMapped"));
}

TEST_HARNESS_MAIN
