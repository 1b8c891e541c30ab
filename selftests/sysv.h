/* SPDX-License-Identifier: GPL-2.0 */
/*
 * System V shared memory and regions behind one set of functions, for tests
 * that do the same to both and hold the second to the first.
 */

#ifndef SELFTESTS_SYSV_H
#define SELFTESTS_SYSV_H

#include <errno.h>
#include <stddef.h>
#include <sys/ipc.h>
#include <sys/shm.h>

#include "device.h"

struct shared_memory {
	const char *name;
	/* Each returns -errno on failure. */
	int (*create)(size_t size);
	/* @flags: SHM_RDONLY, SHM_EXEC, SHM_REMAP, SHM_RND. Returns the address. */
	long (*attach)(int id, unsigned long address, int flags);
	int (*detach)(unsigned long address);
	int (*remove)(int id);
	long (*attaches)(int id);
	int (*last_pid)(int id);
};

static inline int sysv_create(size_t size)
{
	int id = shmget(IPC_PRIVATE, size, 0700);

	return id < 0 ? -errno : id;
}

static inline long sysv_attach(int id, unsigned long address, int flags)
{
	void *memory = shmat(id, (void *)address, flags);

	return memory == (void *)-1 ? -errno : (long)memory;
}

static inline int sysv_detach(unsigned long address)
{
	return shmdt((void *)address) ? -errno : 0;
}

static inline int sysv_remove(int id)
{
	return shmctl(id, IPC_RMID, NULL) ? -errno : 0;
}

static inline long sysv_attaches(int id)
{
	struct shmid_ds ds;

	return shmctl(id, IPC_STAT, &ds) ? -errno : (long)ds.shm_nattch;
}

static inline int sysv_last_pid(int id)
{
	struct shmid_ds ds;

	return shmctl(id, IPC_STAT, &ds) ? -errno : ds.shm_lpid;
}

/* One descriptor for all calls of a process and its children. */
static inline int shared_region_device(void)
{
	static int fd = -1;

	if (fd < 0)
		fd = device_open(O_RDWR);
	return fd;
}

static inline int shared_region_create(size_t size)
{
	return region_get(shared_region_device(), SHMREGION_KEY_PRIVATE, size,
			  SHMREGION_GET_CREATE, 0700);
}

static inline long shared_region_attach(int id, unsigned long address,
					int flags)
{
	uint32_t ours = 0;
	void *memory;
	int error;

	if (flags & SHM_RDONLY)
		ours |= SHMREGION_ATTACH_RDONLY;
	if (flags & SHM_EXEC)
		ours |= SHMREGION_ATTACH_EXEC;
	if (flags & SHM_REMAP)
		ours |= SHMREGION_ATTACH_REMAP;
	if (flags & SHM_RND)
		ours |= SHMREGION_ATTACH_ROUND;
	error = region_attach_at(shared_region_device(), id, (void *)address,
				 ours, &memory);
	return error ? error : (long)memory;
}

static inline int shared_region_detach(unsigned long address)
{
	return region_detach(shared_region_device(), (void *)address);
}

static inline int shared_region_remove(int id)
{
	return region_remove(shared_region_device(), id);
}

static inline long shared_region_attaches(int id)
{
	return region_attaches(shared_region_device(), id);
}

static inline int shared_region_last_pid(int id)
{
	struct shmregion_stat stat;
	int error = region_stat(shared_region_device(), id, 0, &stat);

	return error ? error : stat.last_pid;
}

static const struct shared_memory system_v = {
	.name = "System V",
	.create = sysv_create,
	.attach = sysv_attach,
	.detach = sysv_detach,
	.remove = sysv_remove,
	.attaches = sysv_attaches,
	.last_pid = sysv_last_pid,
};

static const struct shared_memory shared_region = {
	.name = "region",
	.create = shared_region_create,
	.attach = shared_region_attach,
	.detach = shared_region_detach,
	.remove = shared_region_remove,
	.attaches = shared_region_attaches,
	.last_pid = shared_region_last_pid,
};

#endif /* SELFTESTS_SYSV_H */
