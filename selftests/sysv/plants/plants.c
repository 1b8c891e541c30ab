// SPDX-License-Identifier: GPL-2.0
/*
 * A library that does one thing wrong, which $PLANT names; preloaded before the
 * one that is tested, it is what the differential test must find.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>

#define PAGE 4096
#define SHM_DEST 01000

static bool planted(const char *name)
{
	const char *plant = getenv("PLANT");

	return plant && !strcmp(plant, name);
}

static void *next(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

int shmget(key_t key, size_t size, int flags)
{
	int (*real)(key_t key, size_t size, int flags) = next("shmget");
	int id;

	if (planted("excl-ignored"))
		flags &= ~IPC_EXCL;
	if (planted("size-rounded"))
		size = (size + PAGE - 1) & -PAGE;
	id = real(key, size, flags);
	if (planted("wrong-errno") && id < 0 && errno == EEXIST)
		errno = EINVAL;
	if (planted("errno-touched") && id >= 0)
		errno = ENOENT;
	return id;
}

void *shmat(int id, const void *address, int flags)
{
	void *(*real)(int id, const void *address, int flags) = next("shmat");
	char *memory;

	if (planted("rdonly-ignored"))
		flags &= ~SHM_RDONLY;
	if (planted("exec-unasked") && (flags & SHM_EXEC))
		flags &= ~SHM_EXEC;
	if (planted("rounded-up") && (flags & SHM_RND))
		address = (void *)(((unsigned long)address + PAGE - 1) & -PAGE);
	memory = real(id, address, flags);
	if (planted("memory-changed") && memory != (void *)-1 &&
	    !(flags & SHM_RDONLY))
		memory[0] ^= 1;
	return memory;
}

int shmdt(const void *address)
{
	int (*real)(const void *address) = next("shmdt");
	int result;

	if (planted("still-attached"))
		return 0;
	result = real(address);
	if (planted("crash") && result)
		abort();
	return result;
}

static void spoil(struct shmid_ds *ds)
{
	if (planted("one-too-many") && ds->shm_nattch > 1)
		ds->shm_nattch++;
	if (planted("wrong-pid") && ds->shm_lpid)
		ds->shm_lpid = ds->shm_cpid;
	if (planted("never-detached") && ds->shm_dtime)
		ds->shm_dtime = 0;
	if (planted("old-time") && ds->shm_atime > ds->shm_ctime + 5)
		ds->shm_atime -= 5;
	if (planted("key-left") && (ds->shm_perm.mode & SHM_DEST))
		ds->shm_perm.__key = 1;
	if (planted("unmarked"))
		ds->shm_perm.mode &= ~SHM_DEST;
	if (planted("no-group"))
		ds->shm_perm.gid = ds->shm_perm.cgid;
	if (planted("unnamed-field"))
		ds->__glibc_reserved5 = 1;
}

int shmctl(int id, int command, struct shmid_ds *buffer)
{
	int (*real)(int id, int command, struct shmid_ds *buffer) =
		next("shmctl");
	int result = real(id, command, buffer);

	if (planted("unlocked") && command == SHM_LOCK)
		real(id, SHM_UNLOCK, NULL);
	if (planted("anything-goes") && result < 0 && errno == EPERM)
		return 0;
	if (result < 0)
		return result;
	if (command == IPC_STAT || command == SHM_STAT)
		spoil(buffer);
	if (planted("pages-lost") && command == SHM_INFO)
		((struct shm_info *)buffer)->shm_tot /= 2;
	if (planted("one-byte-more") && command == IPC_STAT)
		memset(buffer + 1, 0, 1);
	return result;
}
