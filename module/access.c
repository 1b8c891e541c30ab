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

/* Out of line, for the sake of those who use what is theirs. */
static noinline bool granted_to_others(const struct shmregion *region,
				       kgid_t gid, umode_t mode, umode_t wanted)
{
	if (in_group_p(gid) || in_group_p(region->cgid))
		mode >>= 3;
	return !(wanted & ~mode);
}

bool shmregion_access_granted_by_mode(const struct shmregion *region,
				      umode_t wanted)
{
	const struct shmregion_owner owner = shmregion_access_owner(region);
	const kuid_t euid = current_euid();

	wanted = ((wanted >> 6) | (wanted >> 3) | wanted) & 0007;
	/* The creator never loses the owner's permissions, as in System V. */
	if (uid_eq(euid, owner.uid) || uid_eq(euid, region->cuid))
		return !(wanted & ~(owner.mode >> 6));
	return granted_to_others(region, owner.gid, owner.mode, wanted);
}

bool shmregion_access_controls(const struct shmregion *region,
			       struct user_namespace *user_ns, int cap)
{
	const kuid_t euid = current_euid();

	return uid_eq(euid, shmregion_access_owner(region).uid) ||
	       uid_eq(euid, region->cuid) || ns_capable(user_ns, cap);
}
