// SPDX-License-Identifier: GPL-2.0
/*
 * shmregion - ioctls: the boundary between the module and its users
 *
 * Nothing else in the module touches a user's memory.
 */

#include <linux/ioctl.h>
#include <linux/types.h>

/* A hole in a structure would differ between 32-bit and 64-bit programs. */
#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wpadded"
#include <linux/shmregion.h>
#pragma GCC diagnostic pop

#include "ioctl.h"

#include "attach.h"
#include "compat.h"
#include "control.h"
#include "handle.h"
#include "lifetime.h"
#include "region.h"

#include <linux/build_bug.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/nospec.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

union argument {
	struct shmregion_info info;
	struct shmregion_get get;
	struct shmregion_attach attach;
	struct shmregion_detach detach;
	struct shmregion_bind bind;
	struct shmregion_stat stat;
	struct shmregion_next next;
	struct shmregion_set set;
	struct shmregion_remove remove;
	struct shmregion_lock lock;
};

/**
 * struct call - one ioctl under way
 */
struct call {
	/** @handle: The open file. */
	struct shmregion_handle *handle;
	/** @user: Where the caller has the argument. */
	void __user *user;
	/** @size: The part of it that both sides know. */
	size_t size;
	/** @arg: The argument; what the caller's version lacks is zero. */
	union argument arg;
};

static int copy_out(const struct call *call)
{
	return copy_to_user(call->user, &call->arg, call->size) ? -EFAULT : 0;
}

/* Of what GET is told nothing else changes. */
static int copy_out_id(const struct call *call)
{
	struct shmregion_get __user *user = call->user;

	return put_user(call->arg.get.id, &user->id);
}

static int ioctl_info(struct call *call)
{
	struct shmregion_info *info = &call->arg.info;
	int err;

	if (info->flags)
		return -EINVAL;
	err = shmregion_control_info(call->handle, info);
	return err ?: copy_out(call);
}

static int check_get(const struct shmregion_get *get)
{
	const u32 known = SHMREGION_GET_CREATE | SHMREGION_GET_EXCL |
			  SHMREGION_GET_NORESERVE | SHMREGION_GET_POPULATE |
			  SHMREGION_GET_HUGE_MASK | SHMREGION_GET_LIFETIME_MASK;

	if (get->reserved || get->mode & ~0777)
		return -EINVAL;
	/* As most who only look for a region. */
	if (!get->flags)
		return 0;
	if (get->flags & ~known)
		return -EINVAL;
	/* Values that the masks leave room for, but that mean nothing. */
	if ((get->flags & SHMREGION_GET_HUGE_MASK) > SHMREGION_GET_HUGE_ADVISE)
		return -EINVAL;
	if ((get->flags & SHMREGION_GET_LIFETIME_MASK) >
	    SHMREGION_GET_LIFETIME_OWNER)
		return -EINVAL;
	return 0;
}

/* The id is written out before anybody can find the region: all or nothing. */
static int create_region(struct call *call)
{
	struct shmregion *region;
	int err;

	region = shmregion_control_create(call->handle, &call->arg.get);
	if (IS_ERR(region))
		return PTR_ERR(region);
	err = copy_out_id(call);
	if (!err)
		err = shmregion_control_publish(call->handle, region);
	if (err)
		shmregion_lifetime_discard(region);
	return err;
}

/* There was none when it was looked for last. */
static noinline int create_or_find_region(struct call *call)
{
	struct shmregion_get *get = &call->arg.get;
	int err;

	do {
		err = create_region(call);
		if (err != -EEXIST)
			return err;
		/* Somebody was faster, and theirs is to be found now. */
		if (fatal_signal_pending(current))
			return -EINTR;
		err = shmregion_control_find(call->handle, get);
	} while (err == -ENOENT);
	return err ?: copy_out_id(call);
}

