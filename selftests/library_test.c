// SPDX-License-Identifier: GPL-2.0
/*
 * libshmregion: each function does what its ioctl does, with all arguments in
 * their places, and fails as a function of libc fails.
 *
 * Functions are found as the dynamic linker finds them for a program that was
 * linked to version 1.0 of the library: by name and symbol version.
 */

#include "harness.h"

#include <dlfcn.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "../userspace/lib/shmregion.h"
#include "device.h"
#include "process.h"

#define KEY 0x6c69627261727900ULL
#define CREATE SHMREGION_GET_CREATE
#define SIZE 10000
#define SIZE_IN_PAGES 12288
#define NO_SUCH_ID 0x7fffffff
#define LIBRARY "libshmregion.so.1"
#define SYMBOL_VERSION "SHMREGION_1.0"

/* Puts the address of the function into the pointer at @function. */
static bool look_up(void *library, const char *name, void *function)
{
	void *address = dlvsym(library, name, SYMBOL_VERSION);

	memcpy(function, &address, sizeof(address));
	return address;
}

FIXTURE(library)
{
	void *library;
	__typeof__(shmregion_open) *open;
	__typeof__(shmregion_info) *info;
	__typeof__(shmregion_get) *get;
	__typeof__(shmregion_attach) *attach;
	__typeof__(shmregion_detach) *detach;
	__typeof__(shmregion_bind) *bind;
	__typeof__(shmregion_stat) *stat;
	__typeof__(shmregion_next) *next;
	__typeof__(shmregion_set) *set;
	__typeof__(shmregion_remove) *remove;
	__typeof__(shmregion_lock) *lock;
	__typeof__(shmregion_unlock) *unlock;
	int fd;
	int id;
};

FIXTURE_SETUP(library)
{
	self->library = dlopen(LIBRARY, RTLD_NOW);
	ASSERT_NE(NULL, self->library)
	{
		TH_LOG("%s", dlerror());
	}
	ASSERT_TRUE(look_up(self->library, "shmregion_open", &self->open));
	ASSERT_TRUE(look_up(self->library, "shmregion_info", &self->info));
	ASSERT_TRUE(look_up(self->library, "shmregion_get", &self->get));
	ASSERT_TRUE(look_up(self->library, "shmregion_attach", &self->attach));
	ASSERT_TRUE(look_up(self->library, "shmregion_detach", &self->detach));
	ASSERT_TRUE(look_up(self->library, "shmregion_bind", &self->bind));
	ASSERT_TRUE(look_up(self->library, "shmregion_stat", &self->stat));
	ASSERT_TRUE(look_up(self->library, "shmregion_next", &self->next));
	ASSERT_TRUE(look_up(self->library, "shmregion_set", &self->set));
	ASSERT_TRUE(look_up(self->library, "shmregion_remove", &self->remove));
	ASSERT_TRUE(look_up(self->library, "shmregion_lock", &self->lock));
	ASSERT_TRUE(look_up(self->library, "shmregion_unlock", &self->unlock));

	self->fd = self->open(O_RDWR);
	ASSERT_LE(0, self->fd);
	self->id = self->get(self->fd, KEY, SIZE, CREATE, 0640);
	ASSERT_LT(0, self->id);
}

FIXTURE_TEARDOWN(library)
{
	region_remove(self->fd, self->id);
	close(self->fd);
	dlclose(self->library);
}

TEST_F(library, open_keeps_the_access_mode_and_adds_close_on_exec)
{
	int fd = self->open(O_RDONLY);

	ASSERT_LE(0, fd);
	EXPECT_EQ(O_RDONLY, fcntl(fd, F_GETFL) & O_ACCMODE);
	EXPECT_EQ(FD_CLOEXEC, fcntl(fd, F_GETFD));
	EXPECT_EQ(0, close(fd));
	EXPECT_EQ(O_RDWR, fcntl(self->fd, F_GETFL) & O_ACCMODE);
	EXPECT_EQ(FD_CLOEXEC, fcntl(self->fd, F_GETFD));
}

