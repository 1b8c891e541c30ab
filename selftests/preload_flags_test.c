// SPDX-License-Identifier: GPL-2.0
/*
 * The System V preload library: what the flags of shmget() mean for a region.
 */

#include "harness.h"

#include "device.h"
#include "preload.h"
#include "setting.h"

#define KEY ((key_t)0x9e1000d1)
#define SHM_HUGE(exponent) ((int)((unsigned int)(exponent) << 26))

FIXTURE(flags)
{
	int fd;
};

FIXTURE_SETUP(flags)
{
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(flags)
{
	uint64_t cursor = 0;
	int id;

	while ((id = region_next(self->fd, &cursor, SHMREGION_NEXT_ANY)) > 0)
		region_remove(self->fd, id);
	close(self->fd);
	EXPECT_EQ(0, settings_restore());
}

static int get(key_t key, size_t size, int flags)
{
	const int id = shmget(key, size, flags);

	return id < 0 ? -errno : id;
}

static uint32_t attributes_of(int fd, int id)
{
	struct shmregion_stat stat;

	return region_stat(fd, id, 0, &stat) ? ~0U : stat.attributes;
}

TEST_F(flags, huge_pages_are_asked_for)
{
	const int sizes[] = { 0, 21 }, others[] = { 1, 12, 16, 30, 63 };
	unsigned int i;
	int id;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		id = shmget(IPC_PRIVATE, 1,
			    SHM_HUGETLB | SHM_HUGE(sizes[i]) | 0600);
		EXPECT_EQ(SHMREGION_GET_HUGE_ALWAYS,
			  attributes_of(self->fd, id));
	}
	ASSERT_LT(0, shmget(KEY, 5000, IPC_CREAT | 0600));
	for (i = 0; i < ARRAY_SIZE(others); i++) {
		const int huge = SHM_HUGETLB | SHM_HUGE(others[i]) | 0600;

		EXPECT_EQ(-EINVAL, get(IPC_PRIVATE, 1, huge));
		EXPECT_EQ(-EINVAL, get(KEY + 1, 1, huge | IPC_CREAT));
		EXPECT_EQ(-EINVAL,
			  get(KEY + 1, 1, huge | IPC_CREAT | IPC_EXCL));
		EXPECT_EQ(-ENOENT, get(KEY + 1, 1, huge));
		/* Of one that is there, it does not matter. */
		EXPECT_LT(0, get(KEY, 5000, huge | IPC_CREAT));
		EXPECT_LT(0, get(KEY, 5000, huge));
		EXPECT_EQ(-EINVAL, get(KEY, 5001, huge | IPC_CREAT));
		EXPECT_EQ(-EEXIST, get(KEY, 5001, huge | IPC_CREAT | IPC_EXCL));
	}
}

TEST_F(flags, overcommit_can_overrule_noreserve)
{
	int id = shmget(IPC_PRIVATE, 1, SHM_NORESERVE | 0600);

	EXPECT_EQ(SHMREGION_GET_NORESERVE, attributes_of(self->fd, id));
	ASSERT_EQ(0, setting_change("/proc/sys/vm/overcommit_memory", "2"));
	id = shmget(IPC_PRIVATE, 1, SHM_NORESERVE | 0600);
	EXPECT_EQ(0, attributes_of(self->fd, id));
}

TEST_HARNESS_MAIN
