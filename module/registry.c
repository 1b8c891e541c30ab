// SPDX-License-Identifier: GPL-2.0
/*
 * shmregion - the registry: where the regions of one scope are found
 */

#include "registry.h"

#include "backing.h"
#include "region.h"
#include "trace.h"

#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/limits.h>
#include <linux/list.h>
#include <linux/rhashtable.h>
#include <linux/sched.h>
#include <linux/shmregion.h>
#include <linux/slab.h>
#include <linux/xarray.h>

/*
 * The slot before it is reserved: the table keeps its first node for that. A table
 * that had nothing but its slot 0 would have no node.
 */
#define FIRST_SLOT 2

/**
 * struct shmregion_registry - the regions of one scope
 */
struct shmregion_registry {
	/**
	 * @usage: One for the namespace, one for each descriptor of the device
	 * or of /proc/shmregion, one for each region that is not destroyed.
	 */
	refcount_t usage;
	/**
	 * @lock: Serialises whoever changes the tables. Nests inside mmap_lock;
	 * region->lock nests inside this.
	 */
	spinlock_t lock;
	/** @keys: Published regions that have a key and are not removed. */
	struct rhashtable keys;
	/** @ids: Regions by id, published or not. */
	struct xarray ids;
	/** @last_id: The id that was tried last, and bits above it. */
	atomic_t last_id;
	/** @anchor: The id that is reserved to keep a node, or 0. */
	u32 anchor;
	/** @slots: Regions by index + FIRST_SLOT. */
	struct xarray slots;
};

/* Without it the table would call memcmp(). */
static int compare_key(struct rhashtable_compare_arg *arg, const void *object)
{
	const struct shmregion *region = object;

	return region->key != *(const u64 *)arg->key;
}

static const struct rhashtable_params key_params = {
	.key_len = sizeof_field(struct shmregion, key),
	.key_offset = offsetof(struct shmregion, key),
	.head_offset = offsetof(struct shmregion, key_node),
	.obj_cmpfn = compare_key,
	.automatic_shrinking = true,
};

struct shmregion_registry *shmregion_registry_create(void)
{
	struct shmregion_registry *registry;
	int err;

	registry = kzalloc(sizeof(*registry), GFP_KERNEL_ACCOUNT);
	if (!registry)
		return ERR_PTR(-ENOMEM);
	err = rhashtable_init(&registry->keys, &key_params);
	if (err)
		goto err_keys;
	refcount_set(&registry->usage, 1);
	spin_lock_init(&registry->lock);
	xa_init_flags(&registry->ids, XA_FLAGS_ACCOUNT);
	xa_init_flags(&registry->slots, XA_FLAGS_ALLOC | XA_FLAGS_ACCOUNT);
	err = xa_reserve(&registry->slots, FIRST_SLOT - 1, GFP_KERNEL);
	if (err)
		goto err_slots;
	return registry;

err_slots:
	rhashtable_destroy(&registry->keys);
err_keys:
	kfree(registry);
	return ERR_PTR(err);
}

struct shmregion_registry *
shmregion_registry_get(struct shmregion_registry *registry)
{
	refcount_inc(&registry->usage);
	return registry;
}

void shmregion_registry_put(struct shmregion_registry *registry)
{
	if (!refcount_dec_and_test(&registry->usage))
		return;
	/* Every region held a reference, so there is none in the tables. */
	rhashtable_destroy(&registry->keys);
	xa_destroy(&registry->ids);
	xa_destroy(&registry->slots);
	kfree(registry);
}

static void hide_key(struct shmregion_registry *registry,
		     struct shmregion *region)
{
	lockdep_assert_held(&registry->lock);
	if (!region->hashed)
		return;
	rhashtable_remove_fast(&registry->keys, &region->key_node, key_params);
	region->hashed = false;
}

void shmregion_registry_hide(struct shmregion *region)
{
	struct shmregion_registry *registry = region->registry;

	spin_lock(&registry->lock);
	hide_key(registry, region);
	list_del_init(&region->owned_node);
	spin_unlock(&registry->lock);
}

void shmregion_registry_take_out(struct shmregion *region)
{
	struct shmregion_registry *registry = region->registry;

	spin_lock(&registry->lock);
	hide_key(registry, region);
	list_del_init(&region->owned_node);
	if (region->listed) {
		xa_erase(&registry->ids, region->id);
		xa_erase(&registry->slots, region->index + FIRST_SLOT);
		region->listed = false;
	}
	spin_unlock(&registry->lock);
}

struct shmregion *
shmregion_registry_first_owned(struct shmregion_registry *registry,
			       struct list_head *owned)
{
	struct shmregion *region;

	spin_lock(&registry->lock);
	region = list_first_entry_or_null(owned, struct shmregion, owned_node);
	/* In the list, so the tables' reference is still there. */
	if (region)
		shmregion_region_get(region);
	spin_unlock(&registry->lock);
	return region;
}

/*
 * Whoever publishes does so under the lock, so it is done or undone once we get it.
 * Whoever destroys may be slower, so the dead is taken out here. Out of line, for
 * the sake of those who find what they look for.
 */
static noinline void settle_key(struct shmregion_registry *registry,
				struct shmregion *region)
{
	spin_lock(&registry->lock);
	if (READ_ONCE(region->dead))
		hide_key(registry, region);
	spin_unlock(&registry->lock);
}

