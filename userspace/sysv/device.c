// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The library's descriptor of the device.
 *
 * The program does not know of it: it may close it with all others, or put
 * another file on its number, in any thread and at any time. So it is looked at
 * before each use, opened again when it is gone, and never closed.
 *
 * All this may run in a signal handler, and in the child of a threaded process
 * that forked. Hence no locks and no allocation; and what would be cancellation
 * points, as System V's calls are not, goes through syscall(2).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/shmregion.h>

#include "device.h"
#include "kernel.h"
#include "notice.h"

/*
 * O_SYNC means nothing to the device. It tells the library's open file from one
 * that the program opened itself, perhaps read-only or in another namespace.
 */
#define OPEN_FLAGS (O_RDWR | O_SYNC)

/* How many numbers below the end of the table to try. */
#define HIGH_NUMBERS 24

/* How often another thread may take the descriptor away during one call. */
#define ATTEMPTS 16

enum provider {
	PROVIDER_UNDECIDED,
	PROVIDER_DEVICE,
	PROVIDER_KERNEL,
};

/* Decided once, because ids of the one mean nothing to the other. */
static atomic_int provider;

/*
 * The descriptor and the device's number, which must be read together; 0 if the
 * device was not opened yet. Two processes share it after vfork(2), though not
 * their descriptors, and each finds out that the other's is not its own.
 */
static atomic_ullong opened;

static unsigned long long pack(int fd, dev_t number)
{
	return (unsigned long long)number << 32 | (uint32_t)(fd + 1);
}

static int fd_of(unsigned long long packed)
{
	return (int)(uint32_t)packed - 1;
}

static bool is_ours(unsigned long long packed)
{
	const int fd = fd_of(packed);
	struct stat stat;
	int flags;

	if (!packed || fstat(fd, &stat) || !S_ISCHR(stat.st_mode) ||
	    pack(fd, stat.st_rdev) != packed)
		return false;
	flags = fcntl(fd, F_GETFL);
	return flags != -1 && (flags & (O_ACCMODE | O_SYNC)) == OPEN_FLAGS;
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

/* Returns it packed, or 0 with errno. */
static unsigned long long open_device(void)
{
	const int low = syscall(SYS_openat, AT_FDCWD,
				"/dev/" SHMREGION_DEVICE_NAME,
				OPEN_FLAGS | O_CLOEXEC | O_NOCTTY);
	struct stat stat;
	int high;

	if (low < 0 || fstat(low, &stat))
		return 0;
	if (!S_ISCHR(stat.st_mode)) {
		syscall(SYS_close, low);
		errno = ENODEV;
		return 0;
	}
	high = fcntl(low, F_DUPFD_CLOEXEC, high_number());
	if (high < 0)
		return pack(low, stat.st_rdev);
	syscall(SYS_close, low);
	return pack(high, stat.st_rdev);
}

/* Returns the descriptor, or -errno of open(2). */
static int obtain(void)
{
	unsigned long long known = atomic_load(&opened), fresh;

	while (!is_ours(known)) {
		fresh = open_device();
		if (!fresh)
			return -errno;
		if (atomic_compare_exchange_strong(&opened, &known, fresh))
			return fd_of(fresh);
		/* Another thread was faster; known is its descriptor now. */
		syscall(SYS_close, fd_of(fresh));
	}
	return fd_of(known);
}

/* Is there no device, rather than no descriptor or no memory at the moment? */
static bool is_absent(int error)
{
	switch (error) {
	case ENODEV:
	case ENOENT:
	case ENOTDIR:
	case ENXIO:
		return true;
	default:
		return false;
	}
}

static bool is_forbidden(int error)
{
	return error == EACCES || error == EPERM;
}

static void decide(int choice)
{
	int undecided = PROVIDER_UNDECIDED;

	atomic_compare_exchange_strong(&provider, &undecided, choice);
}

bool device_serves(void)
{
	const int saved_errno = errno;
	int fd;

	if (atomic_load(&provider) == PROVIDER_UNDECIDED) {
		fd = obtain();
		if (fd >= 0) {
			decide(PROVIDER_DEVICE);
		} else if ((is_absent(-fd) || is_forbidden(-fd)) &&
			   kernel_is_wanted()) {
			notice_device_trouble(-fd, NOTICE_KERNEL);
			kernel_prepare();
			decide(PROVIDER_KERNEL);
		}
		errno = saved_errno;
	}
	return atomic_load(&provider) != PROVIDER_KERNEL;
}

/* What System V's calls fail with where the device cannot be had. */
static int refuse(int error)
{
	const bool lost = atomic_load(&provider) == PROVIDER_DEVICE;

	if (!is_absent(error) && !is_forbidden(error))
		return -error;
	notice_device_trouble(error, lost ? NOTICE_LOST : NOTICE_NONE);
	return is_absent(error) ? -ENOSYS : -EACCES;
}

static int try_ioctl(unsigned long request, void *argument)
{
	unsigned int attempts;
	int fd;

	for (attempts = 0; attempts < ATTEMPTS; attempts++) {
		fd = obtain();
		if (fd >= 0 && !ioctl(fd, request, argument))
			return 0;
		if (fd < 0 && fd != -EBADF)
			return refuse(-fd);
		/* Otherwise it was closed or replaced after it was looked at. */
		if (errno != EBADF && errno != ENOTTY)
			return -errno;
	}
	return refuse(ENODEV);
}

int device_ioctl(unsigned long request, void *argument)
{
	const int saved_errno = errno;
	const int error = try_ioctl(request, argument);

	errno = saved_errno;
	return error;
}
