/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The caller's memory. A bad pointer is for a system call no reason to die, so
 * it must not be one for the library.
 */
#ifndef CALLER_H
#define CALLER_H

#include <stddef.h>

/* Each returns 0 or -errno: -EFAULT if not all of it can be read or written. */
int caller_read(void *to, const void *from, size_t size);
int caller_write(void *to, const void *from, size_t size);

#endif /* CALLER_H */
