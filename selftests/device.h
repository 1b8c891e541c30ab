/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The device's ioctls as functions that return -errno on failure.
 *
 * The tests speak to the module itself and not through libshmregion, so that
 * a mistake in the library cannot hide one in the module.
 */

#ifndef SELFTESTS_DEVICE_H
#define SELFTESTS_DEVICE_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/shmregion.h>

#define DEVICE_PATH "/dev/" SHMREGION_DEVICE_NAME

/* Returns 0 or -errno. */
static inline int device_ioctl(int fd, unsigned long command, void *argument)
{
	return ioctl(fd, command, argument) ? -errno : 0;
}

/* @access: O_RDWR or O_RDONLY. Returns a descriptor or -errno. */
static inline int device_open(int access)
{
	int fd = open(DEVICE_PATH, access | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static inline int device_info(int fd, struct shmregion_info *info)
{
	memset(info, 0, sizeof(*info));
	return device_ioctl(fd, SHMREGION_IOC_INFO, info);
}

/*
 * The regions that this process got and did not remove, for
 * region_remove_all(): a test that ends early by a failed assertion still must
 * leave nothing behind.
 */
#define REGIONS_REMEMBERED 128
static int regions_got[REGIONS_REMEMBERED];

/* With all places taken, the last one gives way. */
static inline void region_remember(int id)
{
	unsigned int i;

	for (i = 0; i < REGIONS_REMEMBERED - 1; i++)
		if (!regions_got[i] || regions_got[i] == id)
			break;
	regions_got[i] = id;
}

static inline void region_forget(int id)
{
	unsigned int i;

	for (i = 0; i < REGIONS_REMEMBERED; i++)
		if (regions_got[i] == id)
			regions_got[i] = 0;
}

/* Returns an id or -errno. */
static inline int region_get(int fd, uint64_t key, uint64_t size,
			     uint32_t flags, uint32_t mode)
{
	struct shmregion_get get = {
		.key = key,
		.size = size,
		.flags = flags,
		.mode = mode,
	};
	int error = device_ioctl(fd, SHMREGION_IOC_GET, &get);

	if (error)
		return error;
	region_remember(get.id);
	return get.id;
}

/* A private region of mode 0600. Returns an id or -errno. */
static inline int region_create(int fd, uint64_t size)
{
	return region_get(fd, SHMREGION_KEY_PRIVATE, size, SHMREGION_GET_CREATE,
			  0600);
}

static inline int region_remove(int fd, int id)
{
	struct shmregion_remove remove = { .id = id };
	int error = device_ioctl(fd, SHMREGION_IOC_REMOVE, &remove);

	if (!error)
		region_forget(id);
	return error;
}

/* For the teardown of a fixture: removes what region_get() returned. */
static inline void region_remove_all(int fd)
{
	unsigned int i;

	for (i = 0; i < REGIONS_REMEMBERED; i++)
		if (regions_got[i])
			region_remove(fd, regions_got[i]);
	memset(regions_got, 0, sizeof(regions_got));
}

/* Returns 0 and the place in @address, or -errno. */
static inline int region_attach_at(int fd, int id, void *hint, uint32_t flags,
				   void **address)
{
	struct shmregion_attach attach = {
		.address = (uintptr_t)hint,
		.id = id,
		.flags = flags,
	};
	int error = device_ioctl(fd, SHMREGION_IOC_ATTACH, &attach);

	if (!error)
		*address = (void *)(uintptr_t)attach.address;
	return error;
}

/* Attaches wherever there is room. Returns the address, or NULL with errno set. */
static inline void *region_attach(int fd, int id, uint32_t flags)
{
	void *address = NULL;
	int error = region_attach_at(fd, id, NULL, flags, &address);

	if (error)
		errno = -error;
	return address;
}

static inline int region_detach(int fd, const void *address)
{
	struct shmregion_detach detach = { .address = (uintptr_t)address };

	return device_ioctl(fd, SHMREGION_IOC_DETACH, &detach);
}

static inline int region_bind(int fd, int id)
{
	struct shmregion_bind bind = { .id = id };

	return device_ioctl(fd, SHMREGION_IOC_BIND, &bind);
}

/* Opens the device and binds it. Returns a descriptor or -errno. */
static inline int region_open(int id, int access)
{
	int fd = device_open(access);
	int error;

	if (fd < 0)
		return fd;
	error = region_bind(fd, id);
	if (error) {
		close(fd);
		return error;
	}
	return fd;
}

static inline int region_stat(int fd, int id, uint32_t flags,
			      struct shmregion_stat *stat)
{
	memset(stat, 0, sizeof(*stat));
	stat->id = id;
	stat->flags = flags;
	return device_ioctl(fd, SHMREGION_IOC_STAT, stat);
}

/* Whether no region has this id any more. */
static inline bool region_is_gone(int fd, int id)
{
	struct shmregion_stat stat;

	return region_stat(fd, id, SHMREGION_STAT_ANY, &stat) == -EINVAL;
}

/* Returns how many mappings there are, or -errno. */
static inline long region_attaches(int fd, int id)
{
	struct shmregion_stat stat;
	int error = region_stat(fd, id, 0, &stat);

	return error ? error : (long)stat.attaches;
}

static inline int region_set_mode(int fd, int id, uint32_t mode)
{
	struct shmregion_set set = { .id = id,
				     .flags = SHMREGION_SET_MODE,
				     .mode = mode };

	return device_ioctl(fd, SHMREGION_IOC_SET, &set);
}

static inline int region_set_owner(int fd, int id, uint32_t uid, uint32_t gid)
{
	struct shmregion_set set = {
		.id = id,
		.flags = SHMREGION_SET_UID | SHMREGION_SET_GID,
		.uid = uid,
		.gid = gid,
	};

	return device_ioctl(fd, SHMREGION_IOC_SET, &set);
}

static inline int region_lock(int fd, int id)
{
	struct shmregion_lock lock = { .id = id };

	return device_ioctl(fd, SHMREGION_IOC_LOCK, &lock);
}

static inline int region_unlock(int fd, int id)
{
	struct shmregion_lock lock = { .id = id };

	return device_ioctl(fd, SHMREGION_IOC_UNLOCK, &lock);
}

/* Returns the next id after *@cursor, or -errno. */
static inline int region_next(int fd, uint64_t *cursor, uint32_t flags)
{
	struct shmregion_next next = { .cursor = *cursor, .flags = flags };
	int error = device_ioctl(fd, SHMREGION_IOC_NEXT, &next);

	if (error)
		return error;
	*cursor = next.cursor;
	return next.id;
}

#endif /* SELFTESTS_DEVICE_H */
