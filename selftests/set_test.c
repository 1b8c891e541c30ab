// SPDX-License-Identifier: GPL-2.0
/*
 * Owner, group and mode: what a new region gets, and how SET changes them.
 */

#include "harness.h"

#include <linux/userfaultfd.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "clock.h"
#include "device.h"
#include "process.h"

#define KEY 0x73650000ULL
#define CREATE SHMREGION_GET_CREATE
#define USER 3001
#define OTHER 3002

FIXTURE(set)
{
	int fd;
	int id;
	struct shmregion_stat before;
};

FIXTURE_SETUP(set)
{
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	self->id = region_get(self->fd, KEY, 1, CREATE, 0640);
	ASSERT_LT(0, self->id);
	ASSERT_EQ(0, region_stat(self->fd, self->id, 0, &self->before));
}

FIXTURE_TEARDOWN(set)
{
	region_remove_all(self->fd);
	close(self->fd);
}

static int open_for_all(struct peer *parent, void *data)
{
	const int fd = device_open(O_RDWR);

	(void)parent;
	(void)data;
	return fd < 0 ? fd : close(fd);
}

TEST_F(set, anybody_may_open_the_device)
{
	struct stat node;

	EXPECT_EQ(0, run_as(USER, OTHER, open_for_all, NULL));
	ASSERT_EQ(0, stat(DEVICE_PATH, &node));
	EXPECT_TRUE(S_ISCHR(node.st_mode));
	EXPECT_EQ(0666, node.st_mode & 07777);
}

/* As it is after the real and the effective user have gone apart. */
static int create_as_effective_user(struct peer *parent, void *data)
{
	(void)parent;
	(void)data;
	if (setresgid(USER, OTHER, 0) || setresuid(USER, OTHER, 0))
		return -errno;
	umask(0777);
	return region_get(device_open(O_RDWR), KEY + 1, 1, CREATE, 0666);
}

TEST_F(set, a_new_region_belongs_to_the_effective_user_and_ignores_the_umask)
{
	struct shmregion_stat stat;
	int id;

	ASSERT_LT(0, run_in_child(create_as_effective_user, NULL));
	id = region_get(self->fd, KEY + 1, 0, 0, 0);
	ASSERT_LT(0, id);
	ASSERT_EQ(0, region_stat(self->fd, id, 0, &stat));
	EXPECT_EQ(OTHER, stat.uid);
	EXPECT_EQ(OTHER, stat.gid);
	EXPECT_EQ(OTHER, stat.cuid);
	EXPECT_EQ(OTHER, stat.cgid);
	EXPECT_EQ(0666, stat.mode);
}

static int set_fields(int fd, int id, uint32_t flags)
{
	struct shmregion_set set = {
		.id = id,
		.flags = flags,
		.uid = USER,
		.gid = OTHER,
		.mode = 0123,
	};

	return device_ioctl(fd, SHMREGION_IOC_SET, &set);
}

TEST_F(set, changes_just_what_is_flagged)
{
	uint32_t flags;

	for (flags = 1; flags <= 7; flags++) {
		struct shmregion_stat stat;
		uint64_t time = clock_before();
		int id = region_create(self->fd, 1);

		ASSERT_LT(0, id);
		ASSERT_EQ(0, set_fields(self->fd, id, flags));
		ASSERT_EQ(0, region_stat(self->fd, id, 0, &stat));
		EXPECT_EQ(flags & SHMREGION_SET_UID ? USER : 0, stat.uid);
		EXPECT_EQ(flags & SHMREGION_SET_GID ? OTHER : 0, stat.gid);
		EXPECT_EQ(flags & SHMREGION_SET_MODE ? 0123 : 0600, stat.mode);
		EXPECT_EQ(0, stat.cuid);
		EXPECT_EQ(0, stat.cgid);
		EXPECT_LE(time, stat.change_time);
		EXPECT_GE(clock_after(), stat.change_time);
	}
}

