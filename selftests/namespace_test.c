// SPDX-License-Identifier: GPL-2.0
/*
 * Network namespaces: each has keys and ids of its own.
 */

#include "harness.h"

#include <sched.h>

#include "device.h"
#include "process.h"

#define KEY 0x6e650000ULL
#define CREATE SHMREGION_GET_CREATE
#define EXCL SHMREGION_GET_EXCL
#define TEXT "of another namespace"

FIXTURE(namespace)
{
	int fd;
	int here;
	struct shmregion_info before;
};

FIXTURE_SETUP(namespace)
{
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	self->here = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	ASSERT_LE(0, self->here);
	ASSERT_EQ(0, device_info(self->fd, &self->before));
}

FIXTURE_TEARDOWN(namespace)
{
	region_remove_all(self->fd);
	close(self->here);
	close(self->fd);
}

/* Enters a new namespace. Returns a descriptor of the device there, or -errno. */
static int enter(void)
{
	return unshare(CLONE_NEWNET) ? -errno : device_open(O_RDWR);
}

struct key_user {
	int id;
	char *attached;
};

static int use_key_in_namespace(struct peer *parent, void *data)
{
	const struct key_user *other = data;
	int fd = enter(), id;
	char *attached;

	(void)parent;
	if (fd < 0)
		return fd;
	if (region_get(fd, KEY, 0, 0, 0) != -ENOENT)
		return 1;
	id = region_get(fd, KEY, 1, CREATE | EXCL, 0600);
	if (id < 0)
		return id;
	attached = region_attach(fd, id, 0);
	if (!attached || *attached)
		return 2;
	strcpy(attached, TEXT);
	/* What was attached before is attached here, and another's. */
	if (*other->attached != 'a')
		return 3;
	return 0;
}

TEST_F(namespace, the_same_key_is_another_region)
{
	struct key_user here;

	here.id = region_get(self->fd, KEY, 1, CREATE | EXCL, 0600);
	ASSERT_LT(0, here.id);
	here.attached = region_attach(self->fd, here.id, 0);
	ASSERT_NE(NULL, here.attached);
	*here.attached = 'a';
	EXPECT_EQ(0, run_in_child(use_key_in_namespace, &here));
	EXPECT_STREQ("a", here.attached);
	EXPECT_EQ(here.id, region_get(self->fd, KEY, 0, 0, 0));
}

/* Creates regions until an id comes up that the other namespace has as well. */
static int meet_id(int fd, int id)
{
	int mine = 0;

	while (mine < id) {
		mine = region_create(fd, 5);
		if (mine < 0)
			return mine;
		if (mine != id && region_remove(fd, mine))
			return -EIO;
	}
	return mine == id ? 0 : -ENOENT;
}

static int use_id_in_namespace(struct peer *parent, void *data)
{
	struct shmregion_stat stat;
	int fd = enter(), id = *(int *)data;

	(void)parent;
	if (fd < 0)
		return fd;
	if (region_stat(fd, id, 0, &stat) != -EINVAL ||
	    region_attach(fd, id, 0) || errno != EINVAL ||
	    region_open(id, O_RDWR) != -EINVAL ||
	    region_remove(fd, id) != -EINVAL)
		return 1;
	if (meet_id(fd, id))
		return 2;
	if (region_stat(fd, id, 0, &stat) || stat.size != 5)
		return 3;
	return region_remove(fd, id);
}

TEST_F(namespace, the_same_id_is_another_region)
{
	struct shmregion_stat stat;
	int id = region_create(self->fd, 7);

	ASSERT_LT(0, id);
	EXPECT_EQ(0, run_in_child(use_id_in_namespace, &id));
	ASSERT_EQ(0, region_stat(self->fd, id, 0, &stat));
	EXPECT_EQ(7, stat.size);
}

/* How many lines of regions /proc/shmregion has for this process, or -errno. */
static int listed(void)
{
	FILE *list = fopen("/proc/shmregion", "re");
	char line[512];
	int count = -1;

	if (!list)
		return -errno;
	while (fgets(line, sizeof(line), list))
		count++;
	fclose(list);
	return count;
}

static int look_round_in_namespace(struct peer *parent, void *data)
{
	struct shmregion_info info;
	uint64_t cursor = 0;
	int fd = enter(), id;

	(void)parent;
	(void)data;
	if (fd < 0)
		return fd;
	if (device_info(fd, &info) || info.regions || info.bytes ||
	    info.highest_index != -1)
		return 1;
	if (!info.all_regions || !info.all_bytes || !info.user_regions)
		return 2;
	if (region_next(fd, &cursor, SHMREGION_NEXT_ANY) != -ENOENT)
		return 3;
	if (listed())
		return 4;
	id = region_create(fd, 1);
	if (region_next(fd, &cursor, SHMREGION_NEXT_ANY) != id ||
	    region_next(fd, &cursor, SHMREGION_NEXT_ANY) != -ENOENT)
		return 5;
	if (listed() != 1)
		return 6;
	return device_info(fd, &info) || info.regions != 1 ||
	       info.highest_index;
}

/* Reports are of one namespace; limits are of all. */
TEST_F(namespace, sees_its_own_regions_alone)
{
	struct shmregion_info info;

	ASSERT_LT(0, region_create(self->fd, 1));
	ASSERT_LT(0, region_create(self->fd, 1));
	EXPECT_EQ(0, run_in_child(look_round_in_namespace, NULL));
	ASSERT_EQ(0, device_info(self->fd, &info));
	EXPECT_EQ(self->before.regions + 2, info.regions);
	EXPECT_EQ((int)info.regions, listed());
}

TEST_F(namespace, is_fixed_when_the_device_is_opened)
{
	int id = region_get(self->fd, KEY, 1, CREATE, 0600);
	int there;

	ASSERT_LT(0, id);
	there = enter();
	ASSERT_LE(0, there);
	EXPECT_EQ(id, region_get(self->fd, KEY, 0, 0, 0));
	EXPECT_EQ(-ENOENT, region_get(there, KEY, 0, 0, 0));
	EXPECT_EQ(0, setns(self->here, CLONE_NEWNET));
	EXPECT_EQ(id, region_get(self->fd, KEY, 0, 0, 0));
	EXPECT_EQ(-ENOENT, region_get(there, KEY, 0, 0, 0));
	close(there);
}

TEST_HARNESS_MAIN
