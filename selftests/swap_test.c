// SPDX-License-Identifier: GPL-2.0
/*
 * Pages of a region on their way to swap and back, and regions that are locked
 * so that their pages stay.
 */

#include "harness.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include "deadline.h"
#include "device.h"
#include "kernel_file.h"
#include "memory_cgroup.h"
#include "pattern.h"
#include "process.h"
#include "swap_space.h"

#define SIZE (16UL << 20)
#define SWAP (512LL << 20)

FIXTURE(swap)
{
	int fd;
	int id;
	char *memory;
};

FIXTURE_VARIANT(swap)
{
	uint32_t flags;
};

/* clang-format off */
FIXTURE_VARIANT_ADD(swap, small_pages) {
	.flags = SHMREGION_GET_HUGE_NEVER,
};

FIXTURE_VARIANT_ADD(swap, huge_pages) {
	.flags = SHMREGION_GET_HUGE_ALWAYS,
};

/* clang-format on */

FIXTURE_SETUP(swap)
{
	ASSERT_EQ(0, swap_begin(SWAP))
	TH_LOG("SHMREGION_VM_SWAP must name a disk; see scripts/vm");
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	self->id = region_get(self->fd, SHMREGION_KEY_PRIVATE, SIZE,
			      SHMREGION_GET_CREATE | variant->flags, 0600);
	ASSERT_LT(0, self->id);
	self->memory = region_attach(self->fd, self->id, 0);
	ASSERT_NE(NULL, self->memory);
}

FIXTURE_TEARDOWN(swap)
{
	region_detach(self->fd, self->memory);
	region_remove_all(self->fd);
	close(self->fd);
	swap_end();
	rmdir(CGROUP);
}

static uint64_t swapped_bytes(int fd, int id)
{
	struct shmregion_stat stat;

	return region_stat(fd, id, 0, &stat) ? 0 : stat.swapped_bytes;
}

/* Asks that the pages go, and says whether at least so many bytes have gone. */
static bool push_out(int fd, int id, void *memory, uint64_t bytes)
{
	return !madvise(memory, SIZE, MADV_PAGEOUT) &&
	       swapped_bytes(fd, id) >= bytes;
}

TEST_F(swap, content_goes_out_and_comes_back)
{
	struct shmregion_info info;
	struct shmregion_stat stat;

	pattern_fill(self->memory, SIZE, 1);
	EXPECT_EQ(0, swapped_bytes(self->fd, self->id));
	EXPECT_TRUE(BECOMES_TRUE(
		push_out(self->fd, self->id, self->memory, SIZE / 2)));
	EXPECT_EQ(0, region_stat(self->fd, self->id, 0, &stat));
	EXPECT_GE(SIZE, stat.swapped_bytes);
	EXPECT_GE(SIZE / 2, stat.resident_bytes);
	EXPECT_LE(SIZE, stat.resident_bytes + stat.swapped_bytes);
	EXPECT_EQ(0, device_info(self->fd, &info));
	EXPECT_EQ(stat.swapped_bytes, info.swapped_bytes);

	EXPECT_EQ(0, pattern_errors(self->memory, SIZE, 1));
	EXPECT_EQ(0, region_stat(self->fd, self->id, 0, &stat));
	EXPECT_EQ(0, stat.swapped_bytes);
	EXPECT_EQ(SIZE, stat.resident_bytes);
}

struct content {
	int id;
	uint64_t before;
	uint64_t after;
};

/* Attaches, compares, and writes anew. Returns errors, or -errno. */
static int compare_and_write(struct peer *parent, void *data)
{
	const struct content *content = data;
	int fd = device_open(O_RDWR);
	char *memory = region_attach(fd, content->id, 0);
	int errors;

	(void)parent;
	if (!memory)
		return -errno;
	errors = (int)pattern_errors(memory, SIZE, content->before);
	pattern_fill(memory, SIZE, content->after);
	return errors;
}

TEST_F(swap, another_process_brings_the_content_back)
{
	struct content content = { .id = self->id, .before = 2, .after = 3 };

	pattern_fill(self->memory, SIZE, 2);
	EXPECT_TRUE(BECOMES_TRUE(
		push_out(self->fd, self->id, self->memory, SIZE / 2)));
	EXPECT_EQ(0, run_in_child(compare_and_write, &content));
	EXPECT_EQ(0, pattern_errors(self->memory, SIZE, 3));
}

TEST_F(swap, content_waits_for_the_next_attach)
{
	struct content content = { .id = self->id, .before = 4, .after = 5 };

	pattern_fill(self->memory, SIZE, 4);
	EXPECT_TRUE(BECOMES_TRUE(
		push_out(self->fd, self->id, self->memory, SIZE / 2)));
	EXPECT_EQ(0, region_detach(self->fd, self->memory));
	EXPECT_LE(SIZE / 2, swapped_bytes(self->fd, self->id));
	EXPECT_EQ(0, run_in_child(compare_and_write, &content));
}

