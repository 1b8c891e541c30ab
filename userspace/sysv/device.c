// SPDX-License-Identifier: LGPL-2.1-or-later
/* What the calls ask of the device, and what becomes of them without it. */
#include <errno.h>
#include <stdatomic.h>
#include <sys/ioctl.h>

#include "descriptor.h"
#include "device.h"
#include "kernel.h"
#include "notice.h"

/*
 * How often other threads may take the descriptor away during one call. One that
 * does nothing but close all descriptors wins more often than not, hence so many.
 */
#define ATTEMPTS 1000

enum provider {
	PROVIDER_UNDECIDED,
	PROVIDER_DEVICE,
	PROVIDER_KERNEL,
};

/* Decided once, because ids of the one mean nothing to the other. */
static atomic_int provider;

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
		fd = descriptor_obtain();
		if (fd >= 0) {
			decide(PROVIDER_DEVICE);
		} else if ((is_absent(-fd) || is_forbidden(-fd)) &&
			   kernel_is_wanted()) {
			notice_device_trouble(-fd, NOTICE_KERNEL);
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
	const int fd = descriptor_obtain();

	if (fd < 0)
		return fd == -EBADF ? fd : refuse(-fd);
	return ioctl(fd, request, argument) ? -errno : 0;
}

/* If the descriptor was closed or replaced after it was looked at, try again. */
static int keep_trying(unsigned long request, void *argument)
{
	unsigned int attempts;
	int error;

	for (attempts = 0; attempts < ATTEMPTS; attempts++) {
		error = try_ioctl(request, argument);
		if (error != -EBADF && error != -ENOTTY)
			return error;
	}
	return refuse(ENODEV);
}

int device_ioctl(unsigned long request, void *argument)
{
	const int saved_errno = errno;
	const int error = keep_trying(request, argument);

	errno = saved_errno;
	return error;
}
