/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For tests of the System V preload library where the device cannot be used: a
 * /dev in which that is so, and the calls that fail there.
 */

#ifndef SELFTESTS_PRELOAD_ABSENT_H
#define SELFTESTS_PRELOAD_ABSENT_H

#include "harness.h"

#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>

#include "device.h"
#include "preload.h"
#include "process.h"

#define KEY ((key_t)0x9e1000b1)
#define PREFIX "libshmregion-sysv: cannot open /dev/shmregion: "
#define FAILS \
	"; no System V shared memory (SHMREGION_FALLBACK=1 passes calls on to the kernel's own)\n"
#define LOST "; the program has closed it, and can have no more shared memory\n"
#define PASSES "; using the kernel's own System V shared memory\n"
#define MISSING "No such file or directory (is the module loaded?)"
#define NO_DEVICE "No such device (is the module loaded?)"

FIXTURE(absent)
{
	dev_t device;
	/* What is written to standard error. */
	int output;
};

FIXTURE_SETUP(absent)
{
	struct stat stat;

	ASSERT_EQ(0, lstat(DEVICE_PATH, &stat));
	self->device = stat.st_rdev;
	self->output = memfd_create("stderr", MFD_CLOEXEC);
	ASSERT_LE(0, self->output);
	/* In a /dev of our own nobody else is disturbed. */
	ASSERT_EQ(0, unshare(CLONE_NEWNS));
	ASSERT_EQ(0, mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
}

FIXTURE_TEARDOWN(absent)
{
	const int id = kernel_get(KEY, 0, 0);

	if (id >= 0)
		kernel_ctl(id, IPC_RMID, NULL);
}

static inline int hide_device(void)
{
	return mount("none", "/dev", "tmpfs", 0, "mode=755") ? -errno : 0;
}

static inline int hide_device_by(const char *path)
{
	return mount(path, DEVICE_PATH, NULL, MS_BIND, NULL) ? -errno : 0;
}

/* Makes each of the calls. Returns the errno that all of them fail with, or -1. */
static inline int all_fail(void)
{
	struct shmid_ds ds;
	int error;

	if (shmget(KEY, 1, IPC_CREAT | 0600) != -1)
		return -1;
	error = errno;
	if (shmat(1, NULL, 0) != (void *)-1 || errno != error)
		return -1;
	if (shmdt(&ds) != -1 || errno != error)
		return -1;
	if (shmctl(1, IPC_STAT, &ds) != -1 || errno != error)
		return -1;
	return error;
}

static inline void say_to(int output)
{
	close(STDERR_FILENO);
	dup2(output, STDERR_FILENO);
}

/* @data: where standard error goes to, or NULL if it stays where it is. */
static inline int fail_here_and_in_child(struct peer *parent, void *data)
{
	int child, error;

	(void)parent;
	if (data)
		say_to(*(int *)data);
	/* Whoever waits for what is said to be read waits for ever. */
	alarm(10 * patience());
	error = all_fail();
	child = fork();
	if (!child)
		_exit(all_fail());
	waitpid(child, &child, 0);
	if (!WIFEXITED(child) || WEXITSTATUS(child) != error)
		return -1;
	return error;
}

static inline const char *what_it_said(int output)
{
	static char text[1024];
	ssize_t length = pread(output, text, sizeof(text) - 1, 0);

	text[length < 0 ? 0 : length] = '\0';
	return text;
}

/* A life of a segment. Returns 0 or a number that says how far it came. */
static inline int live(int *id)
{
	struct shmid_ds ds;
	int *number;

	*id = shmget(KEY, sizeof(int), IPC_CREAT | IPC_EXCL | 0600);
	if (*id < 0)
		return 1;
	number = shmat(*id, NULL, 0);
	if (number == (void *)-1)
		return 2;
	*number = 5;
	if (shmctl(*id, IPC_STAT, &ds) || ds.shm_nattch != 1 ||
	    ds.shm_segsz != sizeof(int))
		return 3;
	return shmdt(number) ? 4 : 0;
}

#endif /* SELFTESTS_PRELOAD_ABSENT_H */
