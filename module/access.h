/* SPDX-License-Identifier: GPL-2.0 */
/*
 * shmregion - permission
 */

#ifndef _SHMREGION_ACCESS_H
#define _SHMREGION_ACCESS_H

#include <linux/capability.h>
#include <linux/types.h>
#include <linux/uidgid.h>

struct shmregion;
struct user_namespace;

/**
 * struct shmregion_owner - who owns a region, and what others may do
 * @uid: Owner.
 * @gid: Owner's group.
 * @mode: Nine permission bits.
 */
struct shmregion_owner {
	kuid_t uid;
	kgid_t gid;
	umode_t mode;
};

/**
 * shmregion_access_owner - a consistent view of owner, group and mode
 * @region: The region.
 *
 * Takes no lock.
 */
struct shmregion_owner shmregion_access_owner(const struct shmregion *region);

/**
 * shmregion_access_granted_by_mode - may he whatever he is capable of?
 * @region: The region.
 * @wanted: Permission bits, in any of their three places.
 *
 * For what outlives the caller's capabilities. Takes no lock.
 */
bool shmregion_access_granted_by_mode(const struct shmregion *region,
				      umode_t wanted);

/**
 * shmregion_access_granted - may the caller use the region so?
 * @region: The region.
 * @user_ns: The user namespace that owns the region's scope.
 * @wanted: Permission bits, in any of their three places.
 *
 * Takes no lock, may be called under RCU.
 */
static inline bool shmregion_access_granted(const struct shmregion *region,
					    struct user_namespace *user_ns,
					    umode_t wanted)
{
	return shmregion_access_granted_by_mode(region, wanted) ||
	       ns_capable(user_ns, CAP_IPC_OWNER);
}

/**
 * shmregion_access_controls - is the caller the region's owner or creator?
 * @region: The region.
 * @user_ns: The user namespace that owns the region's scope.
 * @cap: A capability there that will do as well.
 */
bool shmregion_access_controls(const struct shmregion *region,
			       struct user_namespace *user_ns, int cap);

#endif /* _SHMREGION_ACCESS_H */
