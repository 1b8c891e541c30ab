// SPDX-License-Identifier: GPL-2.0
/*
 * Descriptors of the device, by how they were opened and whether they are bound.
 * Built as a 32-bit program as well.
 */

#include "harness.h"

#include <sys/mman.h>

#include "calls.h"
#include "device.h"

/* How the device was opened, and what that allows. */
FIXTURE(descriptor)
{
	int fd;
	struct target target;
};

FIXTURE_VARIANT(descriptor)
{
	int access;
	bool reads;
	bool writes;
};

FIXTURE_VARIANT_ADD(descriptor, for_reading){
	.access = O_RDONLY,
	.reads = true,
};

FIXTURE_VARIANT_ADD(descriptor, for_writing){
	.access = O_WRONLY,
	.writes = true,
};

FIXTURE_VARIANT_ADD(descriptor, for_both){
	.access = O_RDWR,
	.reads = true,
	.writes = true,
};

FIXTURE_SETUP(descriptor)
{
	ASSERT_EQ(0, target_make(&self->target));
	self->fd = device_open(variant->access);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(descriptor)
{
	close(self->fd);
	target_drop(&self->target);
}

/* All that System V can do without permission to write to the device. */
TEST_F(descriptor, serves_every_call)
{
	const struct call *call;

	for (call = calls; call->name; call++) {
		const bool attaches = call->command == SHMREGION_IOC_ATTACH;
		union {
			unsigned char bytes[512];
			uint64_t alignment;
		} argument = { 0 };

		call->fill(&self->target, argument.bytes);
		EXPECT_EQ(attaches && !variant->reads ? -EACCES : 0,
			  device_ioctl(self->fd, call->command, &argument))
		TH_LOG("%s", call->name);
	}
}

static int attach(int fd, int id, uint32_t flags)
{
	return region_attach(fd, id, flags) ? 0 : -errno;
}

TEST_F(descriptor, attaches_as_it_was_opened)
{
	EXPECT_EQ(variant->reads ? 0 : -EACCES,
		  attach(self->fd, self->target.id, SHMREGION_ATTACH_RDONLY));
	EXPECT_EQ(variant->reads && variant->writes ? 0 : -EACCES,
		  attach(self->fd, self->target.id, 0));
}

static int map(int fd, int protection)
{
	void *address = mmap(NULL, 1, protection, MAP_SHARED, fd, 0);

	if (address == MAP_FAILED)
		return -errno;
	munmap(address, 1);
	return 0;
}

TEST_F(descriptor, maps_as_it_was_opened_once_it_is_bound)
{
	EXPECT_EQ(-EBADFD, map(self->fd, PROT_READ));
	EXPECT_EQ(-EBADFD, map(self->fd, PROT_NONE));
	ASSERT_EQ(0, region_bind(self->fd, self->target.id));
	EXPECT_EQ(variant->reads ? 0 : -EACCES, map(self->fd, PROT_READ));
	EXPECT_EQ(variant->reads && variant->writes ? 0 : -EACCES,
		  map(self->fd, PROT_READ | PROT_WRITE));
}

TEST_F(descriptor, is_bound_once)
{
	int other = region_create(self->fd, 1);
	struct shmregion_stat stat;

	ASSERT_LT(0, other);
	ASSERT_EQ(0, region_bind(self->fd, self->target.id));
	EXPECT_EQ(-EBUSY, region_bind(self->fd, self->target.id));
	EXPECT_EQ(-EBUSY, region_bind(self->fd, other));
	EXPECT_EQ(-EBUSY, region_bind(dup(self->fd), other));
	ASSERT_EQ(0, region_stat(self->fd, other, 0, &stat));
	EXPECT_EQ(0, stat.descriptors);
	ASSERT_EQ(0, region_stat(self->fd, self->target.id, 0, &stat));
	EXPECT_EQ(1, stat.descriptors);
}

TEST_F(descriptor, that_could_not_be_bound_can_be_bound_yet)
{
	EXPECT_EQ(-EINVAL, region_bind(self->fd, INT32_MAX));
	EXPECT_EQ(0, region_bind(self->fd, self->target.id));
}

TEST_F(descriptor, serves_every_call_when_bound)
{
	ASSERT_EQ(0, region_bind(self->fd, self->target.id));
	EXPECT_LT(0, region_create(self->fd, 1));
	EXPECT_EQ(0, region_set_mode(self->fd, self->target.id, 0600));
	EXPECT_EQ(0, region_remove(self->fd, self->target.id));
}

/* It is no file, and it is not where regions are read and written. */
TEST_F(descriptor, does_not_read_write_or_seek)
{
	char byte = 0;
	int bound;

	for (bound = 0; bound < 2; bound++) {
		EXPECT_EQ(-1, read(self->fd, &byte, 1));
		EXPECT_EQ(variant->reads ? EINVAL : EBADF, errno);
		EXPECT_EQ(-1, write(self->fd, &byte, 1));
		EXPECT_EQ(variant->writes ? EINVAL : EBADF, errno);
		EXPECT_EQ(-1, lseek(self->fd, 1, SEEK_SET));
		EXPECT_EQ(ESPIPE, errno);
		EXPECT_EQ(-1, ftruncate(self->fd, 0));
		EXPECT_EQ(-1, fallocate(self->fd, 0, 0, 1));
		ASSERT_EQ(0,
			  bound ? 0 : region_bind(self->fd, self->target.id));
	}
}

TEST_F(descriptor, of_the_path_alone_serves_nothing)
{
	int fd = open(DEVICE_PATH, O_PATH | O_CLOEXEC);
	struct shmregion_info info;

	ASSERT_LE(0, fd);
	EXPECT_EQ(-EBADF, device_info(fd, &info));
	EXPECT_EQ(-EBADF, map(fd, PROT_READ));
	close(fd);
}

TEST_HARNESS_MAIN
