// SPDX-License-Identifier: GPL-2.0
/*
 * Input and output that goes past the page cache, straight from and into the
 * pages of a region.
 */

#include "harness.h"

#include <sys/uio.h>

#include "device.h"
#include "pattern.h"
#include "process.h"

#define SIZE (4UL << 20)
#define PAGE 4096
#define SECTOR 512

FIXTURE(direct_io)
{
	int fd;
	int disk;
	int id;
	char *memory;
	/* A second attach, which shows that it is the region that was filled. */
	char *mirror;
};

FIXTURE_VARIANT(direct_io)
{
	uint32_t flags;
};

/* clang-format off */
FIXTURE_VARIANT_ADD(direct_io, small_pages) {
	.flags = SHMREGION_GET_HUGE_NEVER,
};

FIXTURE_VARIANT_ADD(direct_io, huge_pages) {
	.flags = SHMREGION_GET_HUGE_ALWAYS,
};

/* clang-format on */

FIXTURE_SETUP(direct_io)
{
	const char *path = getenv("SHMREGION_VM_SCRATCH");

	ASSERT_NE(NULL, path)
	TH_LOG("SHMREGION_VM_SCRATCH must name a disk; see scripts/vm");
	self->disk = open(path, O_RDWR | O_DIRECT | O_CLOEXEC);
	ASSERT_LE(0, self->disk);
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	self->id = region_get(self->fd, SHMREGION_KEY_PRIVATE, SIZE,
			      SHMREGION_GET_CREATE | variant->flags, 0600);
	ASSERT_LT(0, self->id);
	self->memory = region_attach(self->fd, self->id, 0);
	ASSERT_NE(NULL, self->memory);
	self->mirror =
		region_attach(self->fd, self->id, SHMREGION_ATTACH_RDONLY);
	ASSERT_NE(NULL, self->mirror);
}

FIXTURE_TEARDOWN(direct_io)
{
	region_remove_all(self->fd);
	close(self->fd);
	close(self->disk);
}

TEST_F(direct_io, writes_a_region_and_reads_it_back)
{
	pattern_fill(self->memory, SIZE, 1);
	EXPECT_EQ(SIZE, pwrite(self->disk, self->memory, SIZE, 0));
	pattern_fill(self->memory, SIZE, 2);
	EXPECT_EQ(SIZE, pread(self->disk, self->memory, SIZE, 0));
	EXPECT_EQ(0, pattern_errors(self->memory, SIZE, 1));
	EXPECT_EQ(0, pattern_errors(self->mirror, SIZE, 1));
}

TEST_F(direct_io, reads_into_pages_that_nobody_has_touched)
{
	char *source = aligned_alloc(PAGE, SIZE);

	ASSERT_NE(NULL, source);
	pattern_fill(source, SIZE, 3);
	EXPECT_EQ(SIZE, pwrite(self->disk, source, SIZE, 0));
	EXPECT_EQ(SIZE, pread(self->disk, self->memory, SIZE, 0));
	EXPECT_EQ(0, pattern_errors(self->mirror, SIZE, 3));
	free(source);
}

TEST_F(direct_io, takes_parts_of_pages)
{
	struct iovec parts[] = {
		{ .iov_base = self->memory + 3 * SECTOR, .iov_len = SECTOR },
		{ .iov_base = self->memory + 9 * PAGE - SECTOR,
		  .iov_len = 2 * SECTOR },
	};

	memset(self->memory, 'a', SIZE);
	memset(parts[0].iov_base, 'b', parts[0].iov_len);
	memset(parts[1].iov_base, 'c', parts[1].iov_len);
	EXPECT_EQ(3 * SECTOR, pwritev(self->disk, parts, 2, SECTOR));
	memset(self->memory, 'd', SIZE);
	EXPECT_EQ(3 * SECTOR, preadv(self->disk, parts, 2, SECTOR));
	EXPECT_EQ('d', self->mirror[3 * SECTOR - 1]);
	EXPECT_EQ('b', self->mirror[3 * SECTOR]);
	EXPECT_EQ('b', self->mirror[4 * SECTOR - 1]);
	EXPECT_EQ('d', self->mirror[4 * SECTOR]);
	EXPECT_EQ('d', self->mirror[9 * PAGE - SECTOR - 1]);
	EXPECT_EQ('c', self->mirror[9 * PAGE - SECTOR]);
	EXPECT_EQ('c', self->mirror[9 * PAGE + SECTOR - 1]);
	EXPECT_EQ('d', self->mirror[9 * PAGE + SECTOR]);
}

TEST_F(direct_io, a_read_only_attach_is_a_source_and_no_target)
{
	pattern_fill(self->memory, SIZE, 4);
	EXPECT_EQ(SIZE, pwrite(self->disk, self->mirror, SIZE, 0));
	pattern_fill(self->memory, SIZE, 5);
	EXPECT_EQ(-1, pread(self->disk, self->mirror, SIZE, 0));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(0, pattern_errors(self->memory, SIZE, 5));
	EXPECT_EQ(SIZE, pread(self->disk, self->memory, SIZE, 0));
	EXPECT_EQ(0, pattern_errors(self->mirror, SIZE, 4));
}

TEST_F(direct_io, works_on_a_removed_region)
{
	pattern_fill(self->memory, SIZE, 6);
	EXPECT_EQ(0, region_remove(self->fd, self->id));
	EXPECT_EQ(SIZE, pwrite(self->disk, self->mirror, SIZE, 0));
	memset(self->memory, 0, SIZE);
	EXPECT_EQ(SIZE, pread(self->disk, self->memory, SIZE, 0));
	EXPECT_EQ(0, pattern_errors(self->mirror, SIZE, 6));
}

TEST_F(direct_io, does_not_reach_what_was_detached)
{
	EXPECT_EQ(0, region_detach(self->fd, self->memory));
	EXPECT_EQ(-1, pwrite(self->disk, self->memory, SIZE, 0));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(-1, pread(self->disk, self->memory, SIZE, 0));
	EXPECT_EQ(EFAULT, errno);
}

TEST_HARNESS_MAIN