static int ioctl_get(struct call *call)
{
	struct shmregion_get *get = &call->arg.get;
	int err;

	err = check_get(get);
	if (err)
		return err;
	err = shmregion_control_find(call->handle, get);
	if (!err)
		return copy_out_id(call);
	if (err != -ENOENT)
		return err;
	if (get->key && !(get->flags & SHMREGION_GET_CREATE))
		return err;
	return create_or_find_region(call);
}

static int ioctl_attach(struct call *call)
{
	const u32 known = SHMREGION_ATTACH_RDONLY | SHMREGION_ATTACH_EXEC |
			  SHMREGION_ATTACH_REMAP | SHMREGION_ATTACH_ROUND |
			  SHMREGION_ATTACH_POPULATE;
	struct shmregion_attach *attach = &call->arg.attach;
	int err;

	if (attach->flags & ~known)
		return -EINVAL;
	/* Where it cannot be written, do not map, perhaps over something. */
	err = copy_out(call);
	if (err)
		return err;
	err = shmregion_attach_map(call->handle, attach,
				   (unsigned long)call->user);
	if (err)
		return err;
	err = copy_out(call);
	/* Of what the caller does not know of, nobody else does. */
	if (err)
		vm_munmap(attach->address, PAGE_ALIGN(attach->size));
	return err;
}

static int ioctl_detach(struct call *call)
{
	const struct shmregion_detach *detach = &call->arg.detach;

	if (detach->flags || detach->reserved)
		return -EINVAL;
	return shmregion_attach_unmap(detach);
}

/* To bind cannot be undone, so the size is written out before. */
static int ioctl_bind(struct call *call)
{
	struct shmregion_bind *bind = &call->arg.bind;
	struct shmregion *region;
	int err;

	if (bind->flags)
		return -EINVAL;
	region = shmregion_handle_find(call->handle, bind->id);
	if (IS_ERR(region))
		return PTR_ERR(region);
	bind->size = region->size;
	err = copy_out(call);
	if (!err)
		err = shmregion_handle_bind(call->handle, region);
	shmregion_region_put(region);
	return err;
}

static int ioctl_stat(struct call *call)
{
	const u32 known = SHMREGION_STAT_BY_INDEX | SHMREGION_STAT_ANY |
			  SHMREGION_STAT_HUGE;
	struct shmregion_stat *stat = &call->arg.stat;
	int err;

	if (stat->flags & ~known)
		return -EINVAL;
	err = shmregion_control_stat(call->handle, stat);
	return err ?: copy_out(call);
}

static int ioctl_next(struct call *call)
{
	struct shmregion_next *next = &call->arg.next;
	int err;

	if (next->flags & ~SHMREGION_NEXT_ANY)
		return -EINVAL;
	err = shmregion_control_next(call->handle, next);
	return err ?: copy_out(call);
}

static int ioctl_set(struct call *call)
{
	const u32 known = SHMREGION_SET_UID | SHMREGION_SET_GID |
			  SHMREGION_SET_MODE;
	const struct shmregion_set *set = &call->arg.set;

	if (set->flags & ~known || set->reserved)
		return -EINVAL;
	return shmregion_control_set(call->handle, set);
}

static int ioctl_remove(struct call *call)
{
	const struct shmregion_remove *remove = &call->arg.remove;

	return remove->flags ? -EINVAL :
			       shmregion_control_remove(call->handle, remove);
}

static int ioctl_lock(struct call *call)
{
	const struct shmregion_lock *lock = &call->arg.lock;

	return lock->flags ? -EINVAL :
			     shmregion_control_lock(call->handle, lock);
}

static int ioctl_unlock(struct call *call)
{
	const struct shmregion_lock *lock = &call->arg.lock;

	return lock->flags ? -EINVAL :
			     shmregion_control_unlock(call->handle, lock);
}

/**
 * struct operation - what there is behind an ioctl number
 */
struct operation {
	/** @run: Does it. */
	int (*run)(struct call *call);
	/** @cmd: The ioctl, with the size that its structure has now. */
	unsigned int cmd;
	/** @least: The size that its structure had in its first version. */
	size_t least;
};

