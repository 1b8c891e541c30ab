// SPDX-License-Identifier: GPL-2.0
/*
 * Attach counts, times and pids right after each attach and detach, whoever
 * makes it: the call, fork, exec, exit, a signal.
 */

#include "harness.h"

#include "clock.h"
#include "device.h"
#include "process.h"

#define PAGES 4

FIXTURE(counts)
{
	int fd;
	int id;
	size_t size;
	struct shmregion_stat stat;
};

FIXTURE_SETUP(counts)
{
	self->size = PAGES * sysconf(_SC_PAGESIZE);
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	self->id = region_create(self->fd, self->size);
	ASSERT_LT(0, self->id);
}

FIXTURE_TEARDOWN(counts)
{
	region_remove_all(self->fd);
	close(self->fd);
}

TEST_F(counts, of_attach_and_detach)
{
	uint64_t before = clock_before(), attached, detached;
	void *memory = region_attach(self->fd, self->id, 0);

	attached = clock_after();
	ASSERT_NE(NULL, memory);
	ASSERT_EQ(0, region_stat(self->fd, self->id, 0, &self->stat));
	EXPECT_EQ(1, self->stat.attaches);
	EXPECT_LE(before, self->stat.attach_time);
	EXPECT_GE(attached, self->stat.attach_time);
	EXPECT_EQ(0, self->stat.detach_time);
	EXPECT_EQ(getpid(), self->stat.last_pid);

	before = clock_before();
	ASSERT_EQ(0, region_detach(self->fd, memory));
	detached = clock_after();
	ASSERT_EQ(0, region_stat(self->fd, self->id, 0, &self->stat));
	EXPECT_EQ(0, self->stat.attaches);
	EXPECT_GE(attached, self->stat.attach_time);
	EXPECT_LE(before, self->stat.detach_time);
	EXPECT_GE(detached, self->stat.detach_time);
	EXPECT_EQ(getpid(), self->stat.last_pid);
}

TEST_F(counts, of_a_mapped_descriptor)
{
	int bound = region_open(self->id, O_RDWR);
	uint64_t before = clock_before();
	void *memory;

	ASSERT_LE(0, bound);
	memory = mmap(NULL, self->size, PROT_READ, MAP_SHARED, bound, 0);
	ASSERT_NE(MAP_FAILED, memory);
	ASSERT_EQ(0, region_stat(self->fd, self->id, 0, &self->stat));
	EXPECT_EQ(1, self->stat.attaches);
	EXPECT_EQ(1, self->stat.descriptors);
	EXPECT_LE(before, self->stat.attach_time);
	EXPECT_EQ(getpid(), self->stat.last_pid);

	close(bound);
	ASSERT_EQ(0, region_stat(self->fd, self->id, 0, &self->stat));
	EXPECT_EQ(1, self->stat.attaches);
	EXPECT_EQ(0, self->stat.descriptors);
	EXPECT_EQ(0, self->stat.detach_time);

	ASSERT_EQ(0, munmap(memory, self->size));
	ASSERT_EQ(0, region_stat(self->fd, self->id, 0, &self->stat));
	EXPECT_EQ(0, self->stat.attaches);
	EXPECT_LE(before, self->stat.detach_time);
}

static int wait_for_word(struct peer *parent, void *data)
{
	uint64_t word;

	(void)data;
	peer_tell(parent, 1);
	return peer_hear(parent, &word);
}

TEST_F(counts, of_fork_and_exit)
{
	void *memory = region_attach(self->fd, self->id, 0);
	uint64_t forked, word;
	struct peer child;

	ASSERT_NE(NULL, memory);
	forked = clock_before();
	ASSERT_EQ(0, peer_start(&child, wait_for_word, NULL));
	ASSERT_EQ(0, peer_hear(&child, &word));
	ASSERT_EQ(0, region_stat(self->fd, self->id, 0, &self->stat));
	EXPECT_EQ(2, self->stat.attaches);
	EXPECT_LE(forked, self->stat.attach_time);
	EXPECT_EQ(0, self->stat.detach_time);
	/* As in System V: it is the parent that duplicates its mappings. */
	EXPECT_EQ(getpid(), self->stat.last_pid);

	ASSERT_EQ(0, peer_tell(&child, 1));
	ASSERT_EQ(0, peer_wait(&child));
	ASSERT_EQ(0, region_stat(self->fd, self->id, 0, &self->stat));
	EXPECT_EQ(1, self->stat.attaches);
	EXPECT_LE(forked, self->stat.detach_time);
	EXPECT_EQ(child.pid, self->stat.last_pid);
}

