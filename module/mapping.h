/* SPDX-License-Identifier: GPL-2.0 */
/*
 * shmregion - mappings: the files that are mapped, and the count of attaches
 */

#ifndef _SHMREGION_MAPPING_H
#define _SHMREGION_MAPPING_H

#include <linux/mman.h>
#include <linux/types.h>

/* What an attach says to mmap(2), which ignores it. */
#define SHMREGION_MAPPING_ATTACH MAP_DENYWRITE

struct file;
struct shmregion;
struct vm_area_struct;

/**
 * shmregion_mapping_file - the file to map a region by, made now if need be
 * @region: The region, pinned.
 * @rights: SHMREGION_MAY_*.
 *
 * Not to be called from .mmap: it allocates.
 *
 * Return: a reference to the file; -ENOMEM, -ENFILE.
 */
struct file *shmregion_mapping_file(struct shmregion *region,
				    unsigned int rights);

/**
 * shmregion_mapping_peek - the file to map a region by, if it is there
 * @region: The region.
 * @rights: SHMREGION_MAY_*.
 *
 * Return: a reference to the file; NULL if it was not made yet, or the region
 * is dead.
 */
struct file *shmregion_mapping_peek(struct shmregion *region,
				    unsigned int rights);

/**
 * shmregion_mapping_area - find room in the address space for a region
 * @region: The region.
 * @addr: As for .get_unmapped_area.
 * @len: As for .get_unmapped_area.
 * @pgoff: As for .get_unmapped_area.
 * @flags: As for .get_unmapped_area.
 *
 * Shmem knows how to align for huge pages, and insists on its own file.
 */
unsigned long shmregion_mapping_area(struct shmregion *region,
				     unsigned long addr, unsigned long len,
				     unsigned long pgoff, unsigned long flags);

/**
 * shmregion_mapping_map - map a part of a region, as .mmap is asked for
 * @region: The region.
 * @vma: The mapping, by a file of the region's; its offset is that in the region.
 *
 * Return: 0; -EINVAL beyond the region; -EIDRM if it is dead.
 */
int shmregion_mapping_map(struct shmregion *region, struct vm_area_struct *vma);

/* Is this a mapping of a region? */
bool shmregion_mapping_is(const struct vm_area_struct *vma);

/* The region of a mapping for which shmregion_mapping_is() holds. */
struct shmregion *shmregion_mapping_region(const struct vm_area_struct *vma);

/* The page of that region where the mapping begins. */
pgoff_t shmregion_mapping_pgoff(const struct vm_area_struct *vma);

#endif /* _SHMREGION_MAPPING_H */
