/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The library's descriptor of the device. */
#ifndef DESCRIPTOR_H
#define DESCRIPTOR_H

/*
 * Returns it, opened anew if it is gone, or -errno: -ENODEV where something else
 * is in the device's place, and -EBADF if it was taken away in between.
 */
int descriptor_obtain(void);

#endif /* DESCRIPTOR_H */
