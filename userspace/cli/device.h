/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The device, and what its errors mean to a user. */
#ifndef DEVICE_H
#define DEVICE_H

/* Ends the program if that fails. */
int device_open(void);

/* Why an ioctl that takes the id of a region failed. */
const char *device_reason(int error);

#endif /* DEVICE_H */
