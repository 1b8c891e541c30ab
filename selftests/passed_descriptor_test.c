// SPDX-License-Identifier: GPL-2.0
/*
 * What somebody can do with a descriptor that was passed to him, and what not.
 * He is a user with no rights to the region, root of namespaces of his own.
 */

#include "harness.h"

#include <sched.h>
#include <sys/mman.h>

#include "device.h"
#include "process.h"
#include "user_namespace.h"

#define KEY 0x70610000ULL
#define USER 3001
#define SUBORDINATE 103000

FIXTURE(passed)
{
	int fd;
	/* Of a region that grants nothing to others, and of one that they may read. */
	int closed;
	int open;
	/* Bound to the first, and opened to read only. */
	int handle;
};

FIXTURE_SETUP(passed)
{
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	self->closed = region_get(self->fd, KEY, 1, SHMREGION_GET_CREATE, 0600);
	ASSERT_LT(0, self->closed);
	self->open =
		region_get(self->fd, KEY + 1, 1, SHMREGION_GET_CREATE, 0644);
	ASSERT_LT(0, self->open);
	/* Executable is not what root's own rights should make it. */
	ASSERT_EQ(0, region_set_owner(self->fd, self->closed, USER + 1, 0));
	ASSERT_EQ(0, region_set_mode(self->fd, self->closed, 0604));
	self->handle = -1;
}

FIXTURE_TEARDOWN(passed)
{
	region_remove_all(self->fd);
	close(self->handle);
	close(self->fd);
}

static int bind_as_user(struct peer *parent, void *data)
{
	int handle = region_open(*(int *)data, O_RDONLY);

	return handle < 0 ? handle : peer_send_fd(parent, handle);
}

/*
 * The handle is bound by a user that may only read, since root may execute as
 * well; then the region is closed to him.
 */
static int pass(FIXTURE_DATA(passed) * self, peer_function receiver)
{
	struct run_as binder = {
		.uid = USER + 2,
		.gid = USER + 2,
		.function = bind_as_user,
		.data = &self->closed,
	};
	struct peer peer;
	int error = peer_start(&peer, run_as_in_child, &binder);

	if (error)
		return error;
	self->handle = peer_receive_fd(&peer);
	error = peer_wait(&peer);
	if (error)
		return error;
	error = region_set_mode(self->fd, self->closed, 0600);
	if (error)
		return error;
	error = peer_start(&peer, receiver, self);
	if (error)
		return error;
	error = peer_send_fd(&peer, self->handle);
	return peer_wait(&peer) ?: error;
}

/* Receives the handle as somebody who has every right, but elsewhere. */
static int receive(struct peer *parent)
{
	struct user_namespace space = {
		.owner = USER,
		.first = SUBORDINATE,
		.count = 10,
	};
	int error = user_namespace_enter(&space, CLONE_NEWNET);

	return error ? error : peer_receive_fd(parent);
}

static int map(int handle, int protection)
{
	void *address = mmap(NULL, 1, protection, MAP_SHARED, handle, 0);

	if (address == MAP_FAILED)
		return -errno;
	return munmap(address, 1) ? -errno : 0;
}

static int map_it(struct peer *parent, void *data)
{
	int handle = receive(parent);

	(void)data;
	if (handle < 0)
		return handle;
	if (map(handle, PROT_READ))
		return 1;
	if (map(handle, PROT_READ | PROT_WRITE) != -EACCES)
		return 2;
	return map(handle, PROT_READ | PROT_EXEC) == -EACCES ? 0 : 3;
}

TEST_F(passed, maps_as_it_was_bound)
{
	EXPECT_EQ(0, pass(self, map_it));
}

static bool stays_as_it_is(void *address)
{
	const size_t page = sysconf(_SC_PAGESIZE);

	return mprotect(address, page, PROT_READ | PROT_WRITE) &&
	       errno == EACCES &&
	       mprotect(address, page, PROT_READ | PROT_EXEC) &&
	       errno == EACCES;
}

static int change_mapping(struct peer *parent, void *data)
{
	const size_t page = sysconf(_SC_PAGESIZE);
	int handle = receive(parent);
	void *address;

	(void)data;
	if (handle < 0)
		return handle;
	address = mmap(NULL, page, PROT_READ, MAP_SHARED, handle, 0);
	if (address == MAP_FAILED)
		return -errno;
	if (!stays_as_it_is(address))
		return 1;
	address = mremap(address, page, 2 * page, MREMAP_MAYMOVE);
	if (address == MAP_FAILED || !stays_as_it_is(address))
		return 2;
	address = mremap(address, 2 * page, page, 0);
	/* It maps anew, from the mapped file, which a mapping to read lets it. */
	if (remap_file_pages(address, page, 0, 0, 0) && errno != EINVAL)
		return 3;
	return stays_as_it_is(address) ? 0 : 4;
}

