// SPDX-License-Identifier: GPL-2.0
/*
 * Detaching: the whole attach goes, whatever was done to it, and nothing else.
 */

#include "harness.h"

#include <pthread.h>

#include "device.h"
#include "free_address.h"
#include "pagemap.h"
#include "process.h"

#define PAGES 4

FIXTURE(detach)
{
	int fd;
	int id;
	size_t page;
	size_t size;
	char *memory;
};

FIXTURE_SETUP(detach)
{
	self->page = sysconf(_SC_PAGESIZE);
	self->size = PAGES * self->page;
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	self->id = region_create(self->fd, self->size);
	ASSERT_LT(0, self->id);
	self->memory = region_attach(self->fd, self->id, 0);
	ASSERT_NE(NULL, self->memory);
}

FIXTURE_TEARDOWN(detach)
{
	region_remove_all(self->fd);
	close(self->fd);
}

static unsigned int mapped_pages(const char *memory, size_t page)
{
	unsigned int i, count = 0;

	for (i = 0; i < PAGES; i++)
		count += is_mapped(memory + i * page);
	return count;
}

TEST_F(detach, an_attach)
{
	EXPECT_EQ(0, region_detach(self->fd, self->memory));
	EXPECT_EQ(0, mapped_pages(self->memory, self->page));
	EXPECT_EQ(0, region_attaches(self->fd, self->id));
}

TEST_F(detach, twice_is_invalid)
{
	EXPECT_EQ(0, region_detach(self->fd, self->memory));
	EXPECT_EQ(-EINVAL, region_detach(self->fd, self->memory));
}

TEST_F(detach, by_another_descriptor_of_the_device)
{
	int other = device_open(O_RDONLY);

	ASSERT_LE(0, other);
	EXPECT_EQ(0, region_detach(other, self->memory));
	EXPECT_EQ(0, region_attaches(self->fd, self->id));
	close(other);
}

TEST_F(detach, a_wrong_address_is_invalid)
{
	const uint64_t wrong[] = { 0,
				   1,
				   self->page,
				   (uintptr_t)FREE_ADDRESS,
				   0x7ffffffff000,
				   0xffff800000000000,
				   UINT64_MAX - self->page + 1,
				   UINT64_MAX };
	struct shmregion_detach detach = {};
	int stack;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		detach.address = wrong[i];
		EXPECT_EQ(-EINVAL,
			  device_ioctl(self->fd, SHMREGION_IOC_DETACH, &detach))
		TH_LOG("address %#llx", (unsigned long long)wrong[i]);
	}
	EXPECT_EQ(-EINVAL, region_detach(self->fd, &stack));
	EXPECT_EQ(1, region_attaches(self->fd, self->id));
}

TEST_F(detach, an_interior_address_is_invalid)
{
	EXPECT_EQ(-EINVAL, region_detach(self->fd, self->memory + 1));
	EXPECT_EQ(-EINVAL, region_detach(self->fd, self->memory + self->page));
	EXPECT_EQ(-EINVAL,
		  region_detach(self->fd, self->memory + self->page - 1));
	ASSERT_EQ(0,
		  mprotect(self->memory + self->page, self->page, PROT_READ));
	EXPECT_EQ(-EINVAL, region_detach(self->fd, self->memory + self->page));
	EXPECT_EQ(PAGES, mapped_pages(self->memory, self->page));
}

TEST_F(detach, after_splits)
{
	ASSERT_EQ(0, mprotect(self->memory, self->page, PROT_READ));
	ASSERT_EQ(0, mprotect(self->memory + 2 * self->page, self->page,
			      PROT_NONE));
	EXPECT_LT(1, region_attaches(self->fd, self->id));
	EXPECT_EQ(0, region_detach(self->fd, self->memory));
	EXPECT_EQ(0, mapped_pages(self->memory, self->page));
	EXPECT_EQ(0, region_attaches(self->fd, self->id));
}

