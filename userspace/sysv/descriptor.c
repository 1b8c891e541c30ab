// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The program does not know of the descriptor: it may close it with all others,
 * or put another file on its number, in any thread and at any time. So it is
 * looked at before each use, and opened again when it is gone. What is opened
 * too often is closed, after another look; no look can rule out that the number
 * changes hands right after it.
 *
 * All this may run in a signal handler, and in the child of a threaded process
 * that forked. Hence no locks and no allocation; and what would be cancellation
 * points, as System V's calls are not, goes through syscall(2).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/shmregion.h>

#include "descriptor.h"

/*
 * O_SYNC means nothing to the device. It tells the library's open file from one
 * that the program opened itself, perhaps read-only or in another namespace.
 */
#define OPEN_FLAGS (O_RDWR | O_SYNC)

/* How many numbers below the end of the table to try. */
#define HIGH_NUMBERS 24

/*
 * The descriptor, and in the upper half how many there were before: a new one
 * can have the number of the last one, and must not be taken for it. 0 if the
 * device was not opened yet. Two processes share it after vfork(2), though not
 * their descriptors, and each finds out that the other's is not its own.
 */
static atomic_ullong opened;

/* The device's number, which cannot change as long as it is open. */
static atomic_ullong device_number;

static unsigned long long succeed(unsigned long long packed, int fd)
{
	return ((packed >> 32) + 1) << 32 | (uint32_t)(fd + 1);
}

static int fd_of(unsigned long long packed)
{
	return (int)(uint32_t)packed - 1;
}

static bool is_opened_as_ours(int fd)
{
	const int flags = fcntl(fd, F_GETFL);

	return flags != -1 && (flags & (O_ACCMODE | O_SYNC)) == OPEN_FLAGS;
}

static bool is_ours(int fd)
{
	struct stat stat;

	return !fstat(fd, &stat) && S_ISCHR(stat.st_mode) &&
	       stat.st_rdev == atomic_load(&device_number) &&
	       is_opened_as_ours(fd);
}

static void release(int fd)
{
	if (is_ours(fd))
		syscall(SYS_close, fd);
}

/* More than any version of the module will know. */
struct too_much {
	struct shmregion_remove remove;
	char more[248];
};

/*
 * Whether it answers as the module: a structure with something in it that the
 * module does not know is E2BIG, and to no other device anything.
 */
static int probe(int fd)
{
	struct too_much argument = { .more[sizeof(argument.more) - 1] = 1 };

	if (ioctl(fd,
		  _IOW(SHMREGION_IOC_MAGIC, _IOC_NR(SHMREGION_IOC_REMOVE),
		       struct too_much),
		  &argument) != -1)
		return -ENODEV;
	if (errno == EBADF)
		return -EBADF;
	return errno == E2BIG ? 0 : -ENODEV;
}

/* Returns 0 or -errno. */
static int recognize(int fd)
{
	struct stat stat;
	int error;

	if (fstat(fd, &stat))
		return -errno;
	if (!S_ISCHR(stat.st_mode))
		return -ENODEV;
	error = probe(fd);
	if (!error)
		atomic_store(&device_number, stat.st_rdev);
	return error;
}

/*
 * Numbers that the program counts on are low. A limit on them can be so high
 * that the kernel's table up to there would fill the memory, hence FD_SETSIZE.
 */
static int high_number(void)
{
	struct rlimit limit;
	rlim_t end = FD_SETSIZE;

	if (!getrlimit(RLIMIT_NOFILE, &limit) && limit.rlim_cur < end)
		end = limit.rlim_cur;
	return end > HIGH_NUMBERS ? end - HIGH_NUMBERS : 0;
}

/* Returns a copy of the descriptor in place of it, or -errno. */
static int move_up(int low)
{
	const int high = fcntl(low, F_DUPFD_CLOEXEC, high_number());

	if (high < 0)
		return errno == EBADF ? -EBADF : low;
	release(low);
	if (is_ours(high))
		return high;
	/* Of a file of the program's, which another copy would keep open. */
	syscall(SYS_close, high);
	return -EBADF;
}

/* Returns a descriptor or -errno. */
static int open_device(void)
{
	const int low = syscall(SYS_openat, AT_FDCWD,
				"/dev/" SHMREGION_DEVICE_NAME,
				OPEN_FLAGS | O_CLOEXEC | O_NOCTTY);
	int error;

	if (low < 0)
		return -errno;
	error = recognize(low);
	if (!error)
		return move_up(low);
	/* Was that what is in the device's place, or the program's by now? */
	if (!is_opened_as_ours(low))
		return -EBADF;
	syscall(SYS_close, low);
	return error;
}

int descriptor_obtain(void)
{
	unsigned long long known = atomic_load(&opened);
	int fd;

	while (!is_ours(fd_of(known))) {
		fd = open_device();
		if (fd < 0)
			return fd;
		if (atomic_compare_exchange_strong(&opened, &known,
						   succeed(known, fd)))
			return fd;
		/* Another thread was faster; known is its descriptor now. */
		release(fd);
	}
	return fd_of(known);
}
