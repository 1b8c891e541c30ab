// SPDX-License-Identifier: GPL-2.0
/*
 * shmregion - quotas: how many regions and bytes there may be, in all and for
 * one user
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "limits.h"

#include <linux/cred.h>
#include <linux/err.h>
#include <linux/hashtable.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/shmregion.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/user_namespace.h>

/*
 * A byte limit that was not given at load follows from the machine's memory.
 * Who wants none says so with any other number that is large enough.
 */
#define FROM_MEMORY U64_MAX

static u64 max_regions = 65536;
module_param(max_regions, ullong, 0644);
MODULE_PARM_DESC(max_regions, "regions in all (default: 65536)");

static u64 max_region_bytes = FROM_MEMORY;
module_param(max_region_bytes, ullong, 0644);
MODULE_PARM_DESC(max_region_bytes,
		 "bytes of one region (default: half of the memory)");

static u64 max_bytes = FROM_MEMORY;
module_param(max_bytes, ullong, 0644);
MODULE_PARM_DESC(max_bytes,
		 "bytes of all regions (default: half of the memory)");

static u64 max_user_regions = 16384;
module_param(max_user_regions, ullong, 0644);
MODULE_PARM_DESC(max_user_regions, "regions of one user (default: 16384)");

static u64 max_user_bytes = FROM_MEMORY;
module_param(max_user_bytes, ullong, 0644);
MODULE_PARM_DESC(
	max_user_bytes,
	"bytes of one user's regions (default: a quarter of the memory)");

/*
 * A region is charged to its creator and to the owner of each user namespace
 * around it, of which create_user_ns() allows 33.
 */
#define MAX_PAYERS 34

/**
 * struct shmregion_account - what one user holds
 *
 * Somebody who may map subordinate users into a user namespace could multiply
 * a limit for one user by their number. Hence what is charged to a user in a
 * user namespace is charged to that namespace's owner as well, and so on
 * outwards: accounts form chains, and a charge goes all the way up.
 */
struct shmregion_account {
	/** @node: In accounts, under accounts_lock. */
	struct hlist_node node;
	/**
	 * @usage: One for each region charged here, one for each account whose
	 * parent this is. Under accounts_lock.
	 */
	unsigned long usage;
	/** @uid: The user. */
	kuid_t uid;
	/** @parent: Charged as well; holds a reference. NULL at the top. */
	struct shmregion_account *parent;
	/** @regions: Regions charged. Under accounts_lock. */
	u64 regions;
	/** @bytes: Bytes charged. Under accounts_lock. */
	u64 bytes;
};

/* Innermost of all locks of this module. */
static DEFINE_SPINLOCK(accounts_lock);
static DEFINE_HASHTABLE(accounts, 10);
/* What all users hold, under accounts_lock. */
static struct shmregion_account everybody;

/*
 * The users that the caller's regions are charged to, the caller first. One
 * may come up again further out and pays there as well: what lies between may
 * be his to multiply. Only neighbours are the same account twice.
 *
 * Return: how many; 0 if there are more than can be.
 */
static unsigned int list_payers(kuid_t payers[MAX_PAYERS])
{
	const struct user_namespace *ns;
	unsigned int count = 0;

	payers[count++] = current_euid();
	for (ns = current_user_ns(); ns->parent; ns = ns->parent) {
		if (uid_eq(payers[count - 1], ns->owner))
			continue;
		if (count == MAX_PAYERS)
			return 0;
		payers[count++] = ns->owner;
	}
	return count;
}

/* One user may have an account in each of thousands of namespaces. */
static unsigned long account_hash(kuid_t uid,
				  const struct shmregion_account *parent)
{
	return __kuid_val(uid) ^ (unsigned long)parent;
}

static struct shmregion_account *
account_find(kuid_t uid, const struct shmregion_account *parent)
{
	struct shmregion_account *account;

	lockdep_assert_held(&accounts_lock);
	hash_for_each_possible(accounts, account, node,
			       account_hash(uid, parent))
		if (uid_eq(account->uid, uid) && account->parent == parent)
			return account;
	return NULL;
}

static void account_put(struct shmregion_account *account)
{
	struct shmregion_account *parent;

	lockdep_assert_held(&accounts_lock);
	for (; account && !--account->usage; account = parent) {
		parent = account->parent;
		hash_del(&account->node);
		kfree(account);
	}
}

/*
 * Find or create the account of the first of @payers, whose parents are the
 * others, and take a reference. Creating one may need several turns, since
 * nothing is allocated under the lock.
 */
