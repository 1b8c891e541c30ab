/* SPDX-License-Identifier: GPL-2.0 */
/*
 * shmregion - the handle: one open file of the device
 */

#ifndef _SHMREGION_HANDLE_H
#define _SHMREGION_HANDLE_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <net/net_namespace.h>

struct shmregion;
struct shmregion_registry;
struct user_namespace;

/**
 * struct shmregion_handle - one open file of the device
 */
struct shmregion_handle {
	/** @net: The scope; holds a reference. */
	struct net *net;
	/** @registry: Where the scope's regions are; holds a reference. */
	struct shmregion_registry *registry;
	/** @mode: FMODE_READ and FMODE_WRITE, as the file was opened. */
	fmode_t mode;
	/** @bind_lock: Held while a region is bound; nests outside the others. */
	struct mutex bind_lock;
	/**
	 * @region: The region that the file is bound to, or NULL. Set once,
	 * under @bind_lock, with release semantics; holds a reference.
	 */
	struct shmregion *region;
	/** @executable: May @region be mapped executable? Fixed before it is. */
	bool executable;
	/** @owned: Regions that go with this file. Under the registry's lock. */
	struct list_head owned;
};

/**
 * shmregion_handle_create - a handle on the calling process's scope
 * @mode: FMODE_READ and FMODE_WRITE, as the file was opened.
 */
struct shmregion_handle *shmregion_handle_create(fmode_t mode);

/**
 * shmregion_handle_free - free a handle with which nobody can begin anything
 * @handle: The handle.
 *
 * Removes what it owns, and lets go of what it is bound to.
 */
void shmregion_handle_free(struct shmregion_handle *handle);

/* The region that the handle is bound to, which it keeps; or NULL. */
static inline struct shmregion *
shmregion_handle_region(const struct shmregion_handle *handle)
{
	/* Pairs with the release in shmregion_handle_bind(). */
	return smp_load_acquire(&handle->region);
}

/* What @region may be mapped for: SHMREGION_MAY_*. */
unsigned int shmregion_handle_rights(const struct shmregion_handle *handle);

/* The user namespace whose capabilities count in the handle's scope. */
static inline struct user_namespace *
shmregion_handle_user_ns(const struct shmregion_handle *handle)
{
	return handle->net->user_ns;
}

/**
 * shmregion_handle_find - look up a region that the caller may bind
 * @handle: What it is to be bound to.
 * @id: Its id.
 *
 * Return: the region, for shmregion_region_put(), or an ERR_PTR(); see
 * SHMREGION_IOC_BIND for errors.
 */
struct shmregion *shmregion_handle_find(const struct shmregion_handle *handle,
					int id);

/* The rest of SHMREGION_IOC_BIND, which cannot be undone; see there for errors. */
int shmregion_handle_bind(struct shmregion_handle *handle,
			  struct shmregion *region);

#endif /* _SHMREGION_HANDLE_H */