TEST_F(swap, swapoff_brings_the_content_back)
{
	pattern_fill(self->memory, SIZE, 6);
	EXPECT_TRUE(BECOMES_TRUE(
		push_out(self->fd, self->id, self->memory, SIZE / 2)));
	EXPECT_EQ(0, swapoff(swap_disk()));
	EXPECT_EQ(0, swapped_bytes(self->fd, self->id));
	EXPECT_EQ(0, pattern_errors(self->memory, SIZE, 6));
}

TEST_F(swap, removal_gives_the_swap_space_back)
{
	const long long free = meminfo_bytes("SwapFree");
	struct shmregion_info info;

	pattern_fill(self->memory, SIZE, 7);
	EXPECT_TRUE(BECOMES_TRUE(
		push_out(self->fd, self->id, self->memory, SIZE / 2)));
	EXPECT_GE(free - (long long)SIZE / 2, meminfo_bytes("SwapFree"));
	EXPECT_EQ(0, region_detach(self->fd, self->memory));
	EXPECT_EQ(0, region_remove(self->fd, self->id));
	EXPECT_TRUE(BECOMES_TRUE(meminfo_bytes("SwapFree") >
				 free - (long long)SIZE / 4));
	EXPECT_EQ(0, device_info(self->fd, &info));
	EXPECT_EQ(0, info.swapped_bytes);
}

TEST_F(swap, locked_pages_stay)
{
	int i;

	EXPECT_EQ(0, region_lock(self->fd, self->id));
	pattern_fill(self->memory, SIZE, 8);
	for (i = 0; i < 10; i++)
		EXPECT_FALSE(push_out(self->fd, self->id, self->memory, 1));
	EXPECT_EQ(0, region_unlock(self->fd, self->id));
	EXPECT_TRUE(BECOMES_TRUE(
		push_out(self->fd, self->id, self->memory, SIZE / 2)));
	EXPECT_EQ(0, pattern_errors(self->memory, SIZE, 8));
}

TEST_F(swap, pages_that_were_there_before_the_lock_stay)
{
	int i;

	pattern_fill(self->memory, SIZE, 9);
	EXPECT_EQ(0, region_lock(self->fd, self->id));
	for (i = 0; i < 10; i++)
		EXPECT_FALSE(push_out(self->fd, self->id, self->memory, 1));
	EXPECT_EQ(0, region_unlock(self->fd, self->id));
	EXPECT_TRUE(BECOMES_TRUE(
		push_out(self->fd, self->id, self->memory, SIZE / 2)));
	EXPECT_EQ(0, pattern_errors(self->memory, SIZE, 9));
}

TEST_F(swap, pages_that_come_back_under_a_lock_stay)
{
	pattern_fill(self->memory, SIZE, 10);
	EXPECT_TRUE(BECOMES_TRUE(
		push_out(self->fd, self->id, self->memory, SIZE / 2)));
	EXPECT_EQ(0, region_lock(self->fd, self->id));
	EXPECT_EQ(0, pattern_errors(self->memory, SIZE, 10));
	EXPECT_EQ(0, swapped_bytes(self->fd, self->id));
	EXPECT_FALSE(push_out(self->fd, self->id, self->memory, 1));
	EXPECT_EQ(0, pattern_errors(self->memory, SIZE, 10));
}

/* Moves itself into the control group, and fills the region from there. */
static int fill_within_cgroup(struct peer *parent, void *data)
{
	int fd = device_open(O_RDWR);
	char *memory = region_attach(fd, *(int *)data, 0);
	int error;

	(void)parent;
	if (!memory)
		return -errno;
	error = cgroup_join();
	if (!error)
		pattern_fill(memory, SIZE, 11);
	return error;
}

/* Has the kernel take memory from the group; says whether so much was swapped. */
static bool squeeze(int fd, int id, uint64_t bytes)
{
	/* It fails if it got less than that, which is no news. */
	kernel_file_write(CGROUP "/memory.reclaim", "16M");
	return swapped_bytes(fd, id) >= bytes;
}

TEST_F(swap, memory_cgroup_is_charged_and_can_push_out)
{
	int i;

	ASSERT_EQ(0, mkdir(CGROUP, 0755));
	ASSERT_EQ(0, run_in_child(fill_within_cgroup, &self->id));
	EXPECT_LE((long long)SIZE,
		  kernel_file_number(CGROUP "/memory.stat", "shmem"));

	EXPECT_EQ(0, region_lock(self->fd, self->id));
	for (i = 0; i < 3; i++)
		EXPECT_FALSE(squeeze(self->fd, self->id, 1));
	EXPECT_EQ(0, region_unlock(self->fd, self->id));
	EXPECT_TRUE(BECOMES_TRUE(squeeze(self->fd, self->id, SIZE / 2)));
	EXPECT_GE((long long)SIZE / 2,
		  kernel_file_number(CGROUP "/memory.stat", "shmem"));
	EXPECT_EQ(0, pattern_errors(self->memory, SIZE, 11));
}

TEST_HARNESS_MAIN
