// SPDX-License-Identifier: GPL-2.0
/*
 * shmregion - keeping regions in memory, and whom that is charged to
 *
 * The charge has to outlive the process that locked, so it goes to its user:
 * to the counter that io_uring, BPF and others share.
 */

#include "memlock.h"

#include "backing.h"
#include "region.h"

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/user.h>

static unsigned long pages_of(const struct shmregion *region)
{
	return region->charge >> PAGE_SHIFT;
}

/*
 * In a user namespace of one's own one has every capability, so only those in
 * the initial one lift a limit of the whole system.
 */
static bool is_limited(unsigned long pages)
{
	const unsigned long limit = rlimit(RLIMIT_MEMLOCK);

	return limit != RLIM_INFINITY && pages > limit >> PAGE_SHIFT &&
	       !capable(CAP_IPC_LOCK);
}

/* What is not granted is not counted for a moment either: others would meet it. */
static struct user_struct *charge(unsigned long pages)
{
	struct user_struct *user = current_user();
	long locked = atomic_long_read(&user->locked_vm);

	do {
		if (is_limited(locked + pages))
			return NULL;
	} while (!atomic_long_try_cmpxchg(&user->locked_vm, &locked,
					  locked + pages));
	return get_uid(user);
}

static void uncharge(struct user_struct *user, unsigned long pages)
{
	atomic_long_sub(pages, &user->locked_vm);
	free_uid(user);
}

int shmregion_memlock_lock(struct shmregion *region)
{
	struct file *shmem;
	int err = 0;

	shmem = shmregion_region_shmem(region);
	if (IS_ERR(shmem))
		return PTR_ERR(shmem);

	spin_lock(&region->lock);
	if (region->dead) {
		err = -EIDRM;
	} else if (!region->locker) {
		region->locker = charge(pages_of(region));
		if (region->locker)
			shmregion_backing_pin(shmem);
		else
			err = -ENOMEM;
	}
	spin_unlock(&region->lock);
	fput(shmem);
	return err;
}

int shmregion_memlock_unlock(struct shmregion *region)
{
	struct user_struct *user = NULL;
	struct file *shmem = NULL;
	int err = 0;

	spin_lock(&region->lock);
	if (region->dead) {
		err = -EIDRM;
	} else if (region->locker) {
		user = region->locker;
		region->locker = NULL;
		shmem = get_file(region->shmem);
		shmregion_backing_unpin(shmem);
	}
	spin_unlock(&region->lock);
	if (!user)
		return err;

	uncharge(user, pages_of(region));
	shmregion_backing_rescue(shmem);
	fput(shmem);
	return 0;
}

void shmregion_memlock_retire(struct shmregion *region)
{
	struct user_struct *user;

	spin_lock(&region->lock);
	user = region->locker;
	region->locker = NULL;
	spin_unlock(&region->lock);
	if (user)
		uncharge(user, pages_of(region));
}
