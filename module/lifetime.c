// SPDX-License-Identifier: GPL-2.0
/*
 * shmregion - lifetime: when a region ends, and how
 */

#include "lifetime.h"

#include "backing.h"
#include "limits.h"
#include "memlock.h"
#include "region.h"
#include "registry.h"
#include "trace.h"

#include <linux/errno.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/shmregion.h>
#include <linux/string.h>

/* The one place that says when a region's time is over. */
static bool shmregion_may_destroy(const struct shmregion *region)
{
	lockdep_assert_held(&region->lock);
	if (region->dead || region->attaches || region->pins)
		return false;
	if (region->removed)
		return true;
	return (region->attributes & SHMREGION_GET_LIFETIME_MASK) ==
		       SHMREGION_GET_LIFETIME_LAST_DETACH &&
	       region->used && !region->descriptors;
}

void shmregion_lifetime_uncharge(struct shmregion *region,
				 const struct path *memory)
{
	if (!refcount_dec_and_test(&region->charges))
		return;
	/*
	 * The file goes when whoever closes it last gets to run, and who is in no
	 * hurry could have as much again meanwhile.
	 */
	if (memory)
		shmregion_backing_empty(memory);
	shmregion_memlock_retire(region);
	shmregion_limits_uncharge(region->account, region->charge);
}

/*
 * Gives up what the region holds: its files, its charge and the module. Our code is
 * held by something else: a mapped file, a descriptor, or the lock under which a
 * module's namespace hooks are unregistered.
 */
static void retire(struct shmregion *region)
{
	struct file *shmem, *wrappers[ARRAY_SIZE(region->wrappers)];
	unsigned int i;

	spin_lock(&region->lock);
	WARN_ON_ONCE(!region->dead);
	shmem = region->shmem;
	memcpy(wrappers, region->wrappers, sizeof(wrappers));
	region->shmem = NULL;
	memset(region->wrappers, 0, sizeof(region->wrappers));
	spin_unlock(&region->lock);

	for (i = 0; i < ARRAY_SIZE(wrappers); i++)
		if (wrappers[i])
			fput(wrappers[i]);
	/* Under mmap_lock it is not the last: the mapping's file has one yet. */
	shmregion_lifetime_uncharge(region, shmem ? &shmem->f_path : NULL);
	if (shmem)
		fput(shmem);
	module_put(THIS_MODULE);
}

/* Dead, the region still has the tables' reference, which is ours now. */
static void destroy(struct shmregion *region)
{
	struct shmregion_registry *registry = region->registry;

	if (region->published)
		trace_shmregion_destroy(region);
	shmregion_registry_take_out(region);
	wake_up_poll(&region->wait, EPOLLHUP);
	retire(region);
	shmregion_region_put(region);
	/*
	 * Only now, as nobody but who killed the region comes here, and who
	 * else looks at its registry holds that by a descriptor or as the
	 * namespace.
	 */
	shmregion_registry_put(registry);
}

void shmregion_lifetime_unlock(struct shmregion *region)
	__releases(&region->lock)
{
	const bool due = shmregion_may_destroy(region);

	if (due)
		WRITE_ONCE(region->dead, true);
	spin_unlock(&region->lock);
	if (due)
		destroy(region);
}

int shmregion_lifetime_pin(struct shmregion *region)
{
	int err = 0;

	spin_lock(&region->lock);
	if (region->dead)
		err = -EIDRM;
	else
		region->pins++;
	spin_unlock(&region->lock);
	return err;
}

void shmregion_lifetime_unpin(struct shmregion *region)
{
	spin_lock(&region->lock);
	region->pins--;
	shmregion_lifetime_unlock(region);
}

void shmregion_lifetime_remove(struct shmregion *region)
{
	bool first;

	/* The key first: who sees the region removed can create it anew. */
	shmregion_registry_hide(region);
	spin_lock(&region->lock);
	first = !region->removed && !region->dead;
	WRITE_ONCE(region->removed, true);
	if (first)
		trace_shmregion_remove(region);
	shmregion_lifetime_unlock(region);
	if (first)
		wake_up_poll(&region->wait, EPOLLHUP);
}

void shmregion_lifetime_remove_owned(struct shmregion_registry *registry,
				     struct list_head *owned)
{
	struct shmregion *region;

	while ((region = shmregion_registry_first_owned(registry, owned))) {
		shmregion_lifetime_remove(region);
		shmregion_region_put(region);
	}
}

void shmregion_lifetime_discard(struct shmregion *region)
{
	spin_lock(&region->lock);
	region->removed = true;
	shmregion_lifetime_unlock(region);
}
