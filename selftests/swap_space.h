/* SPDX-License-Identifier: GPL-2.0 */
/* Swap space on the disk that the VM has for it, for the time of a test. */

#ifndef SELFTESTS_SWAP_SPACE_H
#define SELFTESTS_SWAP_SPACE_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/swap.h>

static inline const char *swap_disk(void)
{
	return getenv("SHMREGION_VM_SWAP");
}

/* Swaps to the beginning of the VM's disk. Returns 0 or -errno. */
static inline int swap_begin(long long bytes)
{
	char command[128];

	if (!swap_disk())
		return -ENODEV;
	snprintf(command, sizeof(command),
		 "mkswap --quiet \"$SHMREGION_VM_SWAP\" %lld", bytes / 1024);
	if (system(command))
		return -EIO;
	return swapon(swap_disk(), 0) ? -errno : 0;
}

static inline int swap_end(void)
{
	return swap_disk() && swapoff(swap_disk()) && errno != EINVAL ? -errno :
									0;
}

#endif /* SELFTESTS_SWAP_SPACE_H */