TEST_F(counts, of_a_killed_process)
{
	void *memory = region_attach(self->fd, self->id, 0);
	struct peer child;
	uint64_t word;

	ASSERT_NE(NULL, memory);
	ASSERT_EQ(0, peer_start(&child, wait_for_word, NULL));
	ASSERT_EQ(0, peer_hear(&child, &word));
	EXPECT_EQ(2, region_attaches(self->fd, self->id));
	peer_kill(&child);
	ASSERT_EQ(0, region_stat(self->fd, self->id, 0, &self->stat));
	EXPECT_EQ(1, self->stat.attaches);
	EXPECT_EQ(child.pid, self->stat.last_pid);
}

/* Tells the parent when it is another program: by the end of the socket. */
static int become_another_program(struct peer *parent, void *data)
{
	int fd = device_open(O_RDWR);

	(void)parent;
	if (!region_attach(fd, *(int *)data, 0))
		return -errno;
	execl("/bin/sleep", "sleep", "1000", NULL);
	return -errno;
}

TEST_F(counts, of_exec)
{
	void *memory = region_attach(self->fd, self->id, 0);
	struct peer child;
	uint64_t word;

	ASSERT_NE(NULL, memory);
	ASSERT_EQ(0, peer_start(&child, become_another_program, &self->id));
	EXPECT_EQ(-EPIPE, peer_hear(&child, &word));
	ASSERT_EQ(0, region_stat(self->fd, self->id, 0, &self->stat));
	EXPECT_EQ(0, kill(child.pid, 0));
	EXPECT_EQ(1, self->stat.attaches);
	EXPECT_EQ(child.pid, self->stat.last_pid);
	peer_kill(&child);
}

static int attach_and_exit(struct peer *parent, void *data)
{
	(void)parent;
	return region_attach(device_open(O_RDWR), *(int *)data, 0) ? 0 : -errno;
}

TEST_F(counts, of_a_process_that_exits_attached)
{
	struct peer child;

	ASSERT_EQ(0, peer_start(&child, attach_and_exit, &self->id));
	ASSERT_EQ(0, peer_wait(&child));
	ASSERT_EQ(0, region_stat(self->fd, self->id, 0, &self->stat));
	EXPECT_EQ(0, self->stat.attaches);
	EXPECT_LE(self->stat.attach_time, self->stat.detach_time);
	EXPECT_EQ(child.pid, self->stat.last_pid);
}

TEST_F(counts, of_a_child_that_does_not_inherit)
{
	void *memory = region_attach(self->fd, self->id, 0);
	struct peer child;
	uint64_t word;

	ASSERT_NE(NULL, memory);
	ASSERT_EQ(0, madvise(memory, self->size, MADV_DONTFORK));
	ASSERT_EQ(0, peer_start(&child, wait_for_word, NULL));
	ASSERT_EQ(0, peer_hear(&child, &word));
	EXPECT_EQ(1, region_attaches(self->fd, self->id));
	ASSERT_EQ(0, peer_tell(&child, 1));
	ASSERT_EQ(0, peer_wait(&child));
	EXPECT_EQ(1, region_attaches(self->fd, self->id));
}

#define CHILDREN 20

TEST_F(counts, come_back_whatever_dies_wherever)
{
	void *memory = region_attach(self->fd, self->id, 0);
	struct peer children[CHILDREN];
	uint64_t word;
	int i;

	ASSERT_NE(NULL, memory);
	for (i = 0; i < CHILDREN; i++)
		ASSERT_EQ(0, peer_start(&children[i], wait_for_word, NULL));
	/* Half of them are killed wherever they are, some before they are up. */
	for (i = 0; i < CHILDREN; i += 2)
		peer_kill(&children[i]);
	for (i = 1; i < CHILDREN; i += 2)
		ASSERT_EQ(0, peer_hear(&children[i], &word));
	EXPECT_EQ(1 + CHILDREN / 2, region_attaches(self->fd, self->id));
	for (i = 1; i < CHILDREN; i += 2)
		peer_kill(&children[i]);
	EXPECT_EQ(1, region_attaches(self->fd, self->id));
	for (i = 0; i < CHILDREN; i++)
		EXPECT_EQ(0, run_in_child(do_nothing, NULL));
	EXPECT_EQ(1, region_attaches(self->fd, self->id));
}

TEST_HARNESS_MAIN
