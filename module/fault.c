// SPDX-License-Identifier: GPL-2.0
/*
 * shmregion - faults: how much a fault maps that needs no page made
 *
 * Who attaches a region mostly finds its pages made, by the process that filled
 * it. What then takes time is one fault after the other: System V takes one for
 * each page, files of shmem one for each 16 pages read and for each page written.
 * Here the first fault that needs a page table fills it, whether it reads or
 * writes. No page is made for that and no table, but to reclaim the pages look
 * used, as all do that the kernel maps around a fault.
 */

#include "fault.h"

#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/pgtable.h>
#include <linux/userfaultfd_k.h>
#include <linux/xarray.h>

/*
 * If the page itself has to be made, what is around it does not spare its fault;
 * and to look at all its neighbours at each makes the first touch of a region
 * eight times as slow.
 */
static bool is_cached(const struct vm_fault *vmf)
{
	struct address_space *mapping = vmf->vma->vm_file->f_mapping;
	/* Only whether it is there: the page may be gone when this returns. */
	const void *entry = xa_load(&mapping->i_pages, vmf->pgoff);

	return entry && !xa_is_value(entry);
}

static bool is_huge(const struct vm_fault *vmf)
{
	struct address_space *mapping = vmf->vma->vm_file->f_mapping;

	return xa_get_order(&mapping->i_pages, vmf->pgoff) >=
	       PMD_SHIFT - PAGE_SHIFT;
}

/*
 * Only while there is no table. Once there is, most of its entries have been
 * filled, and each fault would look at all of them again. Who said that he reads
 * at random, or that only what he touches is to be locked, means what he says.
 */
static bool needs_page_table(const struct vm_fault *vmf)
{
	return pmd_none(READ_ONCE(*vmf->pmd)) &&
	       !(vmf->vma->vm_flags & (VM_RAND_READ | VM_LOCKONFAULT));
}

/*
 * A table was allocated for the fault before we were asked, unless a huge page was
 * split meanwhile; then the kernel has the fault come again.
 */
static vm_fault_t fill_page_table(struct vm_fault *vmf)
{
	const struct vm_area_struct *vma = vmf->vma;
	const unsigned long first = max(vmf->address & PMD_MASK, vma->vm_start);
	const unsigned long last =
		min(vmf->address | ~PMD_MASK, vma->vm_end - 1);
	const pgoff_t pgoff = vmf->pgoff;

	return filemap_map_pages(vmf,
				 pgoff - ((vmf->address - first) >> PAGE_SHIFT),
				 pgoff + ((last - vmf->address) >> PAGE_SHIFT));
}

vm_fault_t shmregion_fault_around(struct vm_fault *vmf, pgoff_t start_pgoff,
				  pgoff_t end_pgoff)
{
	if (!is_cached(vmf))
		return 0;
	if (needs_page_table(vmf))
		return fill_page_table(vmf);
	return filemap_map_pages(vmf, start_pgoff, end_pgoff);
}

/*
 * A private mapping wants a copy instead, and who watches pages by userfaultfd
 * wants to be asked for each of them. A huge page is mapped as a whole anyway, and
 * the kernel marks it dirty, for which it relied on nothing else before 6.1.192:
 * whoever unmapped it lost what the processor had noted.
 *
 * All is mapped as for a read. Pages of shmem can be written then, unless somebody
 * wants to know of the first write, who gets another fault; and the processor notes
 * which are. To map them for a write would call all of them dirty, so that they had
 * to be swapped out.
 */
vm_fault_t shmregion_fault_around_write(struct vm_fault *vmf)
{
	const enum fault_flag flags = vmf->flags;
	vm_fault_t ret;

	if (!(flags & FAULT_FLAG_WRITE) || !(vmf->vma->vm_flags & VM_SHARED) ||
	    userfaultfd_armed(vmf->vma))
		return 0;
	if (!needs_page_table(vmf) || !is_cached(vmf) || is_huge(vmf))
		return 0;
	vmf->flags &= ~FAULT_FLAG_WRITE;
	ret = fill_page_table(vmf);
	vmf->flags = flags;
	return ret;
}