static int open_without_device(struct peer *parent, void *data)
{
	__typeof__(shmregion_open) *library_open = data;

	(void)parent;
	if (chroot("/sys") || chdir("/"))
		return -errno;
	return library_open(O_RDWR) == -1 ? errno : -1;
}

TEST_F(library, open_without_the_device)
{
	EXPECT_EQ(ENOENT, run_in_child(open_without_device, self->open));
}

TEST_F(library, info)
{
	struct shmregion_info expected, info;

	memset(&info, 0xff, sizeof(info));
	ASSERT_EQ(0, device_info(self->fd, &expected));
	ASSERT_EQ(0, self->info(self->fd, &info));
	EXPECT_EQ(0, memcmp(&expected, &info, sizeof(info)));
	EXPECT_LE(1, info.regions);
	EXPECT_EQ(SHMREGION_ABI_VERSION, info.abi_version);
}

TEST_F(library, get_finds_and_creates)
{
	struct shmregion_stat stat;
	int other;

	EXPECT_EQ(self->id, self->get(self->fd, KEY, 0, 0, 0));
	EXPECT_EQ(self->id, self->get(self->fd, KEY, SIZE, CREATE, 0600));

	ASSERT_EQ(0, region_stat(self->fd, self->id, 0, &stat));
	EXPECT_EQ(KEY, stat.key);
	EXPECT_EQ(SIZE, stat.size);
	EXPECT_EQ(0640, stat.mode);

	other = self->get(self->fd, SHMREGION_KEY_PRIVATE, 1,
			  CREATE | SHMREGION_GET_NORESERVE, 0);
	ASSERT_LT(0, other);
	ASSERT_EQ(0, region_stat(self->fd, other, 0, &stat));
	EXPECT_EQ(0, stat.key);
	EXPECT_EQ(SHMREGION_GET_NORESERVE, stat.attributes);
	EXPECT_EQ(0, region_remove(self->fd, other));
}

TEST_F(library, get_fails)
{
	EXPECT_EQ(-1, self->get(self->fd, KEY, SIZE,
				CREATE | SHMREGION_GET_EXCL, 0600));
	EXPECT_EQ(EEXIST, errno);
	EXPECT_EQ(-1, self->get(self->fd, KEY + 1, SIZE, 0, 0600));
	EXPECT_EQ(ENOENT, errno);
	EXPECT_EQ(-1, self->get(self->fd, KEY, SIZE + 1, 0, 0));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, self->get(self->fd, KEY, 0, 0, 01000));
	EXPECT_EQ(EINVAL, errno);
}

TEST_F(library, attach_and_detach)
{
	size_t size = 0;
	char *one, *other;

	one = self->attach(self->fd, self->id, NULL, 0, &size);
	ASSERT_NE(SHMREGION_FAILED, one);
	EXPECT_EQ(SIZE, size);
	EXPECT_EQ(1, region_attaches(self->fd, self->id));

	other = self->attach(self->fd, self->id, NULL, SHMREGION_ATTACH_RDONLY,
			     NULL);
	ASSERT_NE(SHMREGION_FAILED, other);
	EXPECT_NE(one, other);
	one[SIZE - 1] = 'x';
	EXPECT_EQ('x', other[SIZE - 1]);
	EXPECT_EQ(-1, mprotect(other, SIZE, PROT_READ | PROT_WRITE));

	EXPECT_EQ(0, self->detach(self->fd, other));
	EXPECT_EQ(1, region_attaches(self->fd, self->id));
	EXPECT_EQ(-1, self->detach(self->fd, other));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(0, self->detach(self->fd, one));
	EXPECT_EQ(0, region_attaches(self->fd, self->id));
}

