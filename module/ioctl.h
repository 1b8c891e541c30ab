/* SPDX-License-Identifier: GPL-2.0 */
/*
 * shmregion - ioctls: the boundary between the module and its users
 */

#ifndef _SHMREGION_IOCTL_H
#define _SHMREGION_IOCTL_H

struct file;

/* .unlocked_ioctl of the device, whose private_data is a shmregion_handle. */
long shmregion_ioctl(struct file *file, unsigned int cmd, unsigned long arg);

#endif /* _SHMREGION_IOCTL_H */
