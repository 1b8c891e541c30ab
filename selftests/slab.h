/* SPDX-License-Identifier: GPL-2.0 */
/* What of a slab cache is in use. */

#ifndef SELFTESTS_SLAB_H
#define SELFTESTS_SLAB_H

#include <errno.h>
#include <stdio.h>

#include "kernel_file.h"

/*
 * Counts the objects of the cache that are in use. Returns the number, or
 * -ENOENT where the kernel may have put it together with others, for want of
 * slab_nomerge on its command line.
 */
static inline long long slab_objects(const char *cache)
{
	char path[64];

	/* Counted are all of those pages that a processor has at hand. */
	snprintf(path, sizeof(path), "/sys/kernel/slab/%s/shrink", cache);
	if (kernel_file_write(path, "1"))
		return -ENOENT;
	return kernel_file_number("/proc/slabinfo", cache);
}

#endif /* SELFTESTS_SLAB_H */
