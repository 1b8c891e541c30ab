/* SPDX-License-Identifier: GPL-2.0 */
/*
 * shmregion - the region: an object with a lifetime
 */

#ifndef _SHMREGION_REGION_H
#define _SHMREGION_REGION_H

#include <linux/init.h>
#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/rhashtable-types.h>
#include <linux/seqlock.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/uidgid.h>
#include <linux/wait.h>

struct file;
struct pid;
struct shmregion_account;
struct shmregion_get;
struct shmregion_registry;
struct user_struct;

/* What a mapping may be used for, now or ever, besides reading. */
#define SHMREGION_MAY_WRITE 1U
#define SHMREGION_MAY_EXEC 2U

/**
 * struct shmregion - a region
 *
 * Two things end at different times, each with its own counter: the object
 * (@usage) and what it was charged for (@charges).
 *
 * The region's own references to its files are dropped when it is destroyed,
 * not when @usage reaches zero: the files hold references to the region, and
 * the two would keep each other for ever.
 */
struct shmregion {
	/**
	 * @usage: References: the tables' one, one for each wrapper file, one
	 * for each bound descriptor, and those of calls under way. Lookups
	 * under RCU may meet a region whose @usage is zero.
	 */
	refcount_t usage;
	/**
	 * @charges: Keeps the quota: 1 until the region is destroyed, and one
	 * for each wrapper file, because each keeps the memory.
	 */
	refcount_t charges;

	/**
	 * @registry: The scope that it belongs to; holds a reference until the
	 * region is destroyed.
	 */
	struct shmregion_registry *registry;
	/** @key: Key, even after removal; 0 if private. */
	u64 key;
	/** @size: Size in bytes, as it was asked for. */
	u64 size;
	/** @attributes: SHMREGION_GET_NORESERVE, HUGE_* and LIFETIME_*. */
	u32 attributes;
	/** @id: Id; fixed before the region is published. */
	u32 id;
	/** @index: Index; fixed before the region is published. */
	u32 index;
	/** @cuid: Creator. */
	kuid_t cuid;
	/** @cgid: Creator's group. */
	kgid_t cgid;
	/** @creator: Process that created it. */
	struct pid *creator;
	/** @account: Whom @charge is charged to, while @charges is not zero. */
	struct shmregion_account *account;
	/** @charge: The most memory that it may come to take, in bytes. */
	u64 charge;

	/**
	 * @key_node: In the registry's table of keys if @hashed. Under the
	 * registry's lock.
	 */
	struct rhash_head key_node;
	/**
	 * @owned_node: In the list of the descriptor that owns the region, if
	 * any. Under the registry's lock.
	 */
	struct list_head owned_node;
	/** @hashed: Can be found by key. Under the registry's lock. */
	bool hashed;
	/** @listed: Is in the tables of ids. Under the registry's lock. */
	bool listed;
	/**
	 * @published: Creation is complete. Set once, under the registry's
	 * lock; read with acquire semantics by lookups under RCU.
	 */
	bool published;

	/**
	 * @lock: Protects all that follows. Nests inside the registry's lock;
	 * see registry.h.
	 */
	spinlock_t lock;
	/** @owner_seq: Lets @uid, @gid and @mode be read without @lock. */
	seqcount_spinlock_t owner_seq;
	/** @uid: Owner. */
	kuid_t uid;
	/** @gid: Owner's group. */
	kgid_t gid;
	/** @mode: Nine permission bits. */
	umode_t mode;
	/**
	 * @removed: Marked for removal; its key is free already. Set once.
	 */
	bool removed;
	/**
	 * @dead: The point of no return: nothing may begin to use the region,
	 * its files are dropped or about to be. Set once, where
	 * shmregion_may_destroy() says so.
	 */
	bool dead;
	/** @used: It has been attached, or a descriptor bound to it. */
	bool used;
	/** @pins: Calls under way that may still attach it. */
	unsigned int pins;
	/** @descriptors: Descriptors bound to it. */
	unsigned int descriptors;
	/** @attaches: Mappings of it. */
	unsigned long attaches;
	/** @last: Process that last attached or detached; may be NULL. */
	struct pid *last;
	/** @attach_time: Last attach, as ktime_get_real_ns() tells. */
	u64 attach_time;
	/** @detach_time: Last detach. */
	u64 detach_time;
	/** @change_time: Creation or last change of owner or mode. */
	u64 change_time;
	/** @shmem: Its memory; NULL before it is first needed, and once dead. */
	struct file *shmem;
	/**
	 * @wrappers: The files that are mapped, by SHMREGION_MAY_*; NULL like
	 * @shmem.
	 */
	struct file *wrappers[4];
	/**
	 * @locker: Whom the locked pages are charged to; NULL if not locked. If
	 * dead, until @charges is zero.
	 */
	struct user_struct *locker;

	/** @wait: Who polls for the removal. Has a lock of its own. */
	wait_queue_head_t wait;
	/** @rcu: Frees it after lookups under RCU have let go. */
	struct rcu_head rcu;
};

int __init shmregion_region_init(void);
void shmregion_region_exit(void);

/**
 * shmregion_region_create - make a region that nobody else knows
 * @get: What was asked for, checked.
 *
 * Charges the caller. The region has no memory and no id yet, and holds the
 * module.
 */
struct shmregion *shmregion_region_create(const struct shmregion_get *get);

/* Take a reference to a region found under RCU; false if it is too late. */
static inline bool shmregion_region_tryget(struct shmregion *region)
{
	return refcount_inc_not_zero(&region->usage);
}

static inline void shmregion_region_get(struct shmregion *region)
{
	refcount_inc(&region->usage);
}

/* Drop a reference. */
void shmregion_region_put(struct shmregion *region);

/**
 * shmregion_region_shmem - the region's memory, made now if need be
 * @region: The region.
 *
 * Return: a reference to the shmem file; -EIDRM if the region is dead.
 */
struct file *shmregion_region_shmem(struct shmregion *region);

/**
 * shmregion_region_peek - the region's memory, if it is there
 * @region: The region.
 *
 * Return: a reference to the shmem file; NULL if there is none (any more).
 */
struct file *shmregion_region_peek(struct shmregion *region);

/* What one writes into name, for the files of @region. */
#define SHMREGION_NAME_SIZE sizeof("shmregion:0x0123456789abcdef:2147483647")

/**
 * shmregion_region_name - the name of what is mapped, with key and id
 * @region: The region.
 * @name: Gets the name.
 */
void shmregion_region_name(const struct shmregion *region,
			   char name[SHMREGION_NAME_SIZE]);

/* Size in bytes, rounded up to pages. */
u64 shmregion_region_bytes(const struct shmregion *region);

/* The page of its shmem file where it begins. */
pgoff_t shmregion_region_first(const struct shmregion *region);

/* Note that the calling process attached or detached, now. */
void shmregion_region_touch(struct shmregion *region, u64 *time);

#endif /* _SHMREGION_REGION_H */
