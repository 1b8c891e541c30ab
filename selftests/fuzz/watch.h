/* SPDX-License-Identifier: GPL-2.0 */
/* Watching the kernel for complaints. */
#ifndef FUZZ_WATCH_H
#define FUZZ_WATCH_H

#include <stdbool.h>
#include <stddef.h>

/*
 * From here on. A complaint is a line of the kernel's log with the extended regular
 * expression @pattern, and that the kernel is tainted; the latter alone if NULL.
 * Returns 0 or -errno.
 */
int watch_begin(const char *pattern);

/* Waits so long at most; says whether the kernel complained, and how. */
bool watch_kernel(int milliseconds, char *complaint, size_t size);

#endif /* FUZZ_WATCH_H */
