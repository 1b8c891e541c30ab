// SPDX-License-Identifier: GPL-2.0
/*
 * msync(2) and madvise(2) on an attach.
 */

#include "harness.h"

#include <pthread.h>

#include "device.h"
#include "free_address.h"
#include "pagemap.h"
#include "process.h"

#define PAGES 8
#define HUGE_SIZE (4UL << 20)
#define THP_SIZE_FILE "/sys/kernel/mm/transparent_hugepage/hpage_pmd_size"

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif

FIXTURE(madvise)
{
	int fd;
	int id;
	size_t page;
	size_t size;
	char *memory;
};

FIXTURE_SETUP(madvise)
{
	int i;

	self->page = sysconf(_SC_PAGESIZE);
	self->size = PAGES * self->page;
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	self->id = region_create(self->fd, self->size);
	ASSERT_LT(0, self->id);
	self->memory = region_attach(self->fd, self->id, 0);
	ASSERT_NE(NULL, self->memory);
	for (i = 0; i < PAGES; i++)
		self->memory[i * self->page] = 'a' + i;
}

FIXTURE_TEARDOWN(madvise)
{
	region_remove_all(self->fd);
	close(self->fd);
}

static uint64_t resident_bytes(int fd, int id)
{
	struct shmregion_stat stat;

	return region_stat(fd, id, 0, &stat) ? UINT64_MAX : stat.resident_bytes;
}

TEST_F(madvise, msync_succeeds)
{
	const int flags[] = { MS_SYNC, MS_ASYNC, MS_INVALIDATE,
			      MS_SYNC | MS_INVALIDATE };
	char *readable =
		region_attach(self->fd, self->id, SHMREGION_ATTACH_RDONLY);
	unsigned int i;

	ASSERT_NE(NULL, readable);
	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		EXPECT_EQ(0, msync(self->memory, self->size, flags[i]));
		EXPECT_EQ(0, msync(self->memory + self->page, self->page,
				   flags[i]));
		EXPECT_EQ(0, msync(readable, self->size, flags[i]));
	}
	ASSERT_EQ(0, region_remove(self->fd, self->id));
	EXPECT_EQ(0, msync(self->memory, self->size, MS_SYNC));
	EXPECT_EQ('a', self->memory[0]);
}

TEST_F(madvise, dontneed_keeps_the_content)
{
	ASSERT_EQ(0, madvise(self->memory, self->size, MADV_DONTNEED));
	EXPECT_EQ(self->size, resident_bytes(self->fd, self->id));
	EXPECT_EQ('a', self->memory[0]);
	EXPECT_EQ('h', self->memory[7 * self->page]);
}

TEST_F(madvise, remove_gives_pages_back_in_every_attach)
{
	char *second = region_attach(self->fd, self->id, 0);

	ASSERT_NE(NULL, second);
	EXPECT_EQ('c', second[2 * self->page]);
	ASSERT_EQ(0, madvise(self->memory + 2 * self->page, 3 * self->page,
			     MADV_REMOVE));
	EXPECT_EQ(self->size - 3 * self->page,
		  resident_bytes(self->fd, self->id));
	EXPECT_EQ('b', self->memory[self->page]);
	EXPECT_EQ(0, self->memory[2 * self->page]);
	EXPECT_EQ(0, second[4 * self->page]);
	EXPECT_EQ('f', second[5 * self->page]);
	self->memory[3 * self->page] = 'x';
	EXPECT_EQ('x', second[3 * self->page]);
}

TEST_F(madvise, remove_works_on_a_removed_region_and_through_a_mapped_part)
{
	int bound = region_open(self->id, O_RDWR);
	char *part;

	ASSERT_LE(0, bound);
	part = mmap(NULL, 2 * self->page, PROT_READ | PROT_WRITE, MAP_SHARED,
		    bound, 4 * self->page);
	ASSERT_NE(MAP_FAILED, part);
	close(bound);
	ASSERT_EQ(0, region_remove(self->fd, self->id));
	ASSERT_EQ(0, madvise(part + self->page, self->page, MADV_REMOVE));
	EXPECT_EQ(self->size - self->page, resident_bytes(self->fd, self->id));
	EXPECT_EQ('e', self->memory[4 * self->page]);
	EXPECT_EQ(0, self->memory[5 * self->page]);
}

TEST_F(madvise, remove_needs_a_writable_attach)
{
	char *readable =
		region_attach(self->fd, self->id, SHMREGION_ATTACH_RDONLY);

	ASSERT_NE(NULL, readable);
	EXPECT_EQ(-1, madvise(readable, self->size, MADV_REMOVE));
	EXPECT_EQ(EACCES, errno);
	EXPECT_EQ('a', self->memory[0]);
}

struct race {
	char *memory;
	size_t size;
	int failure;
	bool stop;
};

/* What it asks for may be gone meanwhile: but nothing worse may happen. */
static void *punch_holes(void *data)
{
	struct race *race = data;

	while (!__atomic_load_n(&race->stop, __ATOMIC_RELAXED))
		if ((madvise(race->memory, race->size, MADV_REMOVE) ||
		     msync(race->memory, race->size, MS_SYNC)) &&
		    errno != EIDRM && errno != ENOMEM)
			race->failure = errno;
	return NULL;
}

