// SPDX-License-Identifier: GPL-2.0
/*
 * shmregion - control: finding, creating, asking about, changing and removing
 * regions
 */

#include "control.h"

#include "access.h"
#include "backing.h"
#include "handle.h"
#include "lifetime.h"
#include "limits.h"
#include "memlock.h"
#include "region.h"
#include "registry.h"
#include "report.h"

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/shmregion.h>
#include <linux/user_namespace.h>

int shmregion_control_info(const struct shmregion_handle *handle,
			   struct shmregion_info *info)
{
	*info = (struct shmregion_info){
		.abi_version = SHMREGION_ABI_VERSION,
		.features = shmregion_backing_have_huge() ?
				    SHMREGION_FEATURE_HUGE :
				    0,
		.huge_policy = shmregion_backing_default_policy(),
		.huge_page_size = shmregion_backing_huge_page_size(),
	};
	shmregion_limits_report(info);
	shmregion_registry_report(handle->registry, info);
	return 0;
}

int shmregion_control_find(const struct shmregion_handle *handle,
			   struct shmregion_get *get)
{
	const u32 exclusive = SHMREGION_GET_CREATE | SHMREGION_GET_EXCL;
	struct shmregion *region;
	int err = 0;

	if (get->key == SHMREGION_KEY_PRIVATE)
		return -ENOENT;
	rcu_read_lock();
	region = shmregion_registry_by_key(handle->registry, get->key);
	if (!region)
		err = -ENOENT;
	else if ((get->flags & exclusive) == exclusive)
		err = -EEXIST;
	else if (get->size > region->size)
		err = -EINVAL;
	else if (!shmregion_access_granted(
			 region, shmregion_handle_user_ns(handle), get->mode))
		err = -EACCES;
	else
		get->id = region->id;
	rcu_read_unlock();
	return err;
}

/* Without NORESERVE the memory is reserved now, with it when it is needed. */
static int furnish(struct shmregion *region, u32 flags)
{
	struct file *shmem;
	int err = 0;

	if ((flags & SHMREGION_GET_NORESERVE) &&
	    !(flags & SHMREGION_GET_POPULATE))
		return 0;
	shmem = shmregion_region_shmem(region);
	if (IS_ERR(shmem))
		return PTR_ERR(shmem);
	if (flags & SHMREGION_GET_POPULATE)
		err = shmregion_backing_populate(
			shmem, shmregion_region_first(region));
	fput(shmem);
	return err;
}

struct shmregion *
shmregion_control_create(const struct shmregion_handle *handle,
			 struct shmregion_get *get)
{
	struct shmregion *region;
	int err;

	if (!shmregion_limits_size_allowed(get->size))
		return ERR_PTR(-EINVAL);
	region = shmregion_region_create(get);
	if (IS_ERR(region))
		return region;
	err = shmregion_registry_reserve(handle->registry, region);
	if (!err)
		err = furnish(region, get->flags);
	if (err) {
		shmregion_lifetime_discard(region);
		return ERR_PTR(err);
	}
	get->id = region->id;
	return region;
}

int shmregion_control_publish(struct shmregion_handle *handle,
			      struct shmregion *region)
{
	const bool owned = (region->attributes & SHMREGION_GET_LIFETIME_MASK) ==
			   SHMREGION_GET_LIFETIME_OWNER;

	return shmregion_registry_publish(region,
					  owned ? &handle->owned : NULL);
}

static u64 count_huge(struct shmregion *region)
{
	struct file *shmem = shmregion_region_peek(region);
	u64 bytes;

	if (!shmem)
		return 0;
	bytes = shmregion_backing_huge(shmem);
	fput(shmem);
	return bytes;
}

int shmregion_control_stat(const struct shmregion_handle *handle,
			   struct shmregion_stat *stat)
{
	const u32 flags = stat->flags;
	struct shmregion *region;
	int err;

	if (flags & SHMREGION_STAT_BY_INDEX)
		region =
			shmregion_registry_by_index(handle->registry, stat->id);
	else
		region = shmregion_registry_by_id(handle->registry, stat->id);
	if (IS_ERR(region))
		return PTR_ERR(region);

	err = -EACCES;
	if ((flags & SHMREGION_STAT_ANY) ||
	    shmregion_access_granted(region, shmregion_handle_user_ns(handle),
				     0444))
		err = shmregion_report_stat(region, current_user_ns(), stat);
	if (!err && (flags & SHMREGION_STAT_HUGE))
		/* More may have come since the others were counted. */
		stat->huge_bytes =
			min(count_huge(region), stat->resident_bytes);
	shmregion_region_put(region);
	return err;
}