/*
 * The numbers are those of ABI version 1, for ever: a structure that grows
 * leaves its @least where it is.
 */
static const struct operation operations[] = {
	{ ioctl_info, SHMREGION_IOC_INFO, 136 },
	{ ioctl_get, SHMREGION_IOC_GET, 32 },
	{ ioctl_attach, SHMREGION_IOC_ATTACH, 24 },
	{ ioctl_detach, SHMREGION_IOC_DETACH, 16 },
	{ ioctl_bind, SHMREGION_IOC_BIND, 16 },
	{ ioctl_stat, SHMREGION_IOC_STAT, 120 },
	{ ioctl_next, SHMREGION_IOC_NEXT, 16 },
	{ ioctl_set, SHMREGION_IOC_SET, 24 },
	{ ioctl_remove, SHMREGION_IOC_REMOVE, 8 },
	{ ioctl_lock, SHMREGION_IOC_LOCK, 8 },
	{ ioctl_unlock, SHMREGION_IOC_UNLOCK, 8 },
};

/* copy_words() copies nothing but whole words. */
#define ASSERT_SIZE(type, size) \
	static_assert(sizeof(type) == (size) && sizeof(type) % sizeof(u64) == 0)

ASSERT_SIZE(struct shmregion_info, 136);
ASSERT_SIZE(struct shmregion_get, 32);
ASSERT_SIZE(struct shmregion_attach, 24);
ASSERT_SIZE(struct shmregion_detach, 16);
ASSERT_SIZE(struct shmregion_bind, 16);
ASSERT_SIZE(struct shmregion_stat, 120);
ASSERT_SIZE(struct shmregion_next, 16);
ASSERT_SIZE(struct shmregion_set, 24);
ASSERT_SIZE(struct shmregion_remove, 8);
ASSERT_SIZE(struct shmregion_lock, 8);

static const struct operation *find_operation(unsigned int cmd)
{
	const unsigned int nr = _IOC_NR(cmd);

	if (nr >= ARRAY_SIZE(operations))
		return NULL;
	return &operations[array_index_nospec(nr, ARRAY_SIZE(operations))];
}

/*
 * copy_struct_from_user() has to find out about the structure's place each time,
 * which for those of a few words, as all of ours are, takes longer than to copy them.
 */
static int copy_words(struct call *call)
{
	const u64 __user *from = call->user;
	const size_t words = call->size / sizeof(*from);
	u64 *to = (u64 *)&call->arg;
	size_t i;

	might_fault();
	if (!user_read_access_begin(from, call->size))
		return -EFAULT;
	for (i = 0; i < words; i++)
		unsafe_get_user(to[i], &from[i], fault);
	user_read_access_end();
	return 0;

fault:
	user_read_access_end();
	return -EFAULT;
}

/* For a caller whose structure is older or newer than ours. */
static noinline int copy_other_version(struct call *call,
				       const struct operation *op,
				       unsigned int cmd)
{
	const size_t size = _IOC_SIZE(op->cmd), user_size = _IOC_SIZE(cmd);

	/* Another ioctl, but for the size? */
	if ((op->cmd ^ cmd) & ~(_IOC_SIZEMASK << _IOC_SIZESHIFT))
		return -ENOTTY;
	if (user_size < op->least)
		return -EINVAL;
	call->size = min(user_size, size);
	return copy_struct_from_user(&call->arg, size, call->user, user_size);
}

long shmregion_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	const struct operation *op = find_operation(cmd);
	/* As large as the largest; copied in is what an operation reads. */
	struct call call __uninitialized;
	int err;

	if (!op)
		return -ENOTTY;
	call.handle = file->private_data;
	call.user = (void __user *)arg;
	call.size = _IOC_SIZE(op->cmd);
	err = cmd == op->cmd ? copy_words(&call) :
			       copy_other_version(&call, op, cmd);
	return err ?: op->run(&call);
}
