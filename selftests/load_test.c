// SPDX-License-Identifier: GPL-2.0
/*
 * Loading the module: parameters that are given are in force, and those that
 * make no sense are refused with a word in the kernel log.
 */

#include "harness.h"

#include "deadline.h"
#include "device.h"
#include "kernel_log.h"
#include "module.h"

FIXTURE(load)
{
	char parameters[512];
	int log;
};

FIXTURE_SETUP(load)
{
	ASSERT_EQ(0, module_parameters(self->parameters,
				       sizeof(self->parameters)));
	self->log = kernel_log_open();
	ASSERT_LE(0, self->log);
	ASSERT_TRUE(BECOMES_TRUE(!module_unload()));
}

FIXTURE_TEARDOWN(load)
{
	close(self->log);
	if (module_is_loaded())
		EXPECT_TRUE(BECOMES_TRUE(!module_unload()));
	EXPECT_EQ(0, module_load(self->parameters));
}

TEST_F(load, wrong_parameters_are_refused)
{
	static const struct {
		const char *parameter;
		const char *value;
	} wrong[] = {
		{ "huge", "foo" },
		{ "huge", "" },
		{ "huge", "NEVER" },
		{ "huge", "within" },
		{ "max_regions", "many" },
		{ "max_region_bytes", "-1" },
		{ "max_bytes", "1.5" },
		{ "max_user_regions", "18446744073709551616" },
		{ "max_user_bytes", "1k" },
	};
	char parameters[64];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		snprintf(parameters, sizeof(parameters), "%s=%s",
			 wrong[i].parameter, wrong[i].value);
		EXPECT_EQ(*wrong[i].value == '1' && wrong[i].value[1] == '8' ?
				  -ERANGE :
				  -EINVAL,
			  module_load(parameters))
		TH_LOG("%s", parameters);
		EXPECT_FALSE(module_is_loaded());
		EXPECT_NE(0, access(DEVICE_PATH, F_OK));
		EXPECT_TRUE(kernel_log_says(self->log, wrong[i].parameter,
					    wrong[i].value))
		TH_LOG("%s", parameters);
	}
	/* And the right ones after all that. */
	EXPECT_EQ(0, module_load(""));
}

TEST_F(load, limits_are_in_force)
{
	char parameters[128];
	struct shmregion_info info;
	long page = sysconf(_SC_PAGESIZE);
	int fd;

	snprintf(parameters, sizeof(parameters), "%s %s",
		 "max_regions=5 max_region_bytes=8192 max_bytes=0x10000",
		 "max_user_regions=4 max_user_bytes=12288");
	ASSERT_EQ(0, module_load(parameters));
	fd = device_open(O_RDWR);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, device_info(fd, &info));
	EXPECT_EQ(5, info.max_regions);
	EXPECT_EQ(8192, info.max_region_bytes);
	EXPECT_EQ(65536, info.max_bytes);
	EXPECT_EQ(4, info.max_user_regions);
	EXPECT_EQ(12288, info.max_user_bytes);

	EXPECT_EQ(-EINVAL, region_create(fd, 8193));
	EXPECT_LT(0, region_create(fd, 8192));
	EXPECT_EQ(-ENOSPC, region_create(fd, page + 1));
	EXPECT_LT(0, region_create(fd, page));
	region_remove_all(fd);
	close(fd);
}

TEST_F(load, huge_policy_is_in_force)
{
	static const struct {
		const char *parameters;
		uint32_t policy;
	} policies[] = {
		{ "", SHMREGION_GET_HUGE_WITHIN_SIZE },
		{ "huge=never", SHMREGION_GET_HUGE_NEVER },
		{ "huge=within_size", SHMREGION_GET_HUGE_WITHIN_SIZE },
		{ "huge=always", SHMREGION_GET_HUGE_ALWAYS },
		{ "huge=advise", SHMREGION_GET_HUGE_ADVISE },
	};
	struct shmregion_info info;
	size_t i;
	int fd;

	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		ASSERT_EQ(0, module_load(policies[i].parameters));
		fd = device_open(O_RDONLY);
		ASSERT_EQ(0, device_info(fd, &info));
		EXPECT_EQ(policies[i].policy, info.huge_policy)
		TH_LOG("%s", policies[i].parameters);
		if (policies[i].policy == SHMREGION_GET_HUGE_NEVER)
			EXPECT_EQ(0, info.huge_page_size);
		close(fd);
		ASSERT_TRUE(BECOMES_TRUE(!module_unload()));
	}
}

/* Without parameters nobody can fill the machine. */
TEST_F(load, default_limits_are_finite)
{
	struct shmregion_info info;
	uint64_t memory =
		(uint64_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE);
	int fd;

	ASSERT_EQ(0, module_load(""));
	fd = device_open(O_RDONLY);
	ASSERT_EQ(0, device_info(fd, &info));
	close(fd);
	EXPECT_LT(0, info.max_regions);
	EXPECT_GT(1 << 20, info.max_regions);
	EXPECT_LT(0, info.max_user_regions);
	EXPECT_GT(info.max_regions, info.max_user_regions);
	EXPECT_LT(memory / 4, info.max_bytes);
	EXPECT_GT(memory, info.max_bytes);
	EXPECT_GT(info.max_bytes, info.max_user_bytes);
	EXPECT_GE(info.max_bytes, info.max_region_bytes);
}

/* A device of that name is there already; the second load must undo its own. */
TEST_F(load, twice_is_refused)
{
	struct shmregion_info info;
	int fd;

	ASSERT_EQ(0, module_load(""));
	EXPECT_EQ(-EEXIST, module_load(""));
	fd = device_open(O_RDONLY);
	ASSERT_LE(0, fd);
	EXPECT_EQ(0, device_info(fd, &info));
	close(fd);
}

TEST_HARNESS_MAIN
