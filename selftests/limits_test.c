// SPDX-License-Identifier: GPL-2.0
/*
 * Limits: how they are set, what they hold for, and the figures beside them.
 */

#include "harness.h"

#include "device.h"
#include "process.h"
#include "setting.h"

#define KEY 0x6c690000ULL
#define CREATE SHMREGION_GET_CREATE
#define NORESERVE SHMREGION_GET_NORESERVE
#define USER 3001

static const char *const parameters[] = {
	PARAMETER("max_regions"),    PARAMETER("max_region_bytes"),
	PARAMETER("max_bytes"),	     PARAMETER("max_user_regions"),
	PARAMETER("max_user_bytes"),
};

FIXTURE(limits)
{
	int fd;
	uint64_t page;
	struct shmregion_info before;
};

FIXTURE_SETUP(limits)
{
	self->page = sysconf(_SC_PAGESIZE);
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, device_info(self->fd, &self->before));
}

FIXTURE_TEARDOWN(limits)
{
	region_remove_all(self->fd);
	EXPECT_EQ(0, settings_restore());
	close(self->fd);
}

static struct shmregion_info info(int fd)
{
	struct shmregion_info info;

	if (device_info(fd, &info))
		memset(&info, 0xff, sizeof(info));
	return info;
}

TEST_F(limits, are_finite_and_consistent_by_default)
{
	EXPECT_LT(0, self->before.max_regions);
	EXPECT_GT(INT32_MAX, self->before.max_regions);
	EXPECT_GE(self->before.max_regions, self->before.max_user_regions);
	EXPECT_LT(0, self->before.max_user_regions);
	EXPECT_LT(0, self->before.max_region_bytes);
	EXPECT_LT(0, self->before.max_user_bytes);
	EXPECT_GE(self->before.max_bytes, self->before.max_user_bytes);
	EXPECT_GE(self->before.max_bytes, self->before.max_region_bytes);
	/* A tmpfs mount without a limit of its own must not eat the machine. */
	EXPECT_GT((uint64_t)sysconf(_SC_PHYS_PAGES) * self->page,
		  self->before.max_bytes);
}

TEST_F(limits, are_written_and_read_as_parameters)
{
	ASSERT_EQ(0, setting_change(PARAMETER("max_regions"), "1001"));
	ASSERT_EQ(0, setting_change(PARAMETER("max_region_bytes"), "1002"));
	ASSERT_EQ(0, setting_change(PARAMETER("max_bytes"), "1003"));
	ASSERT_EQ(0, setting_change(PARAMETER("max_user_regions"), "1004"));
	ASSERT_EQ(0, setting_change(PARAMETER("max_user_bytes"), "0x3ed"));
	EXPECT_EQ(1001, info(self->fd).max_regions);
	EXPECT_EQ(1002, info(self->fd).max_region_bytes);
	EXPECT_EQ(1003, info(self->fd).max_bytes);
	EXPECT_EQ(1004, info(self->fd).max_user_regions);
	EXPECT_EQ(1005, info(self->fd).max_user_bytes);
}

TEST_F(limits, parameters_refuse_what_is_no_number)
{
	const char *const values[] = { "many", "-1", "1x", "1 2", "1.5" };
	struct shmregion_info after;
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(parameters); i++) {
		for (j = 0; j < ARRAY_SIZE(values); j++) {
			EXPECT_EQ(-EINVAL,
				  kernel_file_write(parameters[i], values[j]))
			TH_LOG("%s <- \"%s\"", parameters[i], values[j]);
		}
	}
	EXPECT_EQ(-ERANGE, kernel_file_write(PARAMETER("max_bytes"),
					     "18446744073709551616"));
	after = info(self->fd);
	EXPECT_EQ(0, memcmp(&self->before, &after, sizeof(after)));
}

TEST_F(limits, are_not_for_users_to_change)
{
	size_t i;

	ASSERT_EQ(0, seteuid(USER));
	for (i = 0; i < ARRAY_SIZE(parameters); i++)
		EXPECT_EQ(-EACCES, kernel_file_write(parameters[i], "1"));
	EXPECT_EQ(0, seteuid(0));
}

