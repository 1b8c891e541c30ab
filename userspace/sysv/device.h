/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The device as the library reaches it, from a program that knows nothing of it. */
#ifndef DEVICE_H
#define DEVICE_H

#include <stdbool.h>

/*
 * Whether the device is to answer the call. If not, the kernel's own System V
 * is: there is no device, and the user allowed that.
 */
bool device_serves(void);

/* Returns 0 or -errno: -ENOSYS without a device, -EACCES without permission. */
int device_ioctl(unsigned long request, void *argument);

#endif /* DEVICE_H */
