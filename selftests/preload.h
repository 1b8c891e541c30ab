/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For tests of the System V preload library: a program that includes this starts
 * itself anew with the library preloaded, so that its shmget(), shmat(), shmdt()
 * and shmctl() are the library's. The kernel's own are here by another name.
 */

#ifndef SELFTESTS_PRELOAD_H
#define SELFTESTS_PRELOAD_H

#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Libraries of either class lie beside the directory of the tests. */
static inline void preload_find(char path[PATH_MAX])
{
	char *slash;
	ssize_t length;

	length = readlink("/proc/self/exe", path, PATH_MAX - 64);
	path[length < 0 ? 0 : length] = '\0';
	slash = strrchr(path, '/');
	if (!slash)
		slash = path;
	sprintf(slash, "/../lib%s/libshmregion-sysv.so",
		sizeof(void *) == 8 ? "" : "32");
}

static void __attribute__((constructor)) preload_restart(int argc, char **argv)
{
	char path[PATH_MAX];

	(void)argc;
	if (getenv("LD_PRELOAD"))
		return;
	preload_find(path);
	if (access(path, R_OK)) {
		fprintf(stderr, "Bail out! there is no %s\n", path);
		_exit(1);
	}
	setenv("LD_PRELOAD", path, 1);
	unsetenv("SHMREGION_FALLBACK");
	execv("/proc/self/exe", argv);
	perror("cannot start anew");
	_exit(1);
}

static inline int kernel_get(key_t key, size_t size, int flags)
{
	return syscall(SYS_shmget, key, size, flags);
}

static inline void *kernel_at(int id, const void *address, int flags)
{
	return (void *)syscall(SYS_shmat, id, address, flags);
}

static inline int kernel_dt(const void *address)
{
	return syscall(SYS_shmdt, address);
}

static inline int kernel_ctl(int id, int command, struct shmid_ds *buffer)
{
	return syscall(SYS_shmctl, id, command, buffer);
}

/* A descriptor of the library's, of which nothing but O_SYNC tells. */
static inline bool preload_owns(int fd)
{
	const int flags = fcntl(fd, F_GETFL);
	struct stat stat;

	return flags >= 0 && (flags & O_SYNC) == O_SYNC && !fstat(fd, &stat) &&
	       S_ISCHR(stat.st_mode);
}

#define PRELOAD_NUMBERS 1200

/* How many the library has open; @fd is set to the last one. */
static inline unsigned int preload_descriptors(int *fd)
{
	unsigned int count = 0;
	int i;

	*fd = -1;
	for (i = 0; i < PRELOAD_NUMBERS; i++) {
		if (!preload_owns(i))
			continue;
		*fd = i;
		count++;
	}
	return count;
}

/* Finds that a key is not in use, which needs the device and changes nothing. */
static inline int preload_call(void)
{
	return shmget(0x9e1ffff, 0, 0) == -1 ? errno : 0;
}

#endif /* SELFTESTS_PRELOAD_H */
