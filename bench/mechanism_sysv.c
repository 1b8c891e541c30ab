// SPDX-License-Identifier: GPL-2.0
/* System V, and the same with SHM_HUGETLB from pages that were set aside. */

#include "mechanism.h"

#include <errno.h>
#include <sys/ipc.h>
#include <sys/shm.h>

#include "kernel_file.h"
#include "machine.h"

/* Besides the one that is measured there may be some more. */
#define POOL_SPARE 32

/* As many segments as there can be. */
static int sysv_begin(size_t bytes)
{
	(void)bytes;
	return machine_set("/proc/sys/kernel/shmmni", "32768");
}

static int hugetlb_begin(size_t bytes)
{
	const long long pages = bytes / HUGE_PAGE + POOL_SPARE;
	int error = sysv_begin(bytes);

	if (!error)
		error = machine_set_number(HUGE_PAGE_POOL, pages);
	if (!error &&
	    kernel_file_number("/proc/meminfo", "HugePages_Total") != pages)
		error = -ENOMEM;
	return error;
}

static int sysv_create_with(struct memory *memory, unsigned int flags, int more)
{
	more |= IPC_CREAT | IPC_EXCL | 0600;
	if (flags & MEMORY_NORESERVE)
		more |= SHM_NORESERVE;
	memory->id = shmget(memory->key, memory->size, more);
	return memory->id < 0 ? -errno : 0;
}

static int sysv_create(struct memory *memory, unsigned int flags)
{
	return sysv_create_with(memory, flags, 0);
}

static int hugetlb_create(struct memory *memory, unsigned int flags)
{
	return sysv_create_with(memory, flags, SHM_HUGETLB);
}

static int sysv_find(struct memory *memory)
{
	memory->id = shmget(memory->key, 0, 0600);
	return memory->id < 0 ? -errno : 0;
}

static void *sysv_attach(const struct memory *memory)
{
	void *address = shmat(memory->id, NULL, 0);

	return address == (void *)-1 ? NULL : address;
}

static int sysv_detach(const struct memory *memory, void *address)
{
	(void)memory;
	return shmdt(address) ? -errno : 0;
}

static int sysv_remove(const struct memory *memory)
{
	return shmctl(memory->id, IPC_RMID, NULL) ? -errno : 0;
}

const struct mechanism mechanism_sysv = {
	.name = "sysv",
	.begin = sysv_begin,
	.create = sysv_create,
	.find = sysv_find,
	.attach = sysv_attach,
	.detach = sysv_detach,
	.remove = sysv_remove,
};

const struct mechanism mechanism_sysv_hugetlb = {
	.name = "sysv_hugetlb",
	.begin = hugetlb_begin,
	.create = hugetlb_create,
	.find = sysv_find,
	.attach = sysv_attach,
	.detach = sysv_detach,
	.remove = sysv_remove,
};