static struct shmregion_account *account_get(const kuid_t *payers,
					     unsigned int count)
{
	struct shmregion_account *account, *parent = NULL, *fresh = NULL;
	unsigned int i = count;

	spin_lock(&accounts_lock);
	while (i) {
		account = account_find(payers[i - 1], parent);
		if (!account && !fresh) {
			spin_unlock(&accounts_lock);
			fresh = kzalloc(sizeof(*fresh), GFP_KERNEL_ACCOUNT);
			spin_lock(&accounts_lock);
			if (fresh)
				continue;
			/* Gives back what this call has put below it. */
			account_put(parent);
			parent = NULL;
			break;
		}
		if (!account) {
			account = fresh;
			fresh = NULL;
			account->uid = payers[i - 1];
			/* The reference that this loop had is now its own. */
			account->parent = parent;
			hash_add(accounts, &account->node,
				 account_hash(account->uid, parent));
		} else {
			account_put(parent);
		}
		account->usage++;
		parent = account;
		i--;
	}
	spin_unlock(&accounts_lock);
	kfree(fresh);
	return parent;
}

/* The limit that one more region of @bytes would exceed, or NULL. */
static const char *limit_exceeded(const struct shmregion_account *account,
				  u64 bytes, u64 regions_limit, u64 bytes_limit,
				  const char *regions_name,
				  const char *bytes_name)
{
	if (account->regions >= regions_limit)
		return regions_name;
	if (account->bytes >= bytes_limit ||
	    bytes > bytes_limit - account->bytes)
		return bytes_name;
	return NULL;
}

static void account_add(struct shmregion_account *account, s64 regions,
			s64 bytes)
{
	lockdep_assert_held(&accounts_lock);
	account->regions += regions;
	account->bytes += bytes;
}

bool shmregion_limits_size_allowed(u64 size)
{
	return size && size <= READ_ONCE(max_region_bytes) &&
	       size <= MAX_LFS_FILESIZE - PAGE_SIZE;
}

struct shmregion_account *shmregion_limits_charge(u64 bytes)
{
	struct shmregion_account *account, *payer;
	kuid_t payers[MAX_PAYERS], blocked;
	unsigned int count;
	const char *limit;

	count = list_payers(payers);
	if (!count)
		return ERR_PTR(-ENOSPC);
	account = account_get(payers, count);
	if (!account)
		return ERR_PTR(-ENOMEM);

	spin_lock(&accounts_lock);
	blocked = account->uid;
	limit = limit_exceeded(&everybody, bytes, READ_ONCE(max_regions),
			       READ_ONCE(max_bytes), "max_regions",
			       "max_bytes");
	for (payer = account; payer && !limit; payer = payer->parent) {
		blocked = payer->uid;
		limit = limit_exceeded(payer, bytes,
				       READ_ONCE(max_user_regions),
				       READ_ONCE(max_user_bytes),
				       "max_user_regions", "max_user_bytes");
	}
	if (limit) {
		account_put(account);
	} else {
		account_add(&everybody, 1, bytes);
		for (payer = account; payer; payer = payer->parent)
			account_add(payer, 1, bytes);
	}
	spin_unlock(&accounts_lock);

	if (!limit)
		return account;
	pr_notice_ratelimited("%s[%d]: limit %s is reached for user %u\n",
			      current->comm, task_tgid_nr(current), limit,
			      from_kuid(&init_user_ns, blocked));
	return ERR_PTR(-ENOSPC);
}

void shmregion_limits_uncharge(struct shmregion_account *account, u64 bytes)
{
	struct shmregion_account *payer;

	spin_lock(&accounts_lock);
	account_add(&everybody, -1, -bytes);
	for (payer = account; payer; payer = payer->parent)
		account_add(payer, -1, -bytes);
	account_put(account);
	spin_unlock(&accounts_lock);
}

void shmregion_limits_report(struct shmregion_info *info)
{
	struct shmregion_account *account = NULL;
	kuid_t payers[MAX_PAYERS];
	unsigned int i;

	info->max_regions = READ_ONCE(max_regions);
	info->max_region_bytes = READ_ONCE(max_region_bytes);
	info->max_bytes = READ_ONCE(max_bytes);
	info->max_user_regions = READ_ONCE(max_user_regions);
	info->max_user_bytes = READ_ONCE(max_user_bytes);

	i = list_payers(payers);
	spin_lock(&accounts_lock);
	info->all_regions = everybody.regions;
	info->all_bytes = everybody.bytes;
	while (i) {
		account = account_find(payers[--i], account);
		if (!account)
			break;
	}
	info->user_regions = account ? account->regions : 0;
	info->user_bytes = account ? account->bytes : 0;
	spin_unlock(&accounts_lock);
}

void __init shmregion_limits_init(void)
{
	const u64 memory = (u64)totalram_pages() << PAGE_SHIFT;

	if (max_region_bytes == FROM_MEMORY)
		max_region_bytes = memory / 2;
	if (max_bytes == FROM_MEMORY)
		max_bytes = memory / 2;
	if (max_user_bytes == FROM_MEMORY)
		max_user_bytes = memory / 4;
}
