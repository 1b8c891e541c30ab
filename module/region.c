// SPDX-License-Identifier: GPL-2.0
/*
 * shmregion - the region: an object with a lifetime
 */

#include "region.h"

#include "backing.h"
#include "limits.h"

#include <linux/cred.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/shmregion.h>
#include <linux/slab.h>

#define ATTRIBUTES                                           \
	(SHMREGION_GET_NORESERVE | SHMREGION_GET_HUGE_MASK | \
	 SHMREGION_GET_LIFETIME_MASK)

static struct kmem_cache *region_cache;

u64 shmregion_region_bytes(const struct shmregion *region)
{
	return PAGE_ALIGN(region->size);
}

pgoff_t shmregion_region_first(const struct shmregion *region)
{
	return shmregion_backing_first(region->size, region->attributes);
}

struct shmregion *shmregion_region_create(const struct shmregion_get *get)
{
	const u64 charge = shmregion_backing_most(get->size, get->flags);
	struct shmregion_account *account;
	struct shmregion *region;

	account = shmregion_limits_charge(charge);
	if (IS_ERR(account))
		return ERR_CAST(account);
	region = kmem_cache_zalloc(region_cache, GFP_KERNEL);
	if (!region) {
		shmregion_limits_uncharge(account, charge);
		return ERR_PTR(-ENOMEM);
	}

	refcount_set(&region->usage, 1);
	refcount_set(&region->charges, 1);
	region->key = get->key;
	region->size = get->size;
	region->attributes = get->flags & ATTRIBUTES;
	region->cuid = current_euid();
	region->cgid = current_egid();
	region->uid = region->cuid;
	region->gid = region->cgid;
	region->mode = get->mode;
	region->creator = get_pid(task_tgid(current));
	region->account = account;
	region->charge = charge;
	region->change_time = ktime_get_real_ns();
	INIT_LIST_HEAD(&region->owned_node);
	spin_lock_init(&region->lock);
	seqcount_spinlock_init(&region->owner_seq, &region->lock);
	init_waitqueue_head(&region->wait);
	/* The caller's open descriptor holds the module already. */
	__module_get(THIS_MODULE);
	return region;
}

static void free_region(struct rcu_head *rcu)
{
	kmem_cache_free(region_cache, container_of(rcu, struct shmregion, rcu));
}

void shmregion_region_put(struct shmregion *region)
{
	if (!refcount_dec_and_test(&region->usage))
		return;
	put_pid(region->creator);
	put_pid(region->last);
	call_rcu(&region->rcu, free_region);
}

void shmregion_region_name(const struct shmregion *region,
			   char name[SHMREGION_NAME_SIZE])
{
	snprintf(name, SHMREGION_NAME_SIZE, "shmregion:%#llx:%u", region->key,
		 region->id);
}

struct file *shmregion_region_peek(struct shmregion *region)
{
	struct file *shmem;

	spin_lock(&region->lock);
	shmem = region->shmem;
	if (shmem)
		get_file(shmem);
	spin_unlock(&region->lock);
	return shmem;
}

struct file *shmregion_region_shmem(struct shmregion *region)
{
	struct file *shmem = shmregion_region_peek(region), *fresh;

	if (shmem)
		return shmem;

	fresh = shmregion_backing_create(region->id, region->size,
					 region->attributes);
	if (IS_ERR(fresh))
		return fresh;

	spin_lock(&region->lock);
	if (region->dead) {
		shmem = ERR_PTR(-EIDRM);
	} else if (region->shmem) {
		/* Somebody else needed it at the same time. */
		shmem = get_file(region->shmem);
	} else {
		region->shmem = fresh;
		shmem = get_file(fresh);
		fresh = NULL;
	}
	spin_unlock(&region->lock);
	if (fresh)
		fput(fresh);
	return shmem;
}

void shmregion_region_touch(struct shmregion *region, u64 *time)
{
	struct pid *self = task_tgid(current);

	lockdep_assert_held(&region->lock);
	*time = ktime_get_real_ns();
	if (region->last == self)
		return;
	put_pid(region->last);
	region->last = get_pid(self);
}

int __init shmregion_region_init(void)
{
	region_cache = KMEM_CACHE(shmregion, SLAB_ACCOUNT);
	return region_cache ? 0 : -ENOMEM;
}

void shmregion_region_exit(void)
{
	/* Every callback that frees a region has been queued; let them run. */
	rcu_barrier();
	kmem_cache_destroy(region_cache);
}