TEST_F(library, attach_at_an_address)
{
	char *place = mmap(NULL, SIZE_IN_PAGES, PROT_NONE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT_NE(MAP_FAILED, place);
	EXPECT_EQ(SHMREGION_FAILED,
		  self->attach(self->fd, self->id, place, 0, NULL));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(place,
		  self->attach(self->fd, self->id, place + 5,
			       SHMREGION_ATTACH_ROUND | SHMREGION_ATTACH_REMAP,
			       NULL));
	place[0] = 1;
	EXPECT_EQ(0, self->detach(self->fd, place));
}

TEST_F(library, attach_fails_and_leaves_the_size_alone)
{
	size_t size = 5;

	EXPECT_EQ(SHMREGION_FAILED,
		  self->attach(self->fd, NO_SUCH_ID, NULL, 0, &size));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(SHMREGION_FAILED,
		  self->attach(self->fd, self->id, NULL, 1U << 31, &size));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(5, size);
}

TEST_F(library, bind)
{
	uint64_t size = 0;
	char *address;
	int fd = self->open(O_RDWR);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, self->bind(fd, self->id, &size));
	EXPECT_EQ(SIZE, size);
	EXPECT_EQ(-1, self->bind(fd, self->id, NULL));
	EXPECT_EQ(EBUSY, errno);

	address = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ASSERT_NE(MAP_FAILED, address);
	EXPECT_EQ(1, region_attaches(fd, self->id));
	EXPECT_EQ(0, self->detach(fd, address));
	EXPECT_EQ(0, close(fd));
}

TEST_F(library, bind_without_asking_for_the_size)
{
	int fd = self->open(O_RDONLY);

	ASSERT_LE(0, fd);
	EXPECT_EQ(-1, self->bind(fd, NO_SUCH_ID, NULL));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(0, self->bind(fd, self->id, NULL));
	EXPECT_EQ(0, close(fd));
}

TEST_F(library, stat)
{
	const uint32_t flags = SHMREGION_STAT_ANY | SHMREGION_STAT_HUGE;
	struct shmregion_stat expected, stat;

	memset(&stat, 0xff, sizeof(stat));
	ASSERT_EQ(0, region_stat(self->fd, self->id, flags, &expected));
	ASSERT_EQ(0, self->stat(self->fd, self->id, flags, &stat));
	EXPECT_EQ(0, memcmp(&expected, &stat, sizeof(stat)));

	memset(&stat, 0xff, sizeof(stat));
	ASSERT_EQ(0, self->stat(self->fd, expected.index,
				SHMREGION_STAT_BY_INDEX, &stat));
	EXPECT_EQ(self->id, stat.id);

	EXPECT_EQ(-1, self->stat(self->fd, NO_SUCH_ID, 0, &stat));
	EXPECT_EQ(EINVAL, errno);
}

TEST_F(library, next)
{
	int other = self->get(self->fd, SHMREGION_KEY_PRIVATE, 1, CREATE, 0);
	uint64_t cursor = 0;
	int id, seen = 0;

	ASSERT_LT(0, other);
	while ((id = self->next(self->fd, &cursor, SHMREGION_NEXT_ANY)) > 0)
		seen += id == self->id || id == other;
	EXPECT_EQ(-1, id);
	EXPECT_EQ(ENOENT, errno);
	EXPECT_EQ(2, seen);
	EXPECT_EQ(0, region_remove(self->fd, other));

	EXPECT_EQ(-1, self->next(self->fd, &cursor, 1U << 31));
	EXPECT_EQ(EINVAL, errno);
}