/* One region may be as large as the limit, and no page larger. */
TEST_F(limits, size_of_a_region)
{
	const uint64_t limit = 3 * self->page + 5;

	ASSERT_EQ(0,
		  setting_change_number(PARAMETER("max_region_bytes"), limit));
	EXPECT_LT(0, region_create(self->fd, limit));
	EXPECT_EQ(-EINVAL, region_create(self->fd, limit + 1));
	EXPECT_EQ(-EINVAL, region_create(self->fd, UINT64_MAX));
}

/* An existing region stays as it is, and can be found. */
TEST_F(limits, hold_for_what_is_created_afterwards)
{
	int id = region_get(self->fd, KEY, 2 * self->page, CREATE, 0600);
	char *address;

	ASSERT_LT(0, id);
	ASSERT_EQ(0, setting_change(PARAMETER("max_regions"), "0"));
	ASSERT_EQ(0, setting_change(PARAMETER("max_user_bytes"), "1"));
	ASSERT_EQ(0, setting_change_number(PARAMETER("max_region_bytes"),
					   self->page));
	EXPECT_EQ(id, region_get(self->fd, KEY, 2 * self->page, CREATE, 0600));
	address = region_attach(self->fd, id, 0);
	ASSERT_NE(NULL, address);
	address[self->page] = 1;
	EXPECT_EQ(-EINVAL, region_create(self->fd, 2 * self->page));
	EXPECT_EQ(-ENOSPC, region_create(self->fd, 1));
}

/* With every limit away, a size that no file can have is still refused. */
TEST_F(limits, none_at_all)
{
	const uint64_t sizes[] = {
		UINT64_MAX,
		UINT64_MAX - self->page + 1,
		INT64_MAX,
		(uint64_t)INT64_MAX + 1,
		INT64_MAX - self->page + 1,
		INT64_MAX - self->page,
	};
	const uint64_t all = UINT64_MAX;
	size_t i;

	ASSERT_EQ(0, setting_change_number(PARAMETER("max_region_bytes"), all));
	ASSERT_EQ(0, setting_change_number(PARAMETER("max_bytes"), all));
	ASSERT_EQ(0, setting_change_number(PARAMETER("max_user_bytes"), all));
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		int id = region_get(self->fd, SHMREGION_KEY_PRIVATE, sizes[i],
				    CREATE | NORESERVE, 0600);

		if (id > 0) {
			EXPECT_EQ(NULL, region_attach(self->fd, id, 0));
			EXPECT_EQ(ENOMEM, errno);
			EXPECT_EQ(0, region_remove(self->fd, id));
		} else {
			EXPECT_EQ(-EINVAL, id) TH_LOG("case %zu", i);
		}
		EXPECT_GT(0, region_create(self->fd, sizes[i]));
	}
	EXPECT_EQ(self->before.all_bytes, info(self->fd).all_bytes);
	EXPECT_EQ(self->before.all_regions, info(self->fd).all_regions);
}

TEST_F(limits, figures_say_what_is_charged)
{
	struct shmregion_info now;
	int id = region_create(self->fd, self->page + 1);

	ASSERT_LT(0, id);
	now = info(self->fd);
	EXPECT_EQ(self->before.all_regions + 1, now.all_regions);
	EXPECT_EQ(self->before.all_bytes + 2 * self->page, now.all_bytes);
	EXPECT_EQ(self->before.user_regions + 1, now.user_regions);
	EXPECT_EQ(self->before.user_bytes + 2 * self->page, now.user_bytes);

	/* The charge stays with the creator. */
	ASSERT_EQ(0, region_set_owner(self->fd, id, USER, USER));
	EXPECT_EQ(now.user_regions, info(self->fd).user_regions);
	EXPECT_EQ(now.user_bytes, info(self->fd).user_bytes);

	EXPECT_EQ(0, region_remove(self->fd, id));
	now = info(self->fd);
	EXPECT_EQ(self->before.all_regions, now.all_regions);
	EXPECT_EQ(self->before.all_bytes, now.all_bytes);
	EXPECT_EQ(self->before.user_regions, now.user_regions);
	EXPECT_EQ(self->before.user_bytes, now.user_bytes);
}

TEST_HARNESS_MAIN