int shmregion_control_next(const struct shmregion_handle *handle,
			   struct shmregion_next *next)
{
	struct user_namespace *user_ns = shmregion_handle_user_ns(handle);
	struct shmregion *region;
	bool found = false;

	while (!found && next->cursor <= S32_MAX) {
		region =
			shmregion_registry_next(handle->registry, next->cursor);
		if (!region)
			break;
		next->cursor = region->id + 1ULL;
		found = (next->flags & SHMREGION_NEXT_ANY) ||
			shmregion_access_granted(region, user_ns, 0444);
		if (found)
			next->id = region->id;
		shmregion_region_put(region);
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	return found ? 0 : -ENOENT;
}

/*
 * Find a region that the caller may control, by being its owner or creator or
 * by having @cap.
 */
static struct shmregion *find_controlled(const struct shmregion_handle *handle,
					 s32 id, int cap)
{
	struct shmregion *region;

	region = shmregion_registry_by_id(handle->registry, id);
	if (IS_ERR(region))
		return region;
	if (shmregion_access_controls(region, shmregion_handle_user_ns(handle),
				      cap))
		return region;
	shmregion_region_put(region);
	return ERR_PTR(-EPERM);
}

/* Whether the caller may is decided together with the change: both or none. */
static int set_owner(const struct shmregion_handle *handle,
		     struct shmregion *region, const struct shmregion_set *set,
		     kuid_t uid, kgid_t gid)
{
	struct user_namespace *user_ns = shmregion_handle_user_ns(handle);
	int err = 0;

	spin_lock(&region->lock);
	if (region->dead) {
		err = -EIDRM;
	} else if (!shmregion_access_controls(region, user_ns, CAP_SYS_ADMIN)) {
		err = -EPERM;
	} else if (((set->flags & SHMREGION_SET_UID) && !uid_valid(uid)) ||
		   ((set->flags & SHMREGION_SET_GID) && !gid_valid(gid))) {
		/* Who may not change it at all hears that first, above. */
		err = -EINVAL;
	} else {
		write_seqcount_begin(&region->owner_seq);
		if (set->flags & SHMREGION_SET_UID)
			region->uid = uid;
		if (set->flags & SHMREGION_SET_GID)
			region->gid = gid;
		if (set->flags & SHMREGION_SET_MODE)
			region->mode = set->mode;
		write_seqcount_end(&region->owner_seq);
		region->change_time = ktime_get_real_ns();
	}
	spin_unlock(&region->lock);
	return err;
}

int shmregion_control_set(const struct shmregion_handle *handle,
			  const struct shmregion_set *set)
{
	const kuid_t uid = make_kuid(current_user_ns(), set->uid);
	const kgid_t gid = make_kgid(current_user_ns(), set->gid);
	struct shmregion *region;
	int err;

	if (!set->flags)
		return -EINVAL;
	if ((set->flags & SHMREGION_SET_MODE) && (set->mode & ~0777))
		return -EINVAL;

	region = shmregion_registry_by_id(handle->registry, set->id);
	if (IS_ERR(region))
		return PTR_ERR(region);
	err = set_owner(handle, region, set, uid, gid);
	shmregion_region_put(region);
	return err;
}

int shmregion_control_remove(const struct shmregion_handle *handle,
			     const struct shmregion_remove *remove)
{
	struct shmregion *region;

	region = find_controlled(handle, remove->id, CAP_SYS_ADMIN);
	if (IS_ERR(region))
		return PTR_ERR(region);
	shmregion_lifetime_remove(region);
	shmregion_region_put(region);
	return 0;
}

int shmregion_control_lock(const struct shmregion_handle *handle,
			   const struct shmregion_lock *lock)
{
	struct user_namespace *user_ns = shmregion_handle_user_ns(handle);
	struct shmregion *region;
	int err = -EPERM;

	region = find_controlled(handle, lock->id, CAP_IPC_LOCK);
	if (IS_ERR(region))
		return PTR_ERR(region);
	if (rlimit(RLIMIT_MEMLOCK) || ns_capable(user_ns, CAP_IPC_LOCK))
		err = shmregion_memlock_lock(region);
	shmregion_region_put(region);
	return err;
}

int shmregion_control_unlock(const struct shmregion_handle *handle,
			     const struct shmregion_lock *lock)
{
	struct shmregion *region;
	int err;

	region = find_controlled(handle, lock->id, CAP_IPC_LOCK);
	if (IS_ERR(region))
		return PTR_ERR(region);
	err = shmregion_memlock_unlock(region);
	shmregion_region_put(region);
	return err;
}
