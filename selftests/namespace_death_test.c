// SPDX-License-Identifier: GPL-2.0
/*
 * The death of a network namespace: it takes its regions along, and leaves what
 * is attached to who has it attached.
 */

#include "harness.h"

#include <sched.h>
#include <sys/mman.h>

#include "deadline.h"
#include "device.h"
#include "process.h"

#define KEY 0x6e640000ULL
#define CREATE SHMREGION_GET_CREATE
#define TEXT "of another namespace"

FIXTURE(death)
{
	int fd;
	int here;
	struct shmregion_info before;
};

FIXTURE_SETUP(death)
{
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	self->here = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	ASSERT_LE(0, self->here);
	/* Namespaces of earlier tests may still be dying. */
	ASSERT_TRUE(
		BECOMES_TRUE(!device_info(self->fd, &self->before) &&
			     self->before.all_regions == self->before.regions));
}

FIXTURE_TEARDOWN(death)
{
	region_remove_all(self->fd);
	close(self->here);
	close(self->fd);
}

/* Regions there are in all namespaces. */
static uint64_t regions_everywhere(int fd)
{
	struct shmregion_info info;

	return device_info(fd, &info) ? UINT64_MAX : info.all_regions;
}

static uint64_t bytes_everywhere(int fd)
{
	struct shmregion_info info;

	return device_info(fd, &info) ? UINT64_MAX : info.all_bytes;
}

/* Enters a new namespace. Returns a descriptor of the device there, or -errno. */
static int enter(void)
{
	return unshare(CLONE_NEWNET) ? -errno : device_open(O_RDWR);
}

static int create_in_namespace(struct peer *parent, void *data)
{
	const uint32_t *flags = data;
	uint64_t order;
	int fd = enter();

	if (fd < 0)
		return fd;
	if (region_get(fd, KEY, 1, CREATE | *flags, 0600) < 0 ||
	    region_get(fd, SHMREGION_KEY_PRIVATE, 1, CREATE | *flags, 0600) < 0)
		return 1;
	close(fd);
	peer_tell(parent, 1);
	return peer_hear(parent, &order) == -EPIPE ? 0 : 2;
}

TEST_F(death, takes_its_regions_along)
{
	uint32_t flags[] = { 0, SHMREGION_GET_POPULATE,
			     SHMREGION_GET_LIFETIME_LAST_DETACH };
	struct peer child;
	uint64_t ready;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		ASSERT_EQ(0,
			  peer_start(&child, create_in_namespace, &flags[i]));
		EXPECT_EQ(0, peer_hear(&child, &ready));
		EXPECT_EQ(self->before.all_regions + 2,
			  regions_everywhere(self->fd));
		EXPECT_EQ(0, peer_wait(&child));
		EXPECT_TRUE(BECOMES_TRUE(regions_everywhere(self->fd) ==
					 self->before.all_regions));
		EXPECT_EQ(self->before.all_bytes, bytes_everywhere(self->fd));
	}
}

struct survivor {
	const FIXTURE_DATA(death) * self;
	uint32_t lifetime;
	bool removed;
};

/*
 * Attaches a region of a namespace, leaves it, and holds it by nothing else.
 * A second region of it, which nobody has attached, tells of its death.
 */
