// SPDX-License-Identifier: GPL-2.0
/*
 * POPULATE when memory is short, of a memory cgroup or of the machine: the
 * creator hears ENOMEM, nobody is killed, and nothing is left.
 */

#include "harness.h"

#include <glob.h>
#include <stdlib.h>

#include "deadline.h"
#include "device.h"
#include "kernel_file.h"
#include "memory_cgroup.h"
#include "process.h"
#include "setting.h"

#define KEY 0x73680000ULL
#define CREATE SHMREGION_GET_CREATE
#define NORESERVE SHMREGION_GET_NORESERVE
#define POPULATE SHMREGION_GET_POPULATE
#define MIB (1024 * 1024LL)

#define MEMORY "/sys/devices/system/memory"
#define CGROUP_BYTES (32 * MIB)

FIXTURE(shortage)
{
	int fd;
	struct shmregion_info before;
	long long oom_kills;
	bool cgroup;
};

static long long oom_kills(void)
{
	return kernel_file_number("/proc/vmstat", "oom_kill");
}

FIXTURE_SETUP(shortage)
{
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, device_info(self->fd, &self->before));
	self->oom_kills = oom_kills();
	ASSERT_LE(0, self->oom_kills);
}

FIXTURE_TEARDOWN(shortage)
{
	region_remove_all(self->fd);
	EXPECT_EQ(0, settings_restore());
	if (self->cgroup)
		EXPECT_TRUE(BECOMES_TRUE(!rmdir(CGROUP)));
	close(self->fd);
}

/* Was nothing created, charged or killed? */
static bool nothing_is_left(const FIXTURE_DATA(shortage) * self)
{
	struct shmregion_info after;

	return !device_info(self->fd, &after) &&
	       !memcmp(&self->before, &after, sizeof(after)) &&
	       oom_kills() == self->oom_kills &&
	       region_get(self->fd, KEY, 0, 0, 0) == -ENOENT;
}

struct creation {
	uint64_t size;
	uint32_t flags;
};

static int create_in_cgroup(struct peer *parent, void *data)
{
	const struct creation *creation = data;
	int error;

	(void)parent;
	error = cgroup_join();
	if (error)
		return error;
	return region_get(device_open(O_RDWR), KEY, creation->size,
			  CREATE | creation->flags, 0600);
}

TEST_F(shortage, of_a_memory_cgroup)
{
	struct creation creation = {
		.size = 2 * CGROUP_BYTES,
		.flags = POPULATE,
	};

	self->cgroup = true;
	ASSERT_EQ(0, cgroup_begin(CGROUP_BYTES, "0"));
	EXPECT_EQ(-ENOMEM, run_in_child(create_in_cgroup, &creation));
	EXPECT_TRUE(nothing_is_left(self));
	creation.flags |= NORESERVE;
	EXPECT_EQ(-ENOMEM, run_in_child(create_in_cgroup, &creation));
	EXPECT_TRUE(nothing_is_left(self));
	/* The limit was reached, and it is its reaching that was reported. */
	EXPECT_LT(0, kernel_file_number(CGROUP "/memory.events", "max"));
	EXPECT_EQ(0, kernel_file_number(CGROUP "/memory.events", "oom_kill"));
	EXPECT_GT(16 * MIB, kernel_file_number(CGROUP "/memory.stat", "shmem"));
}

/* What fits is there, all of it, and charged to the cgroup of who created it. */
TEST_F(shortage, of_a_memory_cgroup_that_just_suffices)
{
	struct creation creation = {
		.size = CGROUP_BYTES / 2,
		.flags = POPULATE,
	};
	struct shmregion_stat stat;
	int id;

	self->cgroup = true;
	ASSERT_EQ(0, cgroup_begin(CGROUP_BYTES, "0"));
	EXPECT_LT(0, run_in_child(create_in_cgroup, &creation));
	id = region_get(self->fd, KEY, 0, 0, 0);
	ASSERT_LT(0, id);
	ASSERT_EQ(0, region_stat(self->fd, id, 0, &stat));
	EXPECT_EQ(creation.size, stat.resident_bytes);
	EXPECT_LE((long long)creation.size,
		  kernel_file_number(CGROUP "/memory.stat", "shmem"));
	ASSERT_EQ(0, region_remove(self->fd, id));
	EXPECT_TRUE(nothing_is_left(self));
}

/*
 * Takes memory out of the machine, block by block, until no more than @spare
 * and a block is free. Blocks in which the kernel has something stay. Returns
 * how many were taken out, or -errno.
 */
static int make_machine_short(long long spare)
{
	char text[32];
	glob_t blocks;
	long long block;
	int taken = 0, error;
	size_t i;

	if (kernel_file_read(MEMORY "/block_size_bytes", text, sizeof(text)) <
	    0)
		return -ENOENT;
	block = strtoll(text, NULL, 16);
	/* What other tests have read would have to be moved out of the blocks. */
	error = kernel_file_write("/proc/sys/vm/drop_caches", "1");
	/*
	 * It would compact the blocks that go. Linux 6.1 was seen to do that for ever,
	 * in split_map_pages(), its processor taking no timer interrupt.
	 */
	if (!error)
		error = setting_change("/proc/sys/vm/compaction_proactiveness",
				       "0");
	if (error)
		return error;
	if (glob(MEMORY "/memory*/state", 0, NULL, &blocks))
		return -ENOENT;
	for (i = 0; i < blocks.gl_pathc; i++) {
		if (meminfo_bytes("MemFree") - block < spare)
			break;
		if (!setting_change(blocks.gl_pathv[i], "offline"))
			taken++;
	}
	globfree(&blocks);
	return taken;
}

TEST_F_TIMEOUT(shortage, of_the_machine, 180)
{
	const long long spare = 128 * MIB, all = meminfo_bytes("MemTotal");
	long long left;
	int taken, result;

	ASSERT_LT(0, all);
	taken = make_machine_short(spare);
	if (taken == -ENOENT)
		SKIP(return, "needs a kernel that can do without memory");
	ASSERT_LT(0, taken);
	left = meminfo_bytes("MemTotal") + meminfo_bytes("SwapFree");
	ASSERT_GT(all, left);
	ASSERT_EQ(0, setting_change_number(PARAMETER("max_region_bytes"), all));
	ASSERT_EQ(0,
		  setting_change_number(PARAMETER("max_user_bytes"), 2 * all));
	ASSERT_EQ(0, setting_change_number(PARAMETER("max_bytes"), 2 * all));

	result = region_get(self->fd, KEY, left, CREATE | POPULATE | NORESERVE,
			    0600);
	EXPECT_EQ(0, settings_restore());
	EXPECT_EQ(-ENOMEM, result);
	EXPECT_TRUE(nothing_is_left(self));
}

TEST_HARNESS_MAIN