TEST_F(library, set_changes_what_it_is_told_to)
{
	struct shmregion_stat stat;

	ASSERT_EQ(0, self->set(self->fd, self->id, 3001, -1, -1));
	ASSERT_EQ(0, region_stat(self->fd, self->id, 0, &stat));
	EXPECT_EQ(3001, stat.uid);
	EXPECT_EQ(0, stat.gid);
	EXPECT_EQ(0640, stat.mode);

	ASSERT_EQ(0, self->set(self->fd, self->id, -1, 3002, -1));
	ASSERT_EQ(0, region_stat(self->fd, self->id, 0, &stat));
	EXPECT_EQ(3001, stat.uid);
	EXPECT_EQ(3002, stat.gid);
	EXPECT_EQ(0640, stat.mode);

	ASSERT_EQ(0, self->set(self->fd, self->id, -1, -1, 0604));
	ASSERT_EQ(0, region_stat(self->fd, self->id, 0, &stat));
	EXPECT_EQ(3001, stat.uid);
	EXPECT_EQ(3002, stat.gid);
	EXPECT_EQ(0604, stat.mode);

	ASSERT_EQ(0, self->set(self->fd, self->id, 0, 0, 0));
	ASSERT_EQ(0, region_stat(self->fd, self->id, 0, &stat));
	EXPECT_EQ(0, stat.uid);
	EXPECT_EQ(0, stat.gid);
	EXPECT_EQ(0, stat.mode);
}

TEST_F(library, set_fails)
{
	EXPECT_EQ(-1, self->set(self->fd, self->id, -1, -1, -1));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, self->set(self->fd, self->id, -1, -1, 01000));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, self->set(self->fd, NO_SUCH_ID, 0, 0, 0));
	EXPECT_EQ(EINVAL, errno);
}

TEST_F(library, remove)
{
	EXPECT_EQ(0, self->remove(self->fd, self->id));
	EXPECT_TRUE(region_is_gone(self->fd, self->id));
	EXPECT_EQ(-1, self->remove(self->fd, self->id));
	EXPECT_EQ(EINVAL, errno);
}

TEST_F(library, lock_and_unlock)
{
	struct shmregion_stat stat;

	ASSERT_EQ(0, self->lock(self->fd, self->id));
	ASSERT_EQ(0, region_stat(self->fd, self->id, 0, &stat));
	EXPECT_EQ(0640 | SHMREGION_MODE_LOCKED, stat.mode);
	ASSERT_EQ(0, self->unlock(self->fd, self->id));
	ASSERT_EQ(0, region_stat(self->fd, self->id, 0, &stat));
	EXPECT_EQ(0640, stat.mode);

	EXPECT_EQ(-1, self->lock(self->fd, NO_SUCH_ID));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, self->unlock(self->fd, NO_SUCH_ID));
	EXPECT_EQ(EINVAL, errno);
}

TEST_F(library, descriptors_that_are_not_the_device)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	const struct {
		int fd;
		int error;
	} cases[] = { { null, ENOTTY }, { -1, EBADF } };
	struct shmregion_info info;
	struct shmregion_stat stat;
	uint64_t cursor = 0;

	ASSERT_LE(0, null);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int fd = cases[i].fd;
		int error = cases[i].error;

		EXPECT_EQ(-1, self->info(fd, &info));
		EXPECT_EQ(error, errno);
		EXPECT_EQ(-1, self->get(fd, KEY, 0, 0, 0));
		EXPECT_EQ(error, errno);
		EXPECT_EQ(SHMREGION_FAILED, self->attach(fd, 1, NULL, 0, NULL));
		EXPECT_EQ(error, errno);
		EXPECT_EQ(-1, self->detach(fd, NULL));
		EXPECT_EQ(error, errno);
		EXPECT_EQ(-1, self->bind(fd, 1, NULL));
		EXPECT_EQ(error, errno);
		EXPECT_EQ(-1, self->stat(fd, 1, 0, &stat));
		EXPECT_EQ(error, errno);
		EXPECT_EQ(-1, self->next(fd, &cursor, 0));
		EXPECT_EQ(error, errno);
		EXPECT_EQ(-1, self->set(fd, 1, 0, 0, 0));
		EXPECT_EQ(error, errno);
		EXPECT_EQ(-1, self->remove(fd, 1));
		EXPECT_EQ(error, errno);
		EXPECT_EQ(-1, self->lock(fd, 1));
		EXPECT_EQ(error, errno);
		EXPECT_EQ(-1, self->unlock(fd, 1));
		EXPECT_EQ(error, errno);
	}
	EXPECT_EQ(0, close(null));
}

TEST_HARNESS_MAIN