TEST_F(passed, maps_no_more_than_that_by_any_detour)
{
	EXPECT_EQ(0, pass(self, change_mapping));
}

static int map_writable_part(struct peer *parent, void *data)
{
	const FIXTURE_DATA(passed) *self = data;
	const size_t page = sysconf(_SC_PAGESIZE);
	int handle = region_open(self->closed, O_RDWR);
	void *address;

	(void)parent;
	if (handle < 0)
		return handle;
	address =
		mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, handle, 0);
	if (address == MAP_FAILED)
		return -errno;
	if (mprotect(address, page, PROT_READ | PROT_EXEC) != -1 ||
	    errno != EACCES)
		return 1;
	if (remap_file_pages(address, page, 0, 0, 0))
		return 2;
	return mprotect(address, page, PROT_READ | PROT_EXEC) == -1 &&
			       errno == EACCES ?
		       0 :
		       3;
}

/* A shared writable mapping is one that remap_file_pages(2) works on. */
TEST_F(passed, is_not_made_executable_by_remap_file_pages)
{
	ASSERT_EQ(0, region_set_mode(self->fd, self->closed, 0606));
	EXPECT_EQ(0, run_as(USER, USER, map_writable_part, self));
}

static int call_it(struct peer *parent, void *data)
{
	const FIXTURE_DATA(passed) *self = data;
	int handle = receive(parent), id = self->closed;
	struct shmregion_stat stat;

	if (handle < 0)
		return handle;
	if (region_attach(handle, id, SHMREGION_ATTACH_RDONLY) ||
	    errno != EACCES)
		return 1;
	if (region_stat(handle, id, 0, &stat) != -EACCES)
		return 2;
	if (region_get(handle, KEY, 0, 0, 0400) != -EACCES)
		return 3;
	if (region_set_mode(handle, id, 0666) != -EPERM ||
	    region_set_owner(handle, id, 0, 0) != -EPERM ||
	    region_lock(handle, id) != -EPERM ||
	    region_unlock(handle, id) != -EPERM ||
	    region_remove(handle, id) != -EPERM)
		return 4;
	return region_bind(handle, self->open) == -EBUSY ? 0 : 5;
}

TEST_F(passed, gives_no_right_but_to_map)
{
	EXPECT_EQ(0, pass(self, call_it));
}

/* It is a descriptor of the sender's scope, so of all that others may use there. */
static int look_round(struct peer *parent, void *data)
{
	const FIXTURE_DATA(passed) *self = data;
	int handle = receive(parent), id;
	struct shmregion_stat stat;
	uint64_t cursor = 0;

	if (handle < 0)
		return handle;
	do {
		id = region_next(handle, &cursor, SHMREGION_NEXT_ANY);
	} while (id > 0 && id != self->closed);
	if (id != self->closed ||
	    region_stat(handle, id, SHMREGION_STAT_ANY, &stat))
		return 1;
	if (region_get(handle, KEY + 1, 0, 0, 0444) != self->open)
		return 2;
	if (!region_attach(handle, self->open, SHMREGION_ATTACH_RDONLY))
		return 3;
	return region_attach(handle, self->open, 0) || errno != EACCES ? 4 : 0;
}

TEST_F(passed, reaches_the_scope_of_who_opened_it)
{
	EXPECT_EQ(0, pass(self, look_round));
}

/* Another process does so through a copy, with rights that this one lacks. */
static int have_it_bound(struct peer *parent, void *data)
{
	int fd = device_open(O_RDONLY), error;
	uint64_t bound;

	(void)data;
	if (fd < 0)
		return fd;
	error = peer_send_fd(parent, fd) ?: peer_hear(parent, &bound);
	return error ? error : map(fd, PROT_READ);
}

/* So whoever has rights does not bind a descriptor that is not his own. */
TEST_F(passed, serves_all_who_have_it_once_it_is_bound)
{
	struct run_as stranger = {
		.uid = USER,
		.gid = USER,
		.function = have_it_bound,
	};
	struct peer peer;
	int fd;

	ASSERT_EQ(0, region_set_mode(self->fd, self->closed, 0600));
	ASSERT_EQ(0, peer_start(&peer, run_as_in_child, &stranger));
	fd = peer_receive_fd(&peer);
	ASSERT_LE(0, fd);
	EXPECT_EQ(0, region_bind(fd, self->closed));
	EXPECT_EQ(0, peer_tell(&peer, 1));
	EXPECT_EQ(0, peer_wait(&peer));
	close(fd);
}

TEST_HARNESS_MAIN
