// SPDX-License-Identifier: GPL-2.0
/*
 * A new region holds nothing of what its pages held before.
 */

#include "harness.h"

#include "deadline.h"
#include "device.h"
#include "pagemap.h"

#define PAGES 2048
#define ROUNDS 20

static int compare_frames(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

FIXTURE(zero)
{
	int fd;
	size_t page;
	uint64_t old[PAGES];
};

FIXTURE_VARIANT(zero)
{
	uint32_t flags;
};

/* clang-format off */
FIXTURE_VARIANT_ADD(zero, small_pages) {
	/* clang-format on */
	.flags = SHMREGION_GET_HUGE_NEVER,
};

/* clang-format off */
FIXTURE_VARIANT_ADD(zero, huge_pages) {
	/* clang-format on */
	.flags = SHMREGION_GET_HUGE_ALWAYS,
};

/* clang-format off */
FIXTURE_VARIANT_ADD(zero, populated) {
	/* clang-format on */
	.flags = SHMREGION_GET_HUGE_NEVER | SHMREGION_GET_POPULATE,
};

/* clang-format off */
FIXTURE_VARIANT_ADD(zero, populated_huge_pages) {
	/* clang-format on */
	.flags = SHMREGION_GET_HUGE_ALWAYS | SHMREGION_GET_POPULATE,
};

FIXTURE_SETUP(zero)
{
	self->page = sysconf(_SC_PAGESIZE);
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(zero)
{
	region_remove_all(self->fd);
	close(self->fd);
}

static size_t count_nonzero(const uint64_t *memory, size_t words)
{
	size_t i, count = 0;

	for (i = 0; i < words; i++)
		count += memory[i] != 0;
	return count;
}

TEST_F(zero, after_another_region_was_freed_full_of_a_pattern)
{
	const size_t size = PAGES * self->page;
	uint64_t frames[PAGES], *memory;
	size_t reused = 0, i;
	int round, id;

	/* A page that was not the old region's proves nothing: until some were. */
	for (round = 0; round < ROUNDS && !reused; round++) {
		id = region_get(self->fd, 0, size, variant->flags, 0600);
		ASSERT_LT(0, id);
		memory = region_attach(self->fd, id, 0);
		ASSERT_NE(NULL, memory);
		memset(memory, 0xA5, size);
		ASSERT_EQ(0,
			  pagemap_frames(getpid(), memory, PAGES, self->old));
		qsort(self->old, PAGES, sizeof(*self->old), compare_frames);
		ASSERT_EQ(0, region_remove(self->fd, id));
		ASSERT_EQ(0, region_detach(self->fd, memory));
		ASSERT_TRUE(BECOMES_TRUE(region_is_gone(self->fd, id)));

		id = region_get(self->fd, 0, size, variant->flags, 0600);
		ASSERT_LT(0, id);
		memory = region_attach(self->fd, id, 0);
		ASSERT_NE(NULL, memory);
		EXPECT_EQ(0, count_nonzero(memory, size / sizeof(*memory)));
		ASSERT_EQ(0, pagemap_frames(getpid(), memory, PAGES, frames));
		for (i = 0; i < PAGES; i++)
			reused += !!bsearch(&frames[i], self->old, PAGES,
					    sizeof(*frames), compare_frames);
		ASSERT_EQ(0, region_detach(self->fd, memory));
		ASSERT_EQ(0, region_remove(self->fd, id));
	}
	EXPECT_LT(0, reused);
	TH_LOG("%zu of %d pages were the old region's, in round %d", reused,
	       PAGES, round);
}

TEST_HARNESS_MAIN