TEST_F(set, what_is_wrong_changes_nothing)
{
	const struct shmregion_set wrong[] = {
		{ .id = self->id },
		{ .id = self->id, .uid = USER, .gid = USER, .mode = 0777 },
		{ .id = self->id, .flags = SHMREGION_SET_MODE, .mode = 01000 },
		{ .id = self->id, .flags = SHMREGION_SET_MODE, .mode = 02000 },
		{ .id = self->id, .flags = SHMREGION_SET_MODE, .mode = ~0U },
		{ .id = self->id, .flags = SHMREGION_SET_UID, .uid = ~0U },
		{ .id = self->id, .flags = SHMREGION_SET_GID, .gid = ~0U },
		{ .id = self->id, .flags = 7, .uid = USER, .gid = ~0U },
	};
	struct shmregion_stat stat;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		struct shmregion_set set = wrong[i];

		EXPECT_EQ(-EINVAL,
			  device_ioctl(self->fd, SHMREGION_IOC_SET, &set))
		TH_LOG("case %zu", i);
	}
	ASSERT_EQ(0, region_stat(self->fd, self->id, 0, &stat));
	EXPECT_EQ(0, memcmp(&self->before, &stat, sizeof(stat)));
}

static int set_nobody(struct peer *parent, void *data)
{
	const FIXTURE_DATA(set) *self = data;

	(void)parent;
	return region_set_owner(self->fd, self->id, -1, -1);
}

TEST_F(set, permission_is_asked_for_before_an_owner_that_does_not_exist)
{
	EXPECT_EQ(-EPERM, run_as(USER, USER, set_nobody, self));
	EXPECT_EQ(-EINVAL, run_as(0, 0, set_nobody, self));
}

/* A field that is not flagged may hold anything. */
TEST_F(set, ignores_what_is_not_flagged)
{
	struct shmregion_set set = {
		.id = self->id,
		.flags = SHMREGION_SET_MODE,
		.uid = ~0U,
		.gid = ~0U,
		.mode = 0600,
	};

	EXPECT_EQ(0, device_ioctl(self->fd, SHMREGION_IOC_SET, &set));
	set.flags = SHMREGION_SET_UID | SHMREGION_SET_GID;
	set.uid = 0;
	set.gid = 0;
	set.mode = ~0U;
	EXPECT_EQ(0, device_ioctl(self->fd, SHMREGION_IOC_SET, &set));
}

TEST_F(set, works_on_a_region_that_is_removed_but_attached)
{
	struct shmregion_stat stat;

	ASSERT_NE(NULL, region_attach(self->fd, self->id, 0));
	ASSERT_EQ(0, region_remove(self->fd, self->id));
	EXPECT_EQ(0, region_set_mode(self->fd, self->id, 0444));
	ASSERT_EQ(0, region_stat(self->fd, self->id, 0, &stat));
	EXPECT_EQ(0444 | SHMREGION_MODE_REMOVED, stat.mode);
}

static int attach_to(struct peer *parent, void *data)
{
	int fd = device_open(O_RDWR);

	(void)parent;
	return region_attach(fd, *(int *)data, 0) ? 0 : -errno;
}

struct granted {
	int *mapped;
	int handle;
};

static int use_what_was_granted(struct peer *parent, void *data)
{
	const struct granted *granted = data;
	int *again;

	(void)parent;
	*granted->mapped = 1;
	if (mprotect(granted->mapped, 1, PROT_READ) ||
	    mprotect(granted->mapped, 1, PROT_READ | PROT_WRITE))
		return -errno;
	*granted->mapped = 2;
	again = mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_SHARED,
		     granted->handle, 0);
	if (again == MAP_FAILED)
		return -errno;
	return *again == 2 ? 0 : 1;
}

TEST_F(set, holds_from_then_on_and_takes_nothing_back)
{
	struct granted granted;

	ASSERT_EQ(0, region_set_mode(self->fd, self->id, 0666));
	EXPECT_EQ(0, run_as(USER, USER, attach_to, &self->id));
	granted.mapped = region_attach(self->fd, self->id, 0);
	ASSERT_NE(NULL, granted.mapped);
	granted.handle = region_open(self->id, O_RDWR);
	ASSERT_LE(0, granted.handle);

	ASSERT_EQ(0, region_set_mode(self->fd, self->id, 0));
	EXPECT_EQ(-EACCES, run_as(USER, USER, attach_to, &self->id));
	EXPECT_EQ(0, run_as(USER, USER, use_what_was_granted, &granted));
	close(granted.handle);
}

