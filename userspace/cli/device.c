// SPDX-License-Identifier: LGPL-2.1-or-later
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include <shmregion.h>

#include "device.h"

static const char *open_hint(int error)
{
	switch (error) {
	case ENOENT:
	case ENODEV:
	case ENXIO:
		return " (is the module loaded? try: modprobe shmregion, or insmod)";
	default:
		return "";
	}
}

int device_open(void)
{
	/* Reading is enough for all that commands do, and always allowed. */
	int fd = shmregion_open(O_RDONLY);

	if (fd < 0)
		errx(EXIT_FAILURE, "cannot open /dev/%s: %s%s",
		     SHMREGION_DEVICE_NAME, strerror(errno), open_hint(errno));
	return fd;
}

const char *device_reason(int error)
{
	switch (error) {
	case EINVAL:
	case EIDRM:
	case ENOENT:
		return "no such region";
	case EPERM:
		return "not permitted: you are neither its owner nor its creator";
	default:
		return strerror(error);
	}
}
