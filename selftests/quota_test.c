// SPDX-License-Identifier: GPL-2.0
/*
 * Limits on what is counted: each is hit, reported and released, and none is
 * evaded.
 */

#include "harness.h"

#include <sys/mman.h>

#include "deadline.h"
#include "device.h"
#include "kernel_log.h"
#include "process.h"
#include "setting.h"
#include "user_namespace.h"

#define KEY 0x71750000ULL
#define CREATE SHMREGION_GET_CREATE
#define USER 3001
#define OTHER 3002
#define SUBORDINATE 103000

static struct shmregion_info info(int fd)
{
	struct shmregion_info info;

	if (device_info(fd, &info))
		memset(&info, 0xff, sizeof(info));
	return info;
}

/* The four limits that are counted, in two kinds. */
FIXTURE(counted)
{
	int fd;
	int log;
	uint64_t page;
	struct shmregion_info before;
};

FIXTURE_VARIANT(counted)
{
	const char *name;
	const char *path;
	bool bytes;
	bool user;
};

FIXTURE_VARIANT_ADD(counted, regions){
	.name = "max_regions",
	.path = PARAMETER("max_regions"),
};

FIXTURE_VARIANT_ADD(counted, bytes){
	.name = "max_bytes",
	.path = PARAMETER("max_bytes"),
	.bytes = true,
};

FIXTURE_VARIANT_ADD(counted, user_regions){
	.name = "max_user_regions",
	.path = PARAMETER("max_user_regions"),
	.user = true,
};

FIXTURE_VARIANT_ADD(counted, user_bytes){
	.name = "max_user_bytes",
	.path = PARAMETER("max_user_bytes"),
	.user = true,
	.bytes = true,
};

FIXTURE_SETUP(counted)
{
	self->page = sysconf(_SC_PAGESIZE);
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	self->log = kernel_log_open();
	ASSERT_LE(0, self->log);
	ASSERT_EQ(0, device_info(self->fd, &self->before));
}

FIXTURE_TEARDOWN(counted)
{
	region_remove_all(self->fd);
	EXPECT_EQ(0, settings_restore());
	close(self->log);
	close(self->fd);
}

/* Lets there be @regions more of one page each than there are now. */
static int allow(const FIXTURE_DATA(counted) * self,
		 const FIXTURE_VARIANT(counted) * limit, uint64_t regions)
{
	const struct shmregion_info *now = &self->before;
	uint64_t value =
		limit->bytes ?
			(limit->user ? now->user_bytes : now->all_bytes) +
				regions * self->page :
			(limit->user ? now->user_regions : now->all_regions) +
				regions;

	return setting_change_number(limit->path, value);
}

static int create_one(int fd)
{
	return region_create(fd, 1);
}

TEST_F(counted, is_hit_and_released)
{
	int first, second, round;

	ASSERT_EQ(0, allow(self, variant, 2));
	for (round = 0; round < 2; round++) {
		first = create_one(self->fd);
		second = create_one(self->fd);
		ASSERT_LT(0, first);
		ASSERT_LT(0, second);
		EXPECT_EQ(-ENOSPC, create_one(self->fd));
		EXPECT_EQ(0, region_remove(self->fd, first));
		first = create_one(self->fd);
		EXPECT_LT(0, first);
		EXPECT_EQ(-ENOSPC, create_one(self->fd));
		EXPECT_EQ(0, region_remove(self->fd, first));
		EXPECT_EQ(0, region_remove(self->fd, second));
	}
}

/* What counts is regions, or bytes in whole pages; size does not matter else. */
TEST_F(counted, counts_what_it_says)
{
	const uint64_t size = 2 * self->page + 1;

	ASSERT_EQ(0, allow(self, variant, 2));
	EXPECT_EQ(variant->bytes, region_create(self->fd, size) == -ENOSPC);
	EXPECT_LT(0, region_create(self->fd, self->page - 1));
	EXPECT_EQ(variant->bytes, create_one(self->fd) > 0);
	EXPECT_EQ(-ENOSPC, create_one(self->fd));
}

TEST_F(counted, is_named_in_the_kernel_log)
{
	char whose[32];

	snprintf(whose, sizeof(whose), " user %d", getuid());
	ASSERT_EQ(0, allow(self, variant, 0));
	/* The message is rate-limited, so others may have been in its way. */
	EXPECT_TRUE(
		BECOMES_TRUE(create_one(self->fd) == -ENOSPC &&
			     kernel_log_says(self->log, variant->name, whose)));
}

/* Removed, it is no longer found, but its memory is there. */
TEST_F(counted, is_not_evaded_by_removing_what_is_attached)
{
	int id, handle;
	void *address;

	ASSERT_EQ(0, allow(self, variant, 1));
	id = create_one(self->fd);
	ASSERT_LT(0, id);
	address = region_attach(self->fd, id, 0);
	ASSERT_NE(NULL, address);
	ASSERT_EQ(0, region_remove(self->fd, id));
	EXPECT_EQ(-ENOSPC, create_one(self->fd));
	ASSERT_EQ(0, region_detach(self->fd, address));
	EXPECT_TRUE(BECOMES_TRUE((id = create_one(self->fd)) > 0));

	/* By what is mapped of a descriptor that is closed. */
	handle = region_open(id, O_RDWR);
	ASSERT_LE(0, handle);
	address = mmap(NULL, 1, PROT_READ, MAP_SHARED, handle, 0);
	ASSERT_NE(MAP_FAILED, address);
	ASSERT_EQ(0, region_remove(self->fd, id));
	close(handle);
	EXPECT_EQ(-ENOSPC, create_one(self->fd));
	ASSERT_EQ(0, munmap(address, 1));
	EXPECT_TRUE(BECOMES_TRUE(create_one(self->fd) > 0));
}

