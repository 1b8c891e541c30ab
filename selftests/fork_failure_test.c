// SPDX-License-Identifier: GPL-2.0
/*
 * A fork that fails after it has copied some mappings of regions takes all of
 * them back: the kernel opens each as it goes, and closes only those.
 */

#include "harness.h"

#include <sys/mman.h>

#include "device.h"
#include "setting.h"

#define MIB (1024 * 1024LL)
#define ATTACHES 4

/* Private memory that a child would have to be promised, and cannot be. */
#define LARGE (256 * MIB)

FIXTURE(fork_failure)
{
	int fd;
	int id;
	char *attaches[ATTACHES];
};

FIXTURE_SETUP(fork_failure)
{
	const char *const ratio = "/proc/sys/vm/overcommit_ratio";
	const size_t page = sysconf(_SC_PAGESIZE);
	const size_t gap = 16 * page;
	char value[32], *room;
	int i;

	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	self->id = region_create(self->fd, page);
	ASSERT_LT(0, self->id);

	/* Mappings are copied by address: the attaches are to be the first. */
	room = mmap(NULL, ATTACHES * gap + LARGE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, room);
	ASSERT_EQ(0, munmap(room, ATTACHES * gap));
	for (i = 0; i < ATTACHES; i++) {
		void *address;

		ASSERT_EQ(0, region_attach_at(self->fd, self->id,
					      room + i * gap, 0, &address));
		self->attaches[i] = address;
	}

	ASSERT_LT(0, kernel_file_read(ratio, value, sizeof(value)));
	/* The other one changes it, so it is put back last. */
	ASSERT_EQ(0, setting_change(ratio, value));
	ASSERT_EQ(0,
		  setting_change_number(
			  "/proc/sys/vm/overcommit_kbytes",
			  (meminfo_bytes("Committed_AS") + LARGE / 4) / 1024));
	ASSERT_EQ(0, setting_change("/proc/sys/vm/overcommit_memory", "2"));
}

FIXTURE_TEARDOWN(fork_failure)
{
	EXPECT_EQ(0, settings_restore());
	region_remove_all(self->fd);
	close(self->fd);
}

TEST_F(fork_failure, counts_no_attach)
{
	int round;

	for (round = 0; round < 20; round++) {
		pid_t pid = fork();

		if (!pid)
			_exit(0);
		ASSERT_EQ(-1, pid);
		ASSERT_EQ(ENOMEM, errno);
		ASSERT_EQ(ATTACHES, region_attaches(self->fd, self->id));
	}
	self->attaches[0][0] = 1;
	EXPECT_EQ(1, self->attaches[ATTACHES - 1][0]);
}

TEST_F(fork_failure, leaves_the_region_to_go_with_its_last_detach)
{
	int i;

	ASSERT_EQ(-1, fork());
	ASSERT_EQ(0, region_remove(self->fd, self->id));
	for (i = 0; i < ATTACHES; i++) {
		EXPECT_EQ(ATTACHES - i, region_attaches(self->fd, self->id));
		ASSERT_EQ(0, region_detach(self->fd, self->attaches[i]));
	}
	EXPECT_EQ(-EINVAL, region_attaches(self->fd, self->id));
}

TEST_HARNESS_MAIN