struct shmregion *shmregion_registry_by_key(struct shmregion_registry *registry,
					    u64 key)
{
	struct shmregion *region;

	RCU_LOCKDEP_WARN(!rcu_read_lock_held(), "no RCU for the region found");
	for (;;) {
		region = rhashtable_lookup(&registry->keys, &key, key_params);
		if (!region)
			return NULL;
		/* Pairs with the release in shmregion_registry_publish(). */
		if (smp_load_acquire(&region->published) &&
		    !READ_ONCE(region->dead))
			return region;
		settle_key(registry, region);
	}
}

static struct shmregion *tryget_published(struct shmregion *region)
{
	if (!region)
		return NULL;
	/* Pairs with the release in shmregion_registry_publish(). */
	if (!smp_load_acquire(&region->published))
		return NULL;
	return shmregion_region_tryget(region) ? region : NULL;
}

static struct shmregion *load(struct xarray *table, unsigned long place)
{
	struct shmregion *region;

	rcu_read_lock();
	region = tryget_published(xa_load(table, place));
	rcu_read_unlock();
	return region ?: ERR_PTR(-EINVAL);
}

struct shmregion *shmregion_registry_by_id(struct shmregion_registry *registry,
					   s32 id)
{
	return id < 0 ? ERR_PTR(-EINVAL) : load(&registry->ids, id);
}

struct shmregion *
shmregion_registry_by_index(struct shmregion_registry *registry, s32 index)
{
	return index < 0 ? ERR_PTR(-EINVAL) :
			   load(&registry->slots,
				index + (unsigned long)FIRST_SLOT);
}

struct shmregion *shmregion_registry_next(struct shmregion_registry *registry,
					  unsigned long from)
{
	struct shmregion *region, *found = NULL;
	unsigned long id = from;

	rcu_read_lock();
	xa_for_each_start(&registry->ids, id, region, from) {
		found = tryget_published(region);
		if (found)
			break;
	}
	rcu_read_unlock();
	return found;
}

/*
 * Ids follow each other, so one region that comes and goes by itself would have
 * the table allocate a node on each level, and free them again, and so would the
 * next one. Hence the last place of the node that ids are given from is reserved,
 * which keeps it and those above it. It is no harm if it is not: others may be at it
 * at the same time, or the place may be a region's.
 */
static void move_anchor(struct shmregion_registry *registry, u32 id)
{
	const u32 anchor = id | XA_CHUNK_MASK;
	u32 last;

	/* The node is there as long as the caller's region is, so this succeeds. */
	if (READ_ONCE(registry->anchor) == anchor ||
	    xa_reserve(&registry->ids, anchor, GFP_KERNEL))
		return;
	last = xchg(&registry->anchor, anchor);
	/* Unless another did the same; a region that is there by now stays. */
	if (last && last != anchor)
		xa_release(&registry->ids, last);
}

/*
 * Each is tried once before any is again: xa_alloc_cyclic() goes back to the lowest
 * that is free also when there is no memory for the node of the next one.
 */
static int insert_id(struct shmregion_registry *registry,
		     struct shmregion *region)
{
	int err;

	do {
		cond_resched();
		region->id = atomic_inc_return(&registry->last_id) & S32_MAX;
		/* 0 is never given: an inode number of 0 means no inode. */
		err = region->id ? xa_insert(&registry->ids, region->id, region,
					     GFP_KERNEL) :
				   -EBUSY;
	} while (err == -EBUSY);
	return err;
}

int shmregion_registry_reserve(struct shmregion_registry *registry,
			       struct shmregion *region)
{
	u32 slot;
	int err;

	region->registry = shmregion_registry_get(registry);
	err = insert_id(registry, region);
	if (err)
		return err;
	err = xa_alloc(&registry->slots, &slot, region,
		       XA_LIMIT(FIRST_SLOT, S32_MAX), GFP_KERNEL);
	if (err < 0) {
		xa_erase(&registry->ids, region->id);
		return err == -EBUSY ? -ENOSPC : err;
	}
	region->index = slot - FIRST_SLOT;
	region->listed = true;
	move_anchor(registry, region->id);
	return 0;
}

int shmregion_registry_publish(struct shmregion *region,
			       struct list_head *owned)
{
	struct shmregion_registry *registry = region->registry;
	int err = 0;

	spin_lock(&registry->lock);
	if (region->key)
		err = rhashtable_lookup_insert_fast(
			&registry->keys, &region->key_node, key_params);
	if (err) {
		spin_unlock(&registry->lock);
		return err == -EEXIST ? err : -ENOMEM;
	}
	region->hashed = region->key;
	if (owned)
		list_add(&region->owned_node, owned);
	trace_shmregion_create(region);
	/* Pairs with the acquires in lookups: they see all of the region. */
	smp_store_release(&region->published, true);
	spin_unlock(&registry->lock);
	return 0;
}

void shmregion_registry_report(struct shmregion_registry *registry,
			       struct shmregion_info *info)
{
	struct shmregion_backing_use use;
	struct shmregion *region;
	unsigned long id = 0;

	info->highest_index = -1;
	while ((region = shmregion_registry_next(registry, id))) {
		spin_lock(&region->lock);
		use = shmregion_backing_measure(region->shmem);
		spin_unlock(&region->lock);
		info->regions++;
		info->bytes += shmregion_region_bytes(region);
		info->resident_bytes += use.resident;
		info->swapped_bytes += use.swapped;
		if (info->highest_index < (s32)region->index)
			info->highest_index = region->index;
		id = region->id + 1UL;
		shmregion_region_put(region);
		cond_resched();
	}
}