static int attach_until_killed(struct peer *parent, void *data)
{
	const FIXTURE_DATA(counted) *self = data;
	int id = create_one(self->fd);

	if (id < 0 || !region_attach(self->fd, id, 0) ||
	    region_remove(self->fd, id))
		return 1;
	peer_tell(parent, 1);
	pause();
	return 0;
}

TEST_F(counted, is_released_by_a_process_that_is_killed)
{
	struct peer child;
	uint64_t ready;

	ASSERT_EQ(0, allow(self, variant, 1));
	ASSERT_EQ(0, peer_start(&child, attach_until_killed, self));
	EXPECT_EQ(0, peer_hear(&child, &ready));
	EXPECT_EQ(-ENOSPC, create_one(self->fd));
	peer_kill(&child);
	EXPECT_TRUE(BECOMES_TRUE(create_one(self->fd) > 0));
}

static int create_as_other(struct peer *parent, void *data)
{
	int fd = device_open(O_RDWR);
	int id = create_one(fd);

	(void)parent;
	(void)data;
	if (id > 0)
		region_remove(fd, id);
	return id < 0 ? id : 0;
}

/* What is for each user is for each user; what is for all stops all. */
TEST_F(counted, is_hit_for_whom_it_is)
{
	ASSERT_EQ(0, allow(self, variant, 1));
	ASSERT_LT(0, create_one(self->fd));
	EXPECT_EQ(-ENOSPC, create_one(self->fd));
	EXPECT_EQ(variant->user ? 0 : -ENOSPC,
		  run_as(OTHER, OTHER, create_as_other, NULL));
}

/* A creation that fails for whatever reason is not charged. */
TEST_F(counted, is_not_charged_for_what_failed)
{
	int id;

	ASSERT_EQ(0, allow(self, variant, 2));
	id = region_get(self->fd, KEY, 1, CREATE, 0600);
	ASSERT_LT(0, id);
	for (int i = 0; i < 4; i++) {
		EXPECT_EQ(-EEXIST,
			  region_get(self->fd, KEY, 1,
				     CREATE | SHMREGION_GET_EXCL, 0600));
		EXPECT_EQ(-EINVAL, region_create(self->fd, 0));
		EXPECT_EQ(id, region_get(self->fd, KEY, 1, CREATE, 0600));
	}
	EXPECT_LT(0, create_one(self->fd));
	EXPECT_EQ(-ENOSPC, create_one(self->fd));
}

/* Creates @count regions, each as another user of the namespace. */
static int create_as_subordinates(int fd, unsigned int count)
{
	unsigned int i;
	int id;

	for (i = 0; i < count; i++) {
		if (setresuid(i, i, 0))
			return -errno;
		id = create_one(fd);
		if (setresuid(0, 0, 0))
			return -errno;
		if (id < 0)
			return id;
	}
	return 0;
}

struct subordinates {
	unsigned int depth;
	unsigned int regions;
};

/* Nests user namespaces, and tries in the innermost one. */
static int create_in_namespace(struct peer *parent, void *data)
{
	const struct subordinates *plan = data;
	struct user_namespace space = {
		.owner = USER,
		.first = SUBORDINATE,
		.count = 100,
	};
	unsigned int i;
	int error, fd;

	(void)parent;
	for (i = 0; i < plan->depth; i++) {
		/* Scopes of their own: the quota is not one of a scope. */
		error = user_namespace_enter(&space, CLONE_NEWNET);
		if (error)
			return error;
		/* The next one belongs to another of these users. */
		space = (struct user_namespace){
			.owner = 10 * i + 10,
			.first = 10 * i + 20,
			.count = 50 - 30 * i,
		};
	}
	fd = device_open(O_RDWR);
	if (fd < 0)
		return fd;
	error = create_as_subordinates(fd, plan->regions);
	close(fd);
	return error;
}

TEST_F(counted, is_not_evaded_by_subordinate_users)
{
	struct subordinates plan;

	/* Nobody has anything yet, of whom the limit could be another one. */
	ASSERT_EQ(0, self->before.user_regions);
	ASSERT_EQ(0, allow(self, variant, 4));
	for (plan.depth = 1; plan.depth <= 3; plan.depth++) {
		plan.regions = 4;
		EXPECT_EQ(0, run_in_child(create_in_namespace, &plan));
		/* The namespace dies with the process, and takes all along. */
		EXPECT_TRUE(BECOMES_TRUE(info(self->fd).all_regions ==
					 self->before.all_regions));
		plan.regions = 5;
		EXPECT_EQ(-ENOSPC, run_in_child(create_in_namespace, &plan));
		EXPECT_TRUE(BECOMES_TRUE(info(self->fd).all_regions ==
					 self->before.all_regions));
	}
}

TEST_HARNESS_MAIN
