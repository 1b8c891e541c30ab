/* SPDX-License-Identifier: GPL-2.0 */
/*
 * shmregion - what regions are made of: files on tmpfs mounts of our own
 */

#ifndef _SHMREGION_BACKING_H
#define _SHMREGION_BACKING_H

#include <linux/init.h>
#include <linux/types.h>

struct file;
struct file_operations;
struct path;

int __init shmregion_backing_init(void);
void shmregion_backing_exit(void);

/**
 * struct shmregion_backing_use - memory of a region, in bytes
 * @resident: In memory.
 * @swapped: In swap.
 */
struct shmregion_backing_use {
	u64 resident;
	u64 swapped;
};

/**
 * shmregion_backing_first - the page of its shmem file where a region begins
 * @size: Its size in bytes.
 * @attributes: SHMREGION_GET_HUGE_*.
 *
 * What is before it must never be mapped, nor any page be made there.
 */
pgoff_t shmregion_backing_first(u64 size, u32 attributes);

/**
 * shmregion_backing_most - the most memory that a region may come to take
 * @size: Its size in bytes.
 * @attributes: SHMREGION_GET_HUGE_*.
 *
 * Return: bytes: the last huge page may reach beyond the region.
 */
u64 shmregion_backing_most(u64 size, u32 attributes);

/**
 * shmregion_backing_create - make the shmem file of a region
 * @ino: Inode number of the file.
 * @size: Size in bytes.
 * @attributes: SHMREGION_GET_NORESERVE and SHMREGION_GET_HUGE_*.
 *
 * Not to be called from .mmap: it allocates.
 */
struct file *shmregion_backing_create(u32 ino, u64 size, u32 attributes);

/**
 * shmregion_backing_populate - allocate every page of a shmem file
 * @shmem: The file, which nobody else knows yet.
 * @first: The page where the region begins.
 *
 * Return: 0; -ENOMEM if memory is short, without the OOM killer; -EINTR if the
 * process is being killed.
 */
int shmregion_backing_populate(struct file *shmem, pgoff_t first);

/**
 * shmregion_backing_wrap - open a second file on the inode of a shmem file
 * @shmem: The shmem file.
 * @name: Name of the new file, as in /proc/PID/maps.
 * @flags: O_RDONLY or O_RDWR.
 * @fops: Operations of the new file. The caller brings the reference to their
 *	module which the file drops when it is freed.
 */
struct file *shmregion_backing_wrap(struct file *shmem, const char *name,
				    int flags,
				    const struct file_operations *fops);

/**
 * shmregion_backing_measure - memory of a shmem file
 * @shmem: The file, NULL for none.
 */
struct shmregion_backing_use shmregion_backing_measure(struct file *shmem);

/**
 * shmregion_backing_huge - bytes of a shmem file that are in huge pages
 * @shmem: The file.
 *
 * Walks all pages, and sleeps.
 */
u64 shmregion_backing_huge(struct file *shmem);

/**
 * shmregion_backing_pin - keep the pages of a shmem file from being swapped out
 * @shmem: The file.
 */
void shmregion_backing_pin(struct file *shmem);

/**
 * shmregion_backing_unpin - undo shmregion_backing_pin()
 * @shmem: The file.
 *
 * Like pinning it does not sleep. The pages have to be handed back by
 * shmregion_backing_rescue() thereafter.
 */
void shmregion_backing_unpin(struct file *shmem);

/**
 * shmregion_backing_rescue - put unpinned pages where reclaim finds them
 * @shmem: The file.
 */
void shmregion_backing_rescue(struct file *shmem);

/**
 * shmregion_backing_empty - give up the memory of a shmem file, here and now
 * @shmem: Any path of it. The module itself must not use the file any more.
 *
 * What is reserved goes as well. Sleeps.
 */
void shmregion_backing_empty(const struct path *shmem);

/* Are there huge pages on this machine? */
bool shmregion_backing_have_huge(void);

/**
 * shmregion_backing_default_policy - what SHMREGION_GET_HUGE_DEFAULT stands for
 */
u32 shmregion_backing_default_policy(void);

/**
 * shmregion_backing_huge_page_size - huge page size of the default policy
 *
 * Return: the size in bytes, 0 if there are no huge pages to be had now.
 */
u64 shmregion_backing_huge_page_size(void);

#endif /* _SHMREGION_BACKING_H */
