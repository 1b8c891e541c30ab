// SPDX-License-Identifier: GPL-2.0
/*
 * The reservation of memory: made at creation, given back with the region, and
 * refused when the system's overcommit limit says so.
 */

#include "harness.h"

#include "commit_limit.h"
#include "deadline.h"
#include "device.h"
#include "kernel_file.h"
#include "process.h"

#define CREATE SHMREGION_GET_CREATE
#define NORESERVE SHMREGION_GET_NORESERVE
#define MIB (1024 * 1024LL)

/* Far more than whatever else in the system reserves or gives back meanwhile. */
#define LARGE (256 * MIB)
#define NOISE (16 * MIB)

FIXTURE(overcommit)
{
	int fd;
	struct shmregion_info before;
};

FIXTURE_SETUP(overcommit)
{
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, device_info(self->fd, &self->before));
	ASSERT_LE((uint64_t)LARGE, self->before.max_region_bytes);
}

FIXTURE_TEARDOWN(overcommit)
{
	region_remove_all(self->fd);
	EXPECT_EQ(0, settings_restore());
	close(self->fd);
}

static long long reserved(void)
{
	return meminfo_bytes("Committed_AS");
}

static int create(int fd, uint64_t size, uint32_t flags)
{
	return region_get(fd, SHMREGION_KEY_PRIVATE, size, CREATE | flags,
			  0600);
}

TEST_F(overcommit, a_region_is_reserved_as_long_as_it_lives)
{
	long long before = reserved();
	int id = create(self->fd, LARGE, 0);
	void *address;

	ASSERT_LT(0, id);
	EXPECT_LE(before + LARGE - NOISE, reserved());
	address = region_attach(self->fd, id, 0);
	ASSERT_NE(NULL, address);
	/* Once, however often it is attached. */
	EXPECT_GE(before + LARGE + NOISE, reserved());
	ASSERT_EQ(0, region_remove(self->fd, id));
	EXPECT_LE(before + LARGE - NOISE, reserved());
	ASSERT_EQ(0, region_detach(self->fd, address));
	EXPECT_TRUE(BECOMES_TRUE(reserved() <= before + NOISE));
}

TEST_F(overcommit, noreserve_reserves_what_is_touched)
{
	const long long touched = 32 * MIB;
	long long before = reserved();
	int id = create(self->fd, LARGE, NORESERVE);
	char *address;

	ASSERT_LT(0, id);
	address = region_attach(self->fd, id, 0);
	ASSERT_NE(NULL, address);
	EXPECT_GE(before + NOISE, reserved());
	memset(address, 1, touched);
	EXPECT_LE(before + touched - NOISE, reserved());
	EXPECT_GE(before + touched + NOISE, reserved());
	ASSERT_EQ(0, region_remove(self->fd, id));
	ASSERT_EQ(0, region_detach(self->fd, address));
	EXPECT_TRUE(BECOMES_TRUE(reserved() <= before + NOISE));
}

TEST_F(overcommit, beyond_the_limit_is_refused_at_creation)
{
	struct shmregion_info after;
	int id;

	ASSERT_EQ(0, allow_to_reserve(LARGE / 2));
	EXPECT_EQ(-ENOMEM, create(self->fd, LARGE, 0));
	EXPECT_EQ(-ENOMEM, create(self->fd, LARGE, SHMREGION_GET_POPULATE));
	ASSERT_EQ(0, device_info(self->fd, &after));
	EXPECT_EQ(0, memcmp(&self->before, &after, sizeof(after)));

	id = create(self->fd, LARGE / 4, 0);
	EXPECT_LT(0, id);
	EXPECT_EQ(-ENOMEM, create(self->fd, LARGE / 2, 0));
	EXPECT_EQ(0, region_remove(self->fd, id));
}

TEST_F(overcommit, noreserve_passes_the_limit)
{
	int id;

	ASSERT_EQ(0, allow_to_reserve(LARGE / 2));
	id = create(self->fd, LARGE, NORESERVE);
	EXPECT_LT(0, id);
	EXPECT_NE(NULL, region_attach(self->fd, id, 0));
}

static int touch_all(struct peer *parent, void *data)
{
	long long i;

	(void)parent;
	for (i = 0; i < LARGE; i += 4096)
		((volatile char *)data)[i] = 1;
	return 0;
}

/*
 * What was reserved is there: it can be touched to the last page although the
 * system promises nothing any more; without a reservation that ends in SIGBUS.
 */
TEST_F(overcommit, what_was_reserved_can_be_touched)
{
	int reserved_id = create(self->fd, LARGE, 0);
	int other_id = create(self->fd, LARGE, NORESERVE);
	void *reserved_address, *other_address;

	ASSERT_LT(0, reserved_id);
	ASSERT_LT(0, other_id);
	reserved_address = region_attach(self->fd, reserved_id, 0);
	other_address = region_attach(self->fd, other_id, 0);
	ASSERT_NE(NULL, reserved_address);
	ASSERT_NE(NULL, other_address);
	ASSERT_EQ(0, allow_to_reserve(LARGE / 2));
	EXPECT_EQ(0, run_in_child(touch_all, reserved_address));
	EXPECT_EQ(PEER_KILLED_BY(SIGBUS),
		  run_in_child(touch_all, other_address));
}

TEST_HARNESS_MAIN