static int outlive_namespace(struct peer *parent, void *data)
{
	const struct survivor *survivor = data;
	const struct shmregion_info *before = &survivor->self->before;
	const int outside = survivor->self->fd;
	const long page = sysconf(_SC_PAGESIZE);
	int fd = enter(), id, status;
	char *attached, *twin;
	pid_t pid;

	(void)parent;
	if (fd < 0)
		return fd;
	id = region_get(fd, KEY, 2 * page, CREATE | survivor->lifetime, 0600);
	if (region_create(fd, 1) < 0)
		return 1;
	attached = region_attach(fd, id, 0);
	if (!attached)
		return 2;
	strcpy(attached, TEXT);
	if (survivor->removed && region_remove(fd, id))
		return 3;
	close(fd);
	if (setns(survivor->self->here, CLONE_NEWNET))
		return -errno;
	if (!BECOMES_TRUE(regions_everywhere(outside) ==
			  before->all_regions + 1))
		return 4;

	/* The memory is there, counted still, and nobody can come to it. */
	if (bytes_everywhere(outside) != before->all_bytes + 2 * page)
		return 5;
	if (strcmp(attached, TEXT))
		return 6;
	attached[page] = 1;
	if (region_get(outside, KEY, 0, 0, 0) != -ENOENT ||
	    region_attaches(outside, id) != -EINVAL)
		return 7;

	/* The mapping goes on to be one: split, copied, doubled, detached. */
	twin = mremap(attached, 0, page, MREMAP_MAYMOVE);
	if (twin == MAP_FAILED || strcmp(twin, TEXT))
		return 8;
	pid = fork();
	if (!pid)
		_exit(strcmp(attached, TEXT) != 0);
	if (waitpid(pid, &status, 0) != pid || status)
		return 9;
	if (mprotect(attached, page, PROT_READ) || munmap(twin, page))
		return 10;
	if (regions_everywhere(outside) != before->all_regions + 1)
		return 11;
	if (region_detach(outside, attached))
		return 12;
	if (!BECOMES_TRUE(regions_everywhere(outside) == before->all_regions))
		return 13;
	return bytes_everywhere(outside) == before->all_bytes ? 0 : 14;
}

TEST_F(death, leaves_what_is_attached_its_memory_and_no_more)
{
	const uint32_t lifetimes[] = {
		SHMREGION_GET_LIFETIME_PERSISTENT,
		SHMREGION_GET_LIFETIME_LAST_DETACH,
		SHMREGION_GET_LIFETIME_OWNER,
	};
	struct survivor survivor = { .self = self };
	size_t i;

	for (i = 0; i < 2 * ARRAY_SIZE(lifetimes); i++) {
		survivor.lifetime = lifetimes[i / 2];
		survivor.removed = i % 2;
		EXPECT_EQ(0, run_in_child(outlive_namespace, &survivor))
		TH_LOG("case %zu", i);
	}
}

/* The child that dies with everything still attached. */
static int die_attached(struct peer *parent, void *data)
{
	int fd = enter();
	int id = region_create(fd, 1);

	(void)parent;
	(void)data;
	return region_attach(fd, id, 0) ? 0 : -errno;
}

TEST_F(death, dies_together_with_who_is_attached)
{
	int round;

	for (round = 0; round < 10; round++)
		EXPECT_EQ(0, run_in_child(die_attached, NULL));
	EXPECT_TRUE(BECOMES_TRUE(regions_everywhere(self->fd) ==
				 self->before.all_regions));
}

static int send_descriptor(struct peer *parent, void *data)
{
	int fd = enter();

	(void)data;
	if (fd < 0 || region_get(fd, KEY, 1, CREATE, 0600) < 0)
		return 1;
	return peer_send_fd(parent, fd);
}

/* Whoever has a descriptor has the namespace, though nobody is in it. */
TEST_F(death, lives_as_long_as_a_descriptor)
{
	struct peer child;
	char *attached;
	int there, id;

	ASSERT_EQ(0, peer_start(&child, send_descriptor, NULL));
	there = peer_receive_fd(&child);
	ASSERT_LE(0, there);
	EXPECT_EQ(0, peer_wait(&child));

	EXPECT_EQ(-ENOENT, region_get(self->fd, KEY, 0, 0, 0));
	id = region_get(there, KEY, 0, 0, 0);
	ASSERT_LT(0, id);
	attached = region_attach(there, id, 0);
	ASSERT_NE(NULL, attached);
	strcpy(attached, TEXT);
	EXPECT_EQ(0, region_detach(there, attached));
	EXPECT_EQ(self->before.all_regions + 1, regions_everywhere(self->fd));
	close(there);
	EXPECT_TRUE(BECOMES_TRUE(regions_everywhere(self->fd) ==
				 self->before.all_regions));
}

TEST_HARNESS_MAIN
