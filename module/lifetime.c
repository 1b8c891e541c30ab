// SPDX-License-Identifier: GPL-2.0
/*
 * shmregion - lifetime: when a region ends, and how
 */

#include "lifetime.h"

#include "memlock.h"
#include "region.h"
#include "registry.h"
#include "trace.h"

#include <linux/errno.h>
#include <linux/poll.h>
#include <linux/shmregion.h>

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

/* Dead, the region still has the tables' reference, which is ours now. */
static void destroy(struct shmregion *region)
{
	struct shmregion_registry *registry = region->registry;

	if (region->published)
		trace_shmregion_destroy(region);
	shmregion_registry_take_out(region);
	wake_up_poll(&region->wait, EPOLLHUP);
	shmregion_memlock_retire(region);
	shmregion_region_retire(region);
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