/* Has whoever writes to the page wait. Returns a descriptor to be told, or -errno. */
static int guard_page(void *page, size_t size)
{
	struct uffdio_api api = {
		.api = UFFD_API,
		.features = UFFD_FEATURE_PAGEFAULT_FLAG_WP,
	};
	struct uffdio_register reg = {
		.range = { (uintptr_t)page, size },
		.mode = UFFDIO_REGISTER_MODE_WP,
	};
	struct uffdio_writeprotect protect = {
		.range = reg.range,
		.mode = UFFDIO_WRITEPROTECT_MODE_WP,
	};
	int guard = syscall(SYS_userfaultfd, O_CLOEXEC);

	if (guard < 0 || ioctl(guard, UFFDIO_API, &api) ||
	    ioctl(guard, UFFDIO_REGISTER, &reg) ||
	    ioctl(guard, UFFDIO_WRITEPROTECT, &protect))
		return -errno;
	return guard;
}

static int release_page(int guard, void *page, size_t size)
{
	struct uffdio_writeprotect release = {
		.range = { (uintptr_t)page, size },
	};

	return ioctl(guard, UFFDIO_WRITEPROTECT, &release) ? -errno : 0;
}

struct binding {
	int fd;
	struct shmregion_bind *bind;
	int error;
};

static void *bind_slowly(void *data)
{
	struct binding *binding = data;

	binding->error =
		device_ioctl(binding->fd, SHMREGION_IOC_BIND, binding->bind);
	return NULL;
}

/* Returns what BIND returned, during which the parent did something. */
static int bind_meanwhile(struct peer *parent, void *data)
{
	const size_t size = sysconf(_SC_PAGESIZE);
	struct binding binding = {
		.fd = device_open(O_RDWR),
		.bind = mmap(NULL, size, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
	};
	struct uffd_msg message;
	pthread_t thread;
	uint64_t done;
	int guard;

	if (binding.fd < 0 || binding.bind == MAP_FAILED)
		return -EBADF;
	binding.bind->id = *(int *)data;
	guard = guard_page(binding.bind, size);
	if (guard < 0 || become_user(USER, USER))
		return guard < 0 ? guard : -EINVAL;
	if (pthread_create(&thread, NULL, bind_slowly, &binding))
		return -EAGAIN;
	/* It is about to write out the size. */
	if (read(guard, &message, sizeof(message)) != sizeof(message))
		return -EIO;
	if (peer_tell(parent, 0) || peer_hear(parent, &done) ||
	    release_page(guard, binding.bind, size) ||
	    pthread_join(thread, NULL))
		return -EPIPE;
	return binding.error;
}

TEST_F(set, a_descriptor_is_not_bound_by_a_right_that_was_taken_back)
{
	const mode_t modes[] = { 0666, 0600 };
	const int expected[] = { 0, -EACCES };
	struct peer peer;
	uint64_t about;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		ASSERT_EQ(0, region_set_mode(self->fd, self->id, 0666));
		ASSERT_EQ(0, peer_start(&peer, bind_meanwhile, &self->id));
		ASSERT_EQ(0, peer_hear(&peer, &about));
		ASSERT_EQ(0, region_set_mode(self->fd, self->id, modes[i]));
		ASSERT_EQ(0, peer_tell(&peer, 0));
		EXPECT_EQ(expected[i], peer_wait(&peer));
	}
}

/* Rights are those of who asks, not of who opened the descriptor. */
static int use_descriptor(struct peer *parent, void *data)
{
	const FIXTURE_DATA(set) *self = data;
	struct shmregion_stat stat;

	(void)parent;
	if (region_stat(self->fd, self->id, 0, &stat) != -EACCES)
		return 1;
	if (region_attach(self->fd, self->id, SHMREGION_ATTACH_RDONLY) ||
	    errno != EACCES)
		return 2;
	if (region_bind(self->fd, self->id) != -EACCES)
		return 3;
	if (region_set_mode(self->fd, self->id, 0666) != -EPERM)
		return 4;
	if (region_remove(self->fd, self->id) != -EPERM)
		return 5;
	return 0;
}

TEST_F(set, a_descriptor_carries_no_rights_of_who_opened_it)
{
	EXPECT_EQ(0, run_as(USER, USER, use_descriptor, self));
}

/* As System V has it, one may give a region away and still take it back. */
static int give_away_and_take_back(struct peer *parent, void *data)
{
	int fd = device_open(O_RDWR);
	int id = region_create(fd, 1);

	(void)parent;
	(void)data;
	if (id < 0)
		return id;
	if (region_set_owner(fd, id, OTHER, OTHER))
		return 1;
	if (region_set_owner(fd, id, USER, USER))
		return 2;
	return region_remove(fd, id);
}

TEST_F(set, the_creator_stays_in_control)
{
	EXPECT_EQ(0, run_as(USER, USER, give_away_and_take_back, NULL));
}

TEST_HARNESS_MAIN
