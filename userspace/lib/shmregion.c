// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Each ioctl as a C function. The size of a structure is part of its ioctl's
 * number, and this file was compiled with one size: when a structure of the
 * kernel's header grows, shmregion_info() or shmregion_stat() gets a second
 * symbol version, and today's stays for programs with the shorter structure.
 */
#include <fcntl.h>
#include <sys/ioctl.h>

#include "shmregion.h"

#define PUBLIC __attribute__((visibility("default")))

/* A user, group or mode that is to stay as it is; after chown(2). */
#define KEEP ((unsigned int)-1)

PUBLIC int shmregion_open(int flags)
{
	return open("/dev/" SHMREGION_DEVICE_NAME, flags | O_CLOEXEC);
}

PUBLIC int shmregion_info(int fd, struct shmregion_info *info)
{
	info->flags = 0;
	return ioctl(fd, SHMREGION_IOC_INFO, info);
}

PUBLIC int shmregion_get(int fd, uint64_t key, uint64_t size,
			 unsigned int flags, mode_t mode)
{
	struct shmregion_get get = {
		.key = key,
		.size = size,
		.flags = flags,
		.mode = mode,
	};

	if (ioctl(fd, SHMREGION_IOC_GET, &get) < 0)
		return -1;
	return get.id;
}

PUBLIC void *shmregion_attach(int fd, int id, void *address, unsigned int flags,
			      size_t *size)
{
	struct shmregion_attach attach = {
		.address = (uintptr_t)address,
		.id = id,
		.flags = flags,
	};

	if (ioctl(fd, SHMREGION_IOC_ATTACH, &attach) < 0)
		return SHMREGION_FAILED;
	if (size)
		*size = attach.size;
	return (void *)(uintptr_t)attach.address;
}

PUBLIC int shmregion_detach(int fd, const void *address)
{
	struct shmregion_detach detach = {
		.address = (uintptr_t)address,
	};

	return ioctl(fd, SHMREGION_IOC_DETACH, &detach);
}

PUBLIC int shmregion_bind(int fd, int id, uint64_t *size)
{
	struct shmregion_bind bind = {
		.id = id,
	};

	if (ioctl(fd, SHMREGION_IOC_BIND, &bind) < 0)
		return -1;
	if (size)
		*size = bind.size;
	return 0;
}

PUBLIC int shmregion_stat(int fd, int id, unsigned int flags,
			  struct shmregion_stat *stat)
{
	stat->id = id;
	stat->flags = flags;
	return ioctl(fd, SHMREGION_IOC_STAT, stat);
}

PUBLIC int shmregion_next(int fd, uint64_t *cursor, unsigned int flags)
{
	struct shmregion_next next = {
		.cursor = *cursor,
		.flags = flags,
	};

	if (ioctl(fd, SHMREGION_IOC_NEXT, &next) < 0)
		return -1;
	*cursor = next.cursor;
	return next.id;
}

PUBLIC int shmregion_set(int fd, int id, uid_t uid, gid_t gid, mode_t mode)
{
	struct shmregion_set set = {
		.id = id,
	};

	if (uid != KEEP) {
		set.flags |= SHMREGION_SET_UID;
		set.uid = uid;
	}
	if (gid != KEEP) {
		set.flags |= SHMREGION_SET_GID;
		set.gid = gid;
	}
	if (mode != KEEP) {
		set.flags |= SHMREGION_SET_MODE;
		set.mode = mode;
	}
	return ioctl(fd, SHMREGION_IOC_SET, &set);
}

PUBLIC int shmregion_remove(int fd, int id)
{
	struct shmregion_remove remove = {
		.id = id,
	};

	return ioctl(fd, SHMREGION_IOC_REMOVE, &remove);
}

static int shmregion_lock_ioctl(int fd, unsigned long request, int id)
{
	struct shmregion_lock lock = {
		.id = id,
	};

	return ioctl(fd, request, &lock);
}

PUBLIC int shmregion_lock(int fd, int id)
{
	return shmregion_lock_ioctl(fd, SHMREGION_IOC_LOCK, id);
}

PUBLIC int shmregion_unlock(int fd, int id)
{
	return shmregion_lock_ioctl(fd, SHMREGION_IOC_UNLOCK, id);
}
