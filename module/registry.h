/* SPDX-License-Identifier: GPL-2.0 */
/*
 * shmregion - the registry: where the regions of one scope are found
 *
 * A scope is a network namespace. Its registry outlives it for as long as a
 * region does that is still attached.
 *
 * Locks
 * -----
 *
 * mmap_lock (of a process; .mmap, .open and .close run under it)
 *   registry->lock (tables, publication, removal)
 *     region->lock (the region's state)
 *       accounts_lock in limits.c
 *
 * All but the first are spinlocks: nothing is allocated under them, except by
 * the hash table for itself, and nothing is copied from or to a user.
 *
 * Looking up takes RCU and no lock. What it finds is
 * - used under RCU for what cannot change, or for owner and mode, which have a
 *   sequence counter; or
 * - kept by shmregion_region_tryget(), and checked for @dead under its lock by
 *   whoever wants to use its files.
 */

#ifndef _SHMREGION_REGISTRY_H
#define _SHMREGION_REGISTRY_H

#include <linux/types.h>

struct list_head;
struct shmregion;
struct shmregion_info;
struct shmregion_registry;

/* A registry for a new scope, with one reference. */
struct shmregion_registry *shmregion_registry_create(void);

/* Take a reference. Return: @registry. */
struct shmregion_registry *
shmregion_registry_get(struct shmregion_registry *registry);

/* Drop a reference. May sleep. */
void shmregion_registry_put(struct shmregion_registry *registry);

/**
 * shmregion_registry_by_key - find a region by its key
 * @registry: The registry.
 * @key: The key, not 0.
 *
 * Context: under RCU, which keeps what is returned; no lock is taken unless
 * the region is being created or destroyed at this moment.
 * Return: the region, or NULL.
 */
struct shmregion *shmregion_registry_by_key(struct shmregion_registry *registry,
					    u64 key);

/**
 * shmregion_registry_by_id - find a region by its id
 * @registry: The registry.
 * @id: The id.
 *
 * Return: a reference to the region; -EINVAL if there is none.
 */
struct shmregion *shmregion_registry_by_id(struct shmregion_registry *registry,
					   s32 id);

/**
 * shmregion_registry_by_index - find a region by its index
 * @registry: The registry.
 * @index: The index.
 *
 * Return: a reference to the region; -EINVAL if there is none.
 */
struct shmregion *
shmregion_registry_by_index(struct shmregion_registry *registry, s32 index);

/**
 * shmregion_registry_next - find the region with the next id
 * @registry: The registry.
 * @from: The lowest id to consider.
 *
 * Return: a reference to the region; NULL if there is none.
 */
struct shmregion *shmregion_registry_next(struct shmregion_registry *registry,
					  unsigned long from);

/**
 * shmregion_registry_reserve - give a new region its id and index
 * @registry: The scope that it shall belong to.
 * @region: The region, which nobody else knows.
 *
 * Return: 0; -ENOSPC if there is no id left; -ENOMEM. Either way the region
 * belongs to the registry, and can be discarded.
 */
int shmregion_registry_reserve(struct shmregion_registry *registry,
			       struct shmregion *region);

/**
 * shmregion_registry_publish - let a new region be found
 * @region: The region, with an id reserved.
 * @owned: List of a descriptor to put it in, or NULL.
 *
 * Return: 0; -EEXIST if its key is in use by now; -ENOMEM.
 */
int shmregion_registry_publish(struct shmregion *region,
			       struct list_head *owned);

/* Let a region no longer be found by key, nor go with a descriptor. */
void shmregion_registry_hide(struct shmregion *region);

/* Let a region no longer be found at all; its id and index are free again. */
void shmregion_registry_take_out(struct shmregion *region);

/**
 * shmregion_registry_first_owned - a region that goes with a descriptor
 * @registry: The registry.
 * @owned: The descriptor's list.
 *
 * Return: a reference to the region; NULL if there is none.
 */
struct shmregion *
shmregion_registry_first_owned(struct shmregion_registry *registry,
			       struct list_head *owned);

/**
 * shmregion_registry_report - fill in what the scope holds
 * @registry: The registry.
 * @info: Gets regions, *_bytes and highest_index.
 */
void shmregion_registry_report(struct shmregion_registry *registry,
			       struct shmregion_info *info);

#endif /* _SHMREGION_REGISTRY_H */
