/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The kernel's own System V, for calls that are passed on to it. */
#ifndef KERNEL_H
#define KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Whether the user allowed, when the program was started, to pass calls on. */
bool kernel_is_wanted(void);

/* As the C library's, if that is so. */
int kernel_shmget(key_t key, size_t size, int flags);
void *kernel_shmat(int id, const void *address, int flags);
int kernel_shmdt(const void *address);
int kernel_shmctl(int id, int command, void *buffer);
#ifndef __LP64__
/* The same for programs whose time_t has 64 bits. */
int kernel_shmctl64(int id, int command, void *buffer);
#endif

#endif /* KERNEL_H */
