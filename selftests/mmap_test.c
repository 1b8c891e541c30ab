// SPDX-License-Identifier: GPL-2.0
/*
 * Attaching parts of a region by mmap(2) on a descriptor bound to it.
 */

#include "harness.h"

#include "device.h"
#include "free_address.h"
#include "pagemap.h"
#include "process.h"

#define PAGES 8

FIXTURE(mmap)
{
	int fd;
	int id;
	int bound;
	size_t page;
	size_t size;
	char *whole;
};

FIXTURE_SETUP(mmap)
{
	int i;

	self->page = sysconf(_SC_PAGESIZE);
	self->size = PAGES * self->page;
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	self->id = region_create(self->fd, self->size);
	ASSERT_LT(0, self->id);
	self->bound = region_open(self->id, O_RDWR);
	ASSERT_LE(0, self->bound);
	self->whole = region_attach(self->fd, self->id, 0);
	ASSERT_NE(NULL, self->whole);
	for (i = 0; i < PAGES; i++)
		self->whole[i * self->page] = 'a' + i;
}

FIXTURE_TEARDOWN(mmap)
{
	region_remove_all(self->fd);
	close(self->bound);
	close(self->fd);
}

static char *map(int fd, size_t length, off_t offset)
{
	return mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		    offset);
}

TEST_F(mmap, every_part)
{
	unsigned int first, count, i;
	char *part;

	for (first = 0; first < PAGES; first++) {
		for (count = 1; first + count <= PAGES; count++) {
			part = map(self->bound, count * self->page,
				   first * self->page);
			ASSERT_NE(MAP_FAILED, part);
			EXPECT_EQ(2, region_attaches(self->fd, self->id));
			for (i = 0; i < count; i++)
				EXPECT_EQ('a' + (int)(first + i),
					  part[i * self->page]);
			part[1] = (char)count;
			EXPECT_EQ((char)count,
				  self->whole[first * self->page + 1]);
			ASSERT_EQ(0, munmap(part, count * self->page));
			EXPECT_EQ(1, region_attaches(self->fd, self->id));
		}
	}
}

TEST_F(mmap, a_length_within_the_last_page)
{
	int id = region_create(self->fd, self->page + 1);
	int bound = region_open(id, O_RDWR);
	char *part;

	ASSERT_LE(0, bound);
	part = map(bound, self->page + 1, 0);
	ASSERT_NE(MAP_FAILED, part);
	part[2 * self->page - 1] = 1;
	EXPECT_EQ(0, munmap(part, self->page + 1));
	part = map(bound, 2 * self->page, 0);
	ASSERT_NE(MAP_FAILED, part);
	EXPECT_EQ(0, region_detach(self->fd, part));
	EXPECT_EQ(MAP_FAILED, map(bound, 2 * self->page + 1, 0));
	EXPECT_EQ(EINVAL, errno);
	close(bound);
}

