// SPDX-License-Identifier: GPL-2.0
/*
 * POSIX shared memory: files in /dev/shm, which is a tmpfs of this process's own,
 * without and with huge pages. So it has room for as many files as are wanted.
 */

#include "mechanism.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/mount.h>

#include "mapped.h"

#define NAME_SIZE 16

static int mount_shm(const char *options)
{
	if (unshare(CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("shm", "/dev/shm", "tmpfs", 0, options))
		return -errno;
	return 0;
}

static int posix_begin(size_t bytes)
{
	(void)bytes;
	return mount_shm("size=90%,nr_inodes=0,huge=never");
}

static int posix_huge_begin(size_t bytes)
{
	(void)bytes;
	return mount_shm("size=90%,nr_inodes=0,huge=always");
}

static void name_of(const struct memory *memory, char name[NAME_SIZE])
{
	snprintf(name, NAME_SIZE, "/bench%x", memory->key);
}

static int posix_create(struct memory *memory, unsigned int flags)
{
	char name[NAME_SIZE];

	(void)flags;
	name_of(memory, name);
	memory->id = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
	return mapped_resize(memory);
}

static int posix_find(struct memory *memory)
{
	char name[NAME_SIZE];

	name_of(memory, name);
	memory->id = shm_open(name, O_RDWR, 0);
	return memory->id < 0 ? -errno : 0;
}

static int posix_remove(const struct memory *memory)
{
	char name[NAME_SIZE];

	name_of(memory, name);
	return shm_unlink(name) ? -errno : 0;
}

const struct mechanism mechanism_posix = {
	.name = "posix",
	.begin = posix_begin,
	.create = posix_create,
	.find = posix_find,
	.release = mapped_release,
	.attach = mapped_attach,
	.detach = mapped_detach,
	.remove = posix_remove,
};

const struct mechanism mechanism_posix_huge = {
	.name = "posix_huge",
	.begin = posix_huge_begin,
	.create = posix_create,
	.find = posix_find,
	.release = mapped_release,
	.attach = mapped_attach,
	.detach = mapped_detach,
	.remove = posix_remove,
};
