// SPDX-License-Identifier: GPL-2.0
/*
 * shmregion - the handle: one open file of the device
 */

#include "handle.h"

#include "access.h"
#include "lifetime.h"
#include "mapping.h"
#include "region.h"
#include "registry.h"
#include "scope.h"

#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/nsproxy.h>
#include <linux/sched.h>
#include <linux/shmregion.h>
#include <linux/slab.h>

struct shmregion_handle *shmregion_handle_create(fmode_t mode)
{
	struct shmregion_handle *handle;

	handle = kzalloc(sizeof(*handle), GFP_KERNEL_ACCOUNT);
	if (!handle)
		return ERR_PTR(-ENOMEM);
	handle->net = get_net(current->nsproxy->net_ns);
	handle->registry = shmregion_scope_registry(handle->net);
	handle->mode = mode;
	mutex_init(&handle->bind_lock);
	INIT_LIST_HEAD(&handle->owned);
	return handle;
}

static void unbind(struct shmregion *region)
{
	spin_lock(&region->lock);
	region->descriptors--;
	shmregion_lifetime_unlock(region);
	shmregion_region_put(region);
}

void shmregion_handle_free(struct shmregion_handle *handle)
{
	struct shmregion *region = shmregion_handle_region(handle);

	shmregion_lifetime_remove_owned(handle->registry, &handle->owned);
	if (region)
		unbind(region);
	shmregion_registry_put(handle->registry);
	put_net(handle->net);
	mutex_destroy(&handle->bind_lock);
	kfree(handle);
}

unsigned int shmregion_handle_rights(const struct shmregion_handle *handle)
{
	return (handle->mode & FMODE_WRITE ? SHMREGION_MAY_WRITE : 0) |
	       (handle->executable ? SHMREGION_MAY_EXEC : 0);
}

static bool may_bind(const struct shmregion_handle *handle,
		     const struct shmregion *region)
{
	const umode_t wanted = 0444 | (handle->mode & FMODE_WRITE ? 0222 : 0);

	return shmregion_access_granted(
		region, shmregion_handle_user_ns(handle), wanted);
}

/*
 * Take the reference and the count that a handle has. .mmap may not make the
 * file that it maps, so that is made here.
 */
static int bind_region(struct shmregion_handle *handle,
		       struct shmregion *region)
{
	struct file *file;
	int err;

	lockdep_assert_held(&handle->bind_lock);
	if (handle->region)
		return -EBUSY;
	/* Whoever it is passed to has this, and need not have a capability. */
	handle->executable = shmregion_access_granted_by_mode(region, 0111);
	err = shmregion_lifetime_pin(region);
	if (err)
		return err;
	file = shmregion_mapping_file(region, shmregion_handle_rights(handle));
	if (IS_ERR(file)) {
		shmregion_lifetime_unpin(region);
		return PTR_ERR(file);
	}
	fput(file);

	spin_lock(&region->lock);
	region->descriptors++;
	region->used = true;
	spin_unlock(&region->lock);
	shmregion_region_get(region);
	shmregion_lifetime_unpin(region);
	return 0;
}

struct shmregion *shmregion_handle_find(const struct shmregion_handle *handle,
					int id)
{
	struct shmregion *region;

	region = shmregion_registry_by_id(handle->registry, id);
	if (IS_ERR(region))
		return region;
	if (!may_bind(handle, region)) {
		shmregion_region_put(region);
		return ERR_PTR(-EACCES);
	}
	return region;
}

int shmregion_handle_bind(struct shmregion_handle *handle,
			  struct shmregion *region)
{
	int err = -EACCES;

	mutex_lock(&handle->bind_lock);
	/* Again: since it was found the caller may have had it wait for a page. */
	if (may_bind(handle, region))
		err = bind_region(handle, region);
	if (!err)
		/* Pairs with the acquire in shmregion_handle_region(). */
		smp_store_release(&handle->region, region);
	mutex_unlock(&handle->bind_lock);
	return err;
}
