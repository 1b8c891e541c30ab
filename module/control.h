/* SPDX-License-Identifier: GPL-2.0 */
/*
 * shmregion - control: finding, creating, asking about, changing and removing
 * regions
 */

#ifndef _SHMREGION_CONTROL_H
#define _SHMREGION_CONTROL_H

struct shmregion;
struct shmregion_get;
struct shmregion_handle;
struct shmregion_info;
struct shmregion_lock;
struct shmregion_next;
struct shmregion_remove;
struct shmregion_set;
struct shmregion_stat;

/* SHMREGION_IOC_INFO. */
int shmregion_control_info(const struct shmregion_handle *handle,
			   struct shmregion_info *info);

/**
 * shmregion_control_find - the half of SHMREGION_IOC_GET that finds
 * @handle: The scope.
 * @get: What is asked for; gets the id.
 *
 * Return: 0; -ENOENT if a region has to be created; else as for the ioctl.
 */
int shmregion_control_find(const struct shmregion_handle *handle,
			   struct shmregion_get *get);

/**
 * shmregion_control_create - the half of SHMREGION_IOC_GET that creates
 * @handle: The scope.
 * @get: What is asked for; gets the id.
 *
 * Return: the new region, complete, with an id, but not to be found yet; to be
 * handed to shmregion_control_publish() or shmregion_lifetime_discard().
 */
struct shmregion *
shmregion_control_create(const struct shmregion_handle *handle,
			 struct shmregion_get *get);

/**
 * shmregion_control_publish - let a region be found
 * @handle: The scope, and the owner if the region's lifetime is that.
 * @region: What shmregion_control_create() returned.
 *
 * Return: 0; -EEXIST if its key is in use by now; -ENOMEM.
 */
int shmregion_control_publish(struct shmregion_handle *handle,
			      struct shmregion *region);

/* SHMREGION_IOC_STAT. */
int shmregion_control_stat(const struct shmregion_handle *handle,
			   struct shmregion_stat *stat);

/* SHMREGION_IOC_NEXT. */
int shmregion_control_next(const struct shmregion_handle *handle,
			   struct shmregion_next *next);

/* SHMREGION_IOC_SET. */
int shmregion_control_set(const struct shmregion_handle *handle,
			  const struct shmregion_set *set);

/* SHMREGION_IOC_REMOVE. */
int shmregion_control_remove(const struct shmregion_handle *handle,
			     const struct shmregion_remove *remove);

/* SHMREGION_IOC_LOCK. */
int shmregion_control_lock(const struct shmregion_handle *handle,
			   const struct shmregion_lock *lock);

/* SHMREGION_IOC_UNLOCK. */
int shmregion_control_unlock(const struct shmregion_handle *handle,
			     const struct shmregion_lock *lock);

#endif /* _SHMREGION_CONTROL_H */
