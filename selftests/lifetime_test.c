// SPDX-License-Identifier: GPL-2.0
/*
 * What ends a region of each lifetime, and what does not.
 */

#include "harness.h"

#include "deadline.h"
#include "device.h"
#include "process.h"

#define KEY 0x6c690000ULL
#define CREATE SHMREGION_GET_CREATE
#define LAST_DETACH SHMREGION_GET_LIFETIME_LAST_DETACH
#define OWNER SHMREGION_GET_LIFETIME_OWNER

FIXTURE(lifetime)
{
	int fd;
	size_t page;
};

FIXTURE_SETUP(lifetime)
{
	self->page = sysconf(_SC_PAGESIZE);
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(lifetime)
{
	region_remove_all(self->fd);
	close(self->fd);
}

/* Waits until it is told to go on, and then for the end of the test. */
static int hold(struct peer *parent, void *data)
{
	uint64_t word;

	(void)data;
	peer_tell(parent, 1);
	return peer_hear(parent, &word);
}

static int hold_received(struct peer *parent, void *data)
{
	int fd = peer_receive_fd(parent);

	return fd < 0 ? fd : hold(parent, data);
}

static int create_and_leave(struct peer *parent, void *data)
{
	const uint32_t *flags = data;
	int fd = device_open(O_RDWR);
	int id = region_get(fd, KEY, 1, CREATE | *flags, 0600);

	(void)parent;
	if (id < 0)
		return id;
	return region_attach(fd, id, 0) ? id : -errno;
}

TEST_F(lifetime, persistent_outlives_everybody)
{
	uint32_t flags = SHMREGION_GET_LIFETIME_PERSISTENT;
	int id = run_in_child(create_and_leave, &flags);

	ASSERT_LT(0, id);
	EXPECT_EQ(id, region_get(self->fd, KEY, 0, 0, 0));
	EXPECT_EQ(0, region_attaches(self->fd, id));
}

TEST_F(lifetime, last_detach_waits_for_a_first_attach)
{
	int creator = device_open(O_RDWR);
	int id = region_get(creator, KEY, 1, CREATE | LAST_DETACH, 0600);
	void *memory;

	ASSERT_LT(0, id);
	close(creator);
	EXPECT_EQ(id, region_get(self->fd, KEY, 0, 0, 0));
	memory = region_attach(self->fd, id, 0);
	ASSERT_NE(NULL, memory);
	EXPECT_EQ(0, region_detach(self->fd, memory));
	EXPECT_TRUE(region_is_gone(self->fd, id));
	EXPECT_EQ(-ENOENT, region_get(self->fd, KEY, 0, 0, 0));
}

TEST_F(lifetime, last_detach_is_the_last_one)
{
	int id = region_get(self->fd, KEY, 1, CREATE | LAST_DETACH, 0600);
	void *first = region_attach(self->fd, id, 0);
	void *second = region_attach(self->fd, id, 0);
	struct peer child;
	uint64_t word;

	ASSERT_NE(NULL, first);
	ASSERT_NE(NULL, second);
	EXPECT_EQ(0, region_detach(self->fd, first));
	EXPECT_EQ(1, region_attaches(self->fd, id));
	ASSERT_EQ(0, peer_start(&child, hold, NULL));
	ASSERT_EQ(0, peer_hear(&child, &word));
	EXPECT_EQ(0, region_detach(self->fd, second));
	EXPECT_EQ(id, region_get(self->fd, KEY, 0, 0, 0));
	EXPECT_EQ(1, region_attaches(self->fd, id));
	peer_kill(&child);
	EXPECT_TRUE(region_is_gone(self->fd, id));
}

TEST_F(lifetime, last_detach_of_a_process_that_exits)
{
	uint32_t flags = LAST_DETACH;
	int id = run_in_child(create_and_leave, &flags);

	ASSERT_LT(0, id);
	EXPECT_TRUE(region_is_gone(self->fd, id));
}

TEST_F(lifetime, a_bound_descriptor_counts_as_an_attach)
{
	int id = region_get(self->fd, KEY, 1, CREATE | LAST_DETACH, 0600);
	int bound = region_open(id, O_RDWR);
	void *memory = region_attach(self->fd, id, 0);

	ASSERT_LE(0, bound);
	ASSERT_NE(NULL, memory);
	EXPECT_EQ(0, region_detach(self->fd, memory));
	EXPECT_EQ(id, region_get(self->fd, KEY, 0, 0, 0));
	close(bound);
	EXPECT_TRUE(region_is_gone(self->fd, id));
}

TEST_F(lifetime, a_bound_descriptor_that_never_was_mapped)
{
	int id = region_get(self->fd, KEY, 1, CREATE | LAST_DETACH, 0600);
	int bound = region_open(id, O_RDONLY);
	int copy = dup(bound);

	ASSERT_LE(0, bound);
	ASSERT_LE(0, copy);
	close(bound);
	EXPECT_EQ(id, region_get(self->fd, KEY, 0, 0, 0));
	close(copy);
	EXPECT_TRUE(region_is_gone(self->fd, id));
}

TEST_F(lifetime, an_attach_outlives_the_bound_descriptor)
{
	int id = region_get(self->fd, KEY, 1, CREATE | LAST_DETACH, 0600);
	int bound = region_open(id, O_RDWR);
	void *memory;

	ASSERT_LE(0, bound);
	memory = mmap(NULL, self->page, PROT_READ | PROT_WRITE, MAP_SHARED,
		      bound, 0);
	ASSERT_NE(MAP_FAILED, memory);
	close(bound);
	EXPECT_EQ(id, region_get(self->fd, KEY, 0, 0, 0));
	EXPECT_EQ(0, munmap(memory, self->page));
	EXPECT_TRUE(region_is_gone(self->fd, id));
}

TEST_F(lifetime, splitting_an_attach_does_not_end_it)
{
	int id = region_get(self->fd, KEY, 2 * self->page, CREATE | LAST_DETACH,
			    0600);
	char *memory = region_attach(self->fd, id, 0);

	ASSERT_NE(NULL, memory);
	EXPECT_EQ(0, mprotect(memory, self->page, PROT_READ));
	EXPECT_EQ(0, munmap(memory, self->page));
	EXPECT_EQ(1, region_attaches(self->fd, id));
	EXPECT_EQ(0, munmap(memory + self->page, self->page));
	EXPECT_TRUE(region_is_gone(self->fd, id));
}

static int attach_in_vain(struct peer *parent, void *data)
{
	void *address;

	(void)parent;
	return region_attach_at(device_open(O_RDWR), *(int *)data, (void *)1, 0,
				&address);
}

TEST_F(lifetime, an_attach_that_failed_is_none)
{
	int id = region_get(self->fd, KEY, 1, CREATE | LAST_DETACH, 0600);
	void *address;

	ASSERT_LT(0, id);
	EXPECT_EQ(-EINVAL, run_in_child(attach_in_vain, &id));
	/* This one fails later, when it is known what is mapped there. */
	EXPECT_EQ(-EINVAL,
		  region_attach_at(self->fd, id,
				   (void *)((uintptr_t)&id & -self->page), 0,
				   &address));
	EXPECT_EQ(id, region_get(self->fd, KEY, 0, 0, 0));
}

TEST_F(lifetime, owner_ends_with_the_creating_descriptor)
{
	int creator = device_open(O_RDWR);
	int first = region_get(creator, KEY, 1, CREATE | OWNER, 0600);
	int second = region_get(creator, SHMREGION_KEY_PRIVATE, 1, OWNER, 0600);
	int persistent = region_get(creator, SHMREGION_KEY_PRIVATE, 1, 0, 0600);

	ASSERT_LT(0, first);
	ASSERT_LT(0, second);
	EXPECT_EQ(first, region_get(self->fd, KEY, 0, 0, 0));
	close(creator);
	EXPECT_TRUE(region_is_gone(self->fd, first));
	EXPECT_TRUE(region_is_gone(self->fd, second));
	EXPECT_EQ(0, region_attaches(self->fd, persistent));
	EXPECT_EQ(-ENOENT, region_get(self->fd, KEY, 0, 0, 0));
}

TEST_F(lifetime, who_finds_a_region_does_not_own_it)
{
	int id = region_get(self->fd, KEY, 1, CREATE, 0600);
	int finder = device_open(O_RDWR);

	EXPECT_EQ(id, region_get(finder, KEY, 1, CREATE | OWNER, 0600));
	close(finder);
	EXPECT_EQ(id, region_get(self->fd, KEY, 0, 0, 0));
}

TEST_F(lifetime, owner_is_every_copy_of_the_descriptor)
{
	int creator = device_open(O_RDWR);
	int id = region_get(creator, KEY, 1, CREATE | OWNER, 0600);
	int copy = dup(creator);

	ASSERT_LT(0, id);
	ASSERT_LE(0, copy);
	close(creator);
	EXPECT_EQ(id, region_get(self->fd, KEY, 0, 0, 0));
	close(copy);
	EXPECT_TRUE(region_is_gone(self->fd, id));
}

TEST_F(lifetime, owner_lives_on_in_a_forked_child)
{
	int creator = device_open(O_RDWR);
	int id = region_get(creator, KEY, 1, CREATE | OWNER, 0600);
	struct peer child;
	uint64_t word;

	ASSERT_LT(0, id);
	ASSERT_EQ(0, peer_start(&child, hold, NULL));
	ASSERT_EQ(0, peer_hear(&child, &word));
	close(creator);
	EXPECT_EQ(id, region_get(self->fd, KEY, 0, 0, 0));
	peer_kill(&child);
	EXPECT_TRUE(BECOMES_TRUE(region_is_gone(self->fd, id)));
}

TEST_F(lifetime, owner_lives_on_where_the_descriptor_was_passed)
{
	int creator = device_open(O_RDWR);
	struct peer child;
	uint64_t word;
	int id;

	/* The child is there before the region, so that it inherits nothing. */
	ASSERT_EQ(0, peer_start(&child, hold_received, NULL));
	close(creator);
	creator = device_open(O_RDWR);
	id = region_get(creator, KEY, 1, CREATE | OWNER, 0600);
	ASSERT_LT(0, id);
	ASSERT_EQ(0, peer_send_fd(&child, creator));
	ASSERT_EQ(0, peer_hear(&child, &word));
	close(creator);
	EXPECT_EQ(id, region_get(self->fd, KEY, 0, 0, 0));
	EXPECT_EQ(0, peer_tell(&child, 1));
	EXPECT_EQ(0, peer_wait(&child));
	EXPECT_TRUE(BECOMES_TRUE(region_is_gone(self->fd, id)));
}

TEST_F(lifetime, owner_lives_on_in_a_message_that_nobody_received)
{
	int creator = device_open(O_RDWR);
	int id = region_get(creator, KEY, 1, CREATE | OWNER, 0600);
	struct peer sender;
	int ends[2];

	ASSERT_LT(0, id);
	ASSERT_EQ(0,
		  socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends));
	sender.socket = ends[0];
	ASSERT_EQ(0, peer_send_fd(&sender, creator));
	close(creator);
	EXPECT_EQ(id, region_get(self->fd, KEY, 0, 0, 0));
	close(ends[0]);
	EXPECT_EQ(id, region_get(self->fd, KEY, 0, 0, 0));
	close(ends[1]);
	EXPECT_TRUE(BECOMES_TRUE(region_is_gone(self->fd, id)));
}

