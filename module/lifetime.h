/* SPDX-License-Identifier: GPL-2.0 */
/*
 * shmregion - lifetime: when a region ends, and how
 *
 * A region ends when shmregion_may_destroy() says so, which it is asked
 * wherever something goes that kept the region. From then on the region is
 * dead: whoever is late finds that out under region->lock.
 */

#ifndef _SHMREGION_LIFETIME_H
#define _SHMREGION_LIFETIME_H

struct list_head;
struct path;
struct shmregion;
struct shmregion_registry;

/**
 * shmregion_lifetime_pin - keep a region from being destroyed
 * @region: The region; the caller holds a reference.
 *
 * For calls that make its files or map it, which they cannot do under a lock.
 *
 * Return: 0, to be followed by shmregion_lifetime_unpin(); -EIDRM.
 */
int shmregion_lifetime_pin(struct shmregion *region);

/* Undo shmregion_lifetime_pin(), and destroy the region if that is due. */
void shmregion_lifetime_unpin(struct shmregion *region);

/**
 * shmregion_lifetime_unlock - release a region's lock, and destroy the region
 * if that is due
 * @region: The region, locked. The caller need not hold a reference if it just
 *	counted down something that kept the region.
 *
 * To be called instead of spin_unlock() wherever such a count goes down.
 */
void shmregion_lifetime_unlock(struct shmregion *region)
	__releases(&region->lock);

/**
 * shmregion_lifetime_remove - mark a region for removal
 * @region: The region; the caller holds a reference.
 *
 * Hides the key, and destroys the region if nobody is attached.
 */
void shmregion_lifetime_remove(struct shmregion *region);

/**
 * shmregion_lifetime_remove_owned - remove what a descriptor owns
 * @registry: The scope.
 * @owned: The descriptor's list.
 */
void shmregion_lifetime_remove_owned(struct shmregion_registry *registry,
				     struct list_head *owned);

/**
 * shmregion_lifetime_uncharge - drop a count of what keeps a region's quota
 * @region: The region; the caller holds a reference.
 * @memory: Its shmem file, which the caller holds, by any path; NULL if it has none.
 *
 * The last one frees the memory, for which it may sleep, and gives back what was
 * charged for it.
 */
void shmregion_lifetime_uncharge(struct shmregion *region,
				 const struct path *memory);

/* Give up a region that was not published, and the caller's reference. */
void shmregion_lifetime_discard(struct shmregion *region);

#endif /* _SHMREGION_LIFETIME_H */
