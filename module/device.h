/* SPDX-License-Identifier: GPL-2.0 */
/*
 * shmregion - the device: /dev/shmregion
 */

#ifndef _SHMREGION_DEVICE_H
#define _SHMREGION_DEVICE_H

#include <linux/init.h>

int __init shmregion_device_init(void);
void shmregion_device_exit(void);

#endif /* _SHMREGION_DEVICE_H */
