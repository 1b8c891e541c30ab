/* SPDX-License-Identifier: GPL-2.0 */
/*
 * shmregion - faults: how much a fault maps that needs no page made
 */

#ifndef _SHMREGION_FAULT_H
#define _SHMREGION_FAULT_H

#include <linux/mm_types.h>

/**
 * shmregion_fault_around - .map_pages of a region: map what is around a read
 * @vmf: The fault.
 * @start_pgoff: What of the file the kernel would map, from here
 * @end_pgoff: to here.
 *
 * Return: VM_FAULT_NOPAGE if the page is mapped now; 0 if it is not.
 */
vm_fault_t shmregion_fault_around(struct vm_fault *vmf, pgoff_t start_pgoff,
				  pgoff_t end_pgoff);

/**
 * shmregion_fault_around_write - the same for a write, for which the kernel asks
 * for one page only, by .fault
 * @vmf: The fault.
 *
 * Return: VM_FAULT_NOPAGE if the page is mapped now; 0 if it is not.
 */
vm_fault_t shmregion_fault_around_write(struct vm_fault *vmf);

#endif /* _SHMREGION_FAULT_H */
