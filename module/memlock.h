/* SPDX-License-Identifier: GPL-2.0 */
/*
 * shmregion - keeping regions in memory, and whom that is charged to
 */

#ifndef _SHMREGION_MEMLOCK_H
#define _SHMREGION_MEMLOCK_H

struct shmregion;

/**
 * shmregion_memlock_lock - keep a region from being swapped out
 * @region: The region.
 *
 * Return: 0, also if it is locked already; -ENOMEM above RLIMIT_MEMLOCK;
 * -EIDRM if the region is dead.
 */
int shmregion_memlock_lock(struct shmregion *region);

/**
 * shmregion_memlock_unlock - let a region be swapped out again
 * @region: The region.
 *
 * Return: 0, also if it is not locked; -EIDRM if the region is dead.
 */
int shmregion_memlock_unlock(struct shmregion *region);

/* Give back what a dead region's lock was charged, once its memory is free. */
void shmregion_memlock_retire(struct shmregion *region);

#endif /* _SHMREGION_MEMLOCK_H */
