// SPDX-License-Identifier: GPL-2.0
/*
 * A descriptor that is bound for reading stays one for reading.
 */

#include "harness.h"

#include <sys/mman.h>

#include "device.h"
#include "process.h"

#define USER 3001

FIXTURE(handle)
{
	int fd;
	int id;
	int handle;
};

FIXTURE_SETUP(handle)
{
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	self->id = region_get(self->fd, SHMREGION_KEY_PRIVATE, 1,
			      SHMREGION_GET_CREATE, 0644);
	ASSERT_LT(0, self->id);
	self->handle = region_open(self->id, O_RDONLY);
	ASSERT_LE(0, self->handle);
}

FIXTURE_TEARDOWN(handle)
{
	region_remove_all(self->fd);
	close(self->handle);
	close(self->fd);
}

static int map_handle(int handle, int protection, int flags)
{
	void *address = mmap(NULL, 1, protection, flags, handle, 0);

	if (address == MAP_FAILED)
		return -errno;
	munmap(address, 1);
	return 0;
}

TEST_F(handle, bound_for_reading_does_not_map_for_writing)
{
	EXPECT_EQ(0, map_handle(self->handle, PROT_READ, MAP_SHARED));
	EXPECT_EQ(-EACCES,
		  map_handle(self->handle, PROT_READ | PROT_WRITE, MAP_SHARED));
	EXPECT_EQ(-EACCES, map_handle(self->handle, PROT_WRITE, MAP_SHARED));
}

/* A private mapping has pages of its own, as of a file opened for reading. */
TEST_F(handle, maps_privately_for_writing)
{
	char *shared = region_attach(self->fd, self->id, 0);
	char *mine = mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_PRIVATE,
			  self->handle, 0);

	ASSERT_NE(NULL, shared);
	ASSERT_NE(MAP_FAILED, mine);
	*shared = 'a';
	EXPECT_EQ('a', *mine);
	*mine = 'b';
	EXPECT_EQ('a', *shared);
}

/*
 * Opened again it is another descriptor of the device, bound to nothing, and
 * binding asks anew.
 */
static int reopen_handle(struct peer *parent, void *data)
{
	const FIXTURE_DATA(handle) *self = data;
	char path[64];
	int again;

	(void)parent;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", self->handle);
	again = open(path, O_RDWR | O_CLOEXEC);
	if (again < 0)
		return -errno;
	if (map_handle(again, PROT_READ, MAP_SHARED) != -EBADFD)
		return 1;
	if (region_bind(again, self->id) != -EACCES)
		return 2;
	if (map_handle(again, PROT_READ, MAP_SHARED) != -EBADFD)
		return 3;
	return map_handle(self->handle, PROT_READ, MAP_SHARED);
}

TEST_F(handle, against_proc_self_fd)
{
	EXPECT_EQ(0, run_as(USER, USER, reopen_handle, self));
}

TEST_F(handle, against_fcntl)
{
	ASSERT_EQ(0, fcntl(self->handle, F_SETFL, O_RDWR | O_APPEND));
	EXPECT_EQ(-EACCES,
		  map_handle(self->handle, PROT_READ | PROT_WRITE, MAP_SHARED));
}

TEST_HARNESS_MAIN
