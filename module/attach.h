/* SPDX-License-Identifier: GPL-2.0 */
/*
 * shmregion - attach and detach: mapping whole regions, and unmapping them
 */

#ifndef _SHMREGION_ATTACH_H
#define _SHMREGION_ATTACH_H

struct shmregion_attach;
struct shmregion_detach;
struct shmregion_handle;
struct vm_area_struct;

/* SHMREGION_IOC_ATTACH, @attach being a copy of what is at @argument; see there. */
int shmregion_attach_map(struct shmregion_handle *handle,
			 struct shmregion_attach *attach,
			 unsigned long argument);

/* SHMREGION_IOC_DETACH; see there for errors. */
int shmregion_attach_unmap(const struct shmregion_detach *detach);

/* mmap(2) on a descriptor; see SHMREGION_IOC_BIND for errors. */
int shmregion_attach_mmap(const struct shmregion_handle *handle,
			  struct vm_area_struct *vma);

#endif /* _SHMREGION_ATTACH_H */