TEST_F(lifetime, owner_ends_with_a_process_that_is_killed)
{
	uint32_t flags = OWNER;
	int id = run_in_child(create_and_leave, &flags);

	ASSERT_LT(0, id);
	EXPECT_TRUE(BECOMES_TRUE(region_is_gone(self->fd, id)));
}

TEST_F(lifetime, owner_leaves_the_memory_to_those_attached)
{
	int creator = device_open(O_RDWR);
	int id = region_get(creator, KEY, 1, CREATE | OWNER, 0600);
	char *memory = region_attach(creator, id, 0);
	struct shmregion_stat stat;

	ASSERT_NE(NULL, memory);
	*memory = 'm';
	close(creator);
	EXPECT_EQ(-ENOENT, region_get(self->fd, KEY, 0, 0, 0));
	ASSERT_EQ(0, region_stat(self->fd, id, 0, &stat));
	EXPECT_EQ(0, stat.key);
	EXPECT_EQ(SHMREGION_MODE_REMOVED | 0600, stat.mode);
	EXPECT_EQ(1, stat.attaches);
	EXPECT_EQ('m', *memory);
	EXPECT_EQ(0, region_detach(self->fd, memory));
	EXPECT_TRUE(region_is_gone(self->fd, id));
}

TEST_F(lifetime, owner_may_be_bound_to_its_own_region)
{
	int creator = device_open(O_RDWR);
	int id = region_get(creator, KEY, 1, CREATE | OWNER, 0600);
	char *memory;

	ASSERT_LT(0, id);
	ASSERT_EQ(0, region_bind(creator, id));
	memory = mmap(NULL, self->page, PROT_READ | PROT_WRITE, MAP_SHARED,
		      creator, 0);
	ASSERT_NE(MAP_FAILED, memory);
	*memory = 'm';
	close(creator);
	EXPECT_EQ(-ENOENT, region_get(self->fd, KEY, 0, 0, 0));
	EXPECT_EQ(1, region_attaches(self->fd, id));
	EXPECT_EQ(0, munmap(memory, self->page));
	EXPECT_TRUE(region_is_gone(self->fd, id));
}

TEST_F(lifetime, any_of_them_can_be_removed_before)
{
	const uint32_t lifetimes[] = { 0, LAST_DETACH, OWNER };
	int creator = device_open(O_RDWR);
	unsigned int i;
	int id;

	for (i = 0; i < ARRAY_SIZE(lifetimes); i++) {
		id = region_get(creator, KEY, 1, CREATE | lifetimes[i], 0600);
		ASSERT_LT(0, id);
		EXPECT_EQ(0, region_remove(self->fd, id));
		EXPECT_TRUE(region_is_gone(self->fd, id));
	}
	close(creator);
}

TEST_HARNESS_MAIN
