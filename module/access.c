// SPDX-License-Identifier: GPL-2.0
/*
 * shmregion - permission
 */

#include "access.h"

#include "region.h"

#include <linux/capability.h>
#include <linux/cred.h>

struct shmregion_owner shmregion_access_owner(const struct shmregion *region)
{
	struct shmregion_owner owner;
	unsigned int seq;

	do {
		seq = read_seqcount_begin(&region->owner_seq);
		owner.uid = region->uid;
		owner.gid = region->gid;
		owner.mode = region->mode;
	} while (read_seqcount_retry(&region->owner_seq, seq));
	return owner;
}

bool shmregion_access_granted_by_mode(const struct shmregion *region,
				      umode_t wanted)
{
	const struct shmregion_owner owner = shmregion_access_owner(region);
	const kuid_t euid = current_euid();
	umode_t granted = owner.mode;

	/* The creator never loses the owner's permissions, as in System V. */
	if (uid_eq(euid, owner.uid) || uid_eq(euid, region->cuid))
		granted >>= 6;
	else if (in_group_p(owner.gid) || in_group_p(region->cgid))
		granted >>= 3;
	wanted = (wanted >> 6) | (wanted >> 3) | wanted;
	return !(wanted & ~granted & 0007);
}

bool shmregion_access_granted(const struct shmregion *region,
			      struct user_namespace *user_ns, umode_t wanted)
{
	return shmregion_access_granted_by_mode(region, wanted) ||
	       ns_capable(user_ns, CAP_IPC_OWNER);
}

bool shmregion_access_controls(const struct shmregion *region,
			       struct user_namespace *user_ns, int cap)
{
	const kuid_t euid = current_euid();

	return uid_eq(euid, shmregion_access_owner(region).uid) ||
	       uid_eq(euid, region->cuid) || ns_capable(user_ns, cap);
}