TEST_F(madvise, remove_and_msync_hold_the_file_alone_while_the_region_goes)
{
	struct race race = { .memory = FREE_ADDRESS, .size = self->size };
	pthread_t thread;
	void *address;
	int i, id;

	ASSERT_EQ(0, pthread_create(&thread, NULL, punch_holes, &race));
	for (i = 0; i < 500; i++) {
		id = region_create(self->fd, self->size);
		EXPECT_LT(0, id);
		EXPECT_EQ(0, region_attach_at(self->fd, id, race.memory, 0,
					      &address));
		EXPECT_EQ(0, region_remove(self->fd, id));
		EXPECT_EQ(0, region_detach(self->fd, address));
		EXPECT_TRUE(region_is_gone(self->fd, id));
	}
	__atomic_store_n(&race.stop, true, __ATOMIC_RELAXED);
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(0, race.failure);
}

static int is_mapped_here(struct peer *parent, void *data)
{
	(void)parent;
	return is_mapped(data);
}

TEST_F(madvise, dontfork_and_dofork)
{
	EXPECT_EQ(1, run_in_child(is_mapped_here, self->memory));
	ASSERT_EQ(0, madvise(self->memory, self->size, MADV_DONTFORK));
	EXPECT_EQ(0, run_in_child(is_mapped_here, self->memory));
	EXPECT_EQ(1, region_attaches(self->fd, self->id));
	ASSERT_EQ(0, madvise(self->memory, self->size, MADV_DOFORK));
	EXPECT_EQ(1, run_in_child(is_mapped_here, self->memory));
	EXPECT_EQ(1, region_attaches(self->fd, self->id));
}

TEST_F(madvise, every_other_advice_does_no_harm)
{
	const int advices[] = { MADV_NORMAL,	    MADV_RANDOM,
				MADV_SEQUENTIAL,    MADV_WILLNEED,
				MADV_DONTDUMP,	    MADV_DODUMP,
				MADV_COLD,	    MADV_PAGEOUT,
				MADV_POPULATE_READ, MADV_POPULATE_WRITE };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(advices); i++) {
		EXPECT_EQ(0, madvise(self->memory, self->size, advices[i]))
		TH_LOG("advice %d", advices[i]);
		EXPECT_EQ('a', self->memory[0]);
		EXPECT_EQ('h', self->memory[7 * self->page]);
	}
	/* As for all shared memory. */
	EXPECT_EQ(-1, madvise(self->memory, self->size, MADV_FREE));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, madvise(self->memory, self->size, MADV_WIPEONFORK));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(1, region_attaches(self->fd, self->id));
}

TEST_F(madvise, hugepage_and_nohugepage)
{
	int id = region_get(self->fd, SHMREGION_KEY_PRIVATE, HUGE_SIZE,
			    SHMREGION_GET_HUGE_ADVISE, 0600);
	struct shmregion_stat stat;
	char *memory;

	if (access(THP_SIZE_FILE, F_OK))
		SKIP(return, "this kernel has no huge pages");
	ASSERT_LT(0, id);
	memory = region_attach(self->fd, id, 0);
	ASSERT_NE(NULL, memory);

	/* Not advised, none is made; advised, one is. */
	memory[0] = 1;
	EXPECT_EQ(0, region_stat(self->fd, id, SHMREGION_STAT_HUGE, &stat));
	EXPECT_EQ(0, stat.huge_bytes);
	EXPECT_EQ(self->page, stat.resident_bytes);
	ASSERT_EQ(0, madvise(memory, HUGE_SIZE, MADV_HUGEPAGE));
	memory[HUGE_SIZE - 1] = 1;
	EXPECT_EQ(0, region_stat(self->fd, id, SHMREGION_STAT_HUGE, &stat));
	EXPECT_EQ(HUGE_SIZE / 2, stat.huge_bytes);
	EXPECT_EQ(HUGE_SIZE / 2,
		  smaps_bytes(getpid(), memory, "ShmemPmdMapped"));

	ASSERT_EQ(0, madvise(memory, HUGE_SIZE / 2, MADV_NOHUGEPAGE));
	memory[self->page] = 1;
	EXPECT_EQ(0, region_stat(self->fd, id, SHMREGION_STAT_HUGE, &stat));
	EXPECT_EQ(HUGE_SIZE / 2, stat.huge_bytes);
	EXPECT_EQ(1, memory[0]);
	EXPECT_EQ(1, memory[HUGE_SIZE - 1]);

	/* A part that is given back splits the huge page, and the content stays. */
	ASSERT_EQ(0, madvise(memory + HUGE_SIZE / 2, self->page, MADV_REMOVE));
	EXPECT_EQ(1, memory[HUGE_SIZE - 1]);
	EXPECT_EQ(0, region_detach(self->fd, memory));
	EXPECT_EQ(0, region_attaches(self->fd, id));
}

TEST_HARNESS_MAIN