TEST_F(mmap, beyond_the_end_is_invalid)
{
	const struct {
		size_t length;
		off_t offset;
	} beyond[] = {
		{ self->size + 1, 0 },
		{ self->size, self->page },
		{ 1, self->size },
		{ self->page, self->size + self->page },
		{ self->page, 0x7ffffffffffff000 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(beyond); i++) {
		EXPECT_EQ(MAP_FAILED,
			  map(self->bound, beyond[i].length, beyond[i].offset))
		TH_LOG("case %u", i);
		EXPECT_TRUE(errno == EINVAL || errno == EOVERFLOW)
		TH_LOG("case %u: errno %d", i, errno);
	}
	EXPECT_EQ(MAP_FAILED, map(self->bound, 0, 0));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(MAP_FAILED, map(self->bound, self->page, 1));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(1, region_attaches(self->fd, self->id));
}

TEST_F(mmap, two_neighbouring_parts)
{
	char *first, *second;
	long attaches;

	first = mmap(FREE_ADDRESS, 2 * self->page, PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_FIXED_NOREPLACE, self->bound, self->page);
	ASSERT_EQ(FREE_ADDRESS, first);
	second = mmap(FREE_ADDRESS + 2 * self->page, 3 * self->page,
		      PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED_NOREPLACE,
		      self->bound, 3 * self->page);
	ASSERT_EQ(FREE_ADDRESS + 2 * self->page, second);
	EXPECT_EQ('b', first[0]);
	EXPECT_EQ('d', second[0]);
	/* Some kernels make one mapping of the two. */
	attaches = region_attaches(self->fd, self->id);
	EXPECT_LE(2, attaches);
	EXPECT_GE(3, attaches);

	/* Either part goes alone. */
	ASSERT_EQ(0, munmap(first, 2 * self->page));
	EXPECT_FALSE(is_mapped(first));
	EXPECT_EQ(2, region_attaches(self->fd, self->id));
	EXPECT_EQ('f', second[2 * self->page]);
	ASSERT_EQ(0, munmap(second, 3 * self->page));
	EXPECT_EQ(1, region_attaches(self->fd, self->id));
}

TEST_F(mmap, neighbouring_parts_are_detached_as_one)
{
	char *first, *second;

	first = mmap(FREE_ADDRESS, self->page, PROT_READ,
		     MAP_SHARED | MAP_FIXED_NOREPLACE, self->bound, 0);
	second = mmap(FREE_ADDRESS + self->page, self->page, PROT_READ,
		      MAP_SHARED | MAP_FIXED_NOREPLACE, self->bound,
		      self->page);
	ASSERT_EQ(FREE_ADDRESS, first);
	ASSERT_EQ(FREE_ADDRESS + self->page, second);
	EXPECT_EQ(-EINVAL, region_detach(self->fd, second));
	EXPECT_EQ(0, region_detach(self->fd, first));
	EXPECT_FALSE(is_mapped(first));
	EXPECT_FALSE(is_mapped(second));
	EXPECT_EQ(1, region_attaches(self->fd, self->id));
}

TEST_F(mmap, the_descriptor_may_be_closed)
{
	char *part = map(self->bound, self->page, self->page);

	ASSERT_NE(MAP_FAILED, part);
	close(self->bound);
	EXPECT_EQ('b', part[0]);
	EXPECT_EQ(2, region_attaches(self->fd, self->id));
	EXPECT_EQ(0, munmap(part, self->page));
	EXPECT_EQ(1, region_attaches(self->fd, self->id));
	self->bound = -1;
}

TEST_F(mmap, an_unbound_descriptor_is_in_a_bad_state)
{
	EXPECT_EQ(MAP_FAILED, map(self->fd, self->page, 0));
	EXPECT_EQ(EBADFD, errno);
}

TEST_F(mmap, a_private_mapping_is_a_copy)
{
	char *copy = mmap(NULL, self->size, PROT_READ | PROT_WRITE, MAP_PRIVATE,
			  self->bound, 0);

	ASSERT_NE(MAP_FAILED, copy);
	EXPECT_EQ('a', copy[0]);
	copy[0] = 'z';
	EXPECT_EQ('a', self->whole[0]);
	self->whole[self->page] = 'y';
	EXPECT_EQ('y', copy[self->page]);
	EXPECT_EQ(2, region_attaches(self->fd, self->id));
	EXPECT_EQ(0, munmap(copy, self->size));
	EXPECT_EQ(1, region_attaches(self->fd, self->id));
}

TEST_F(mmap, a_private_copy_needs_no_write_permission)
{
	int readable = region_open(self->id, O_RDONLY);
	char *copy;

	ASSERT_LE(0, readable);
	copy = mmap(NULL, self->page, PROT_READ | PROT_WRITE, MAP_PRIVATE,
		    readable, 0);
	ASSERT_NE(MAP_FAILED, copy);
	copy[0] = 'z';
	EXPECT_EQ('a', self->whole[0]);
	close(readable);
}

TEST_F(mmap, a_destroyed_region_is_not_mapped_again)
{
	ASSERT_EQ(0, region_remove(self->fd, self->id));
	EXPECT_NE(MAP_FAILED, map(self->bound, self->page, 0));
	ASSERT_EQ(0, region_detach(self->fd, self->whole));
	ASSERT_EQ(1, region_attaches(self->fd, self->id));
}

TEST_F(mmap, of_a_removed_region_fails_once_nobody_is_attached)
{
	ASSERT_EQ(0, region_remove(self->fd, self->id));
	ASSERT_EQ(0, region_detach(self->fd, self->whole));
	EXPECT_TRUE(region_is_gone(self->fd, self->id));
	EXPECT_EQ(MAP_FAILED, map(self->bound, self->page, 0));
	EXPECT_EQ(EIDRM, errno);
}

static int map_passed(struct peer *parent, void *data)
{
	int fd = peer_receive_fd(parent);
	char *part;

	(void)data;
	if (fd < 0)
		return fd;
	part = map(fd, sysconf(_SC_PAGESIZE), 2 * sysconf(_SC_PAGESIZE));
	if (part == MAP_FAILED)
		return -errno;
	return part[0];
}

TEST_F(mmap, by_whoever_the_descriptor_was_passed_to)
{
	struct peer child;

	ASSERT_EQ(0, peer_start(&child, map_passed, NULL));
	ASSERT_EQ(0, peer_send_fd(&child, self->bound));
	EXPECT_EQ('c', peer_wait(&child));
	EXPECT_EQ(1, region_attaches(self->fd, self->id));
}

TEST_HARNESS_MAIN