TEST_F(detach, with_any_of_its_pages_unmapped)
{
	unsigned int left, i;

	/* Each set of pages that can be left; with none there is no attach. */
	for (left = 0; left < 1 << PAGES; left++) {
		for (i = 0; i < PAGES; i++)
			if (!(left & 1 << i))
				ASSERT_EQ(0,
					  munmap(self->memory + i * self->page,
						 self->page));
		EXPECT_EQ(left ? 0 : -EINVAL,
			  region_detach(self->fd, self->memory))
		TH_LOG("left %#x", left);
		EXPECT_EQ(0, mapped_pages(self->memory, self->page));
		EXPECT_EQ(0, region_attaches(self->fd, self->id));
		self->memory = region_attach(self->fd, self->id, 0);
		ASSERT_NE(NULL, self->memory);
	}
}

TEST_F(detach, leaves_a_foreign_mapping_in_a_hole)
{
	const size_t holes[] = { 0, 1, PAGES - 1 };
	unsigned int i;
	char *foreign;

	for (i = 0; i < ARRAY_SIZE(holes); i++) {
		foreign = mmap(self->memory + holes[i] * self->page, self->page,
			       PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
		ASSERT_NE(MAP_FAILED, foreign);
		*foreign = 'f';
		EXPECT_EQ(0, region_detach(self->fd, self->memory));
		EXPECT_EQ('f', *foreign);
		EXPECT_EQ(1, mapped_pages(self->memory, self->page));
		EXPECT_EQ(0, region_attaches(self->fd, self->id));
		EXPECT_EQ(-EINVAL, region_detach(self->fd, self->memory));
		ASSERT_EQ(0, munmap(foreign, self->page));
		self->memory = region_attach(self->fd, self->id, 0);
		ASSERT_NE(NULL, self->memory);
	}
}

TEST_F(detach, leaves_another_region_in_a_hole)
{
	int other = region_create(self->fd, self->page);
	void *hole = self->memory + self->page;
	void *address;

	ASSERT_LT(0, other);
	ASSERT_EQ(0, region_attach_at(self->fd, other, hole,
				      SHMREGION_ATTACH_REMAP, &address));
	EXPECT_EQ(0, region_detach(self->fd, self->memory));
	EXPECT_EQ(0, region_attaches(self->fd, self->id));
	EXPECT_EQ(1, region_attaches(self->fd, other));
	EXPECT_EQ(0, region_detach(self->fd, hole));
	EXPECT_EQ(0, region_attaches(self->fd, other));
}

TEST_F(detach, leaves_another_attach_of_the_region_in_a_hole)
{
	int bound = region_open(self->id, O_RDWR);
	char *hole = self->memory + 2 * self->page;

	/* Its first page, where the attach has its third. */
	ASSERT_LE(0, bound);
	ASSERT_EQ(hole, mmap(hole, self->page, PROT_READ,
			     MAP_SHARED | MAP_FIXED, bound, 0));
	close(bound);
	EXPECT_EQ(0, region_detach(self->fd, self->memory));
	EXPECT_EQ(1, mapped_pages(self->memory, self->page));
	EXPECT_EQ(1, region_attaches(self->fd, self->id));
	EXPECT_EQ(0, region_detach(self->fd, hole));
	EXPECT_EQ(0, region_attaches(self->fd, self->id));
}

/* Nothing tells it from what was there. */
TEST_F(detach, takes_what_fills_a_hole_with_what_was_there)
{
	char *other = region_attach(self->fd, self->id, 0);
	char *hole = self->memory + 2 * self->page;

	ASSERT_NE(NULL, other);
	ASSERT_EQ(hole, mremap(other + 2 * self->page, self->page, self->page,
			       MREMAP_MAYMOVE | MREMAP_FIXED, hole));
	EXPECT_EQ(0, region_detach(self->fd, self->memory));
	EXPECT_EQ(0, mapped_pages(self->memory, self->page));
	EXPECT_EQ(PAGES - 1, mapped_pages(other, self->page));
	EXPECT_EQ(0, region_detach(self->fd, other));
	EXPECT_EQ(0, region_attaches(self->fd, self->id));
}

TEST_F(detach, leaves_what_lies_around)
{
	char *around = mmap(NULL, self->size + 2 * self->page,
			    PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			    -1, 0);
	void *address;

	ASSERT_NE(MAP_FAILED, around);
	around[0] = 'a';
	around[self->size + self->page] = 'z';
	ASSERT_EQ(0, region_attach_at(self->fd, self->id, around + self->page,
				      SHMREGION_ATTACH_REMAP, &address));
	EXPECT_EQ(0, region_detach(self->fd, address));
	EXPECT_EQ('a', around[0]);
	EXPECT_EQ('z', around[self->size + self->page]);
	EXPECT_EQ(1, region_attaches(self->fd, self->id));
}

TEST_F(detach, a_foreign_mapping_is_no_attach)
{
	char *foreign = mmap(NULL, self->page, PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	ASSERT_NE(MAP_FAILED, foreign);
	*foreign = 'f';
	EXPECT_EQ(-EINVAL, region_detach(self->fd, foreign));
	EXPECT_EQ('f', *foreign);
}

TEST_F(detach, two_neighbouring_attaches_go_one_by_one)
{
	char *first = FREE_ADDRESS, *second = first + self->size;
	void *address;

	ASSERT_EQ(0, region_attach_at(self->fd, self->id, first, 0, &address));
	ASSERT_EQ(0, region_attach_at(self->fd, self->id, second, 0, &address));
	EXPECT_EQ(0, region_detach(self->fd, first));
	EXPECT_EQ(0, mapped_pages(first, self->page));
	EXPECT_EQ(PAGES, mapped_pages(second, self->page));
	EXPECT_EQ(2, region_attaches(self->fd, self->id));
	EXPECT_EQ(0, region_detach(self->fd, second));
	EXPECT_EQ(1, region_attaches(self->fd, self->id));
}

static int detach_inherited(struct peer *parent, void *data)
{
	(void)parent;
	return region_detach(device_open(O_RDONLY), data);
}

TEST_F(detach, of_an_inherited_attach_is_the_childs_alone)
{
	EXPECT_EQ(0, run_in_child(detach_inherited, self->memory));
	EXPECT_EQ(PAGES, mapped_pages(self->memory, self->page));
	EXPECT_EQ(1, region_attaches(self->fd, self->id));
}

#define ROUNDS 300

struct racer {
	pthread_barrier_t *barrier;
	int fd;
	void *address;
	int result;
};

static void *race_to_detach(void *data)
{
	struct racer *racer = data;

	pthread_barrier_wait(racer->barrier);
	racer->result = region_detach(racer->fd, racer->address);
	return NULL;
}

TEST_F(detach, by_two_threads_at_once)
{
	pthread_barrier_t barrier;
	struct racer racers[2];
	pthread_t threads[2];
	int round, i, successes;

	ASSERT_EQ(0, pthread_barrier_init(&barrier, NULL, 2));
	for (round = 0; round < ROUNDS; round++) {
		successes = 0;
		for (i = 0; i < 2; i++) {
			racers[i] = (struct racer){ &barrier, self->fd,
						    self->memory, 0 };
			ASSERT_EQ(0,
				  pthread_create(&threads[i], NULL,
						 race_to_detach, &racers[i]));
		}
		for (i = 0; i < 2; i++) {
			ASSERT_EQ(0, pthread_join(threads[i], NULL));
			EXPECT_TRUE(!racers[i].result ||
				    racers[i].result == -EINVAL);
			successes += !racers[i].result;
		}
		EXPECT_LE(1, successes);
		EXPECT_EQ(0, region_attaches(self->fd, self->id));
		self->memory = region_attach(self->fd, self->id, 0);
		ASSERT_NE(NULL, self->memory);
	}
}

TEST_HARNESS_MAIN
