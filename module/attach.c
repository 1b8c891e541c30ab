// SPDX-License-Identifier: GPL-2.0
/*
 * shmregion - attach and detach: mapping whole regions, and unmapping them
 */

#include "attach.h"

#include "access.h"
#include "compat.h"
#include "handle.h"
#include "lifetime.h"
#include "mapping.h"
#include "region.h"
#include "registry.h"

#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/personality.h>
#include <linux/sched.h>
#include <linux/shmregion.h>

/* How an attach looks to mmap(2) and to the permission check. */
struct request {
	unsigned long address;
	/* Where it is told what came of it. */
	unsigned long argument;
	unsigned long prot;
	unsigned long flags;
	umode_t wanted;
	unsigned int rights;
};

static int parse_address(const struct shmregion_attach *attach,
			 struct request *request)
{
	const bool remap = attach->flags & SHMREGION_ATTACH_REMAP;
	u64 address = attach->address;

	if (address != (unsigned long)address)
		return -EINVAL;
	if (attach->flags & SHMREGION_ATTACH_ROUND)
		address &= PAGE_MASK;
	if ((remap && !address) || offset_in_page(address))
		return -EINVAL;
	/*
	 * An address that was given, and rounds to 0, is a place like others,
	 * but System V does not look what lies there.
	 */
	if (attach->address)
		request->flags |= remap || !address ? MAP_FIXED :
						      MAP_FIXED_NOREPLACE;
	request->address = address;
	return 0;
}

static int parse_attach(const struct shmregion_attach *attach,
			struct request *request)
{
	*request = (struct request){
		.prot = PROT_READ,
		.flags = MAP_SHARED | SHMREGION_MAPPING_ATTACH,
		.wanted = 0444,
		/* As in System V, mprotect(2) may make it executable later. */
		.rights = SHMREGION_MAY_EXEC,
	};

	if (!(attach->flags & SHMREGION_ATTACH_RDONLY)) {
		request->rights |= SHMREGION_MAY_WRITE;
		request->prot |= PROT_WRITE;
		request->wanted |= 0222;
	}
	if (attach->flags & SHMREGION_ATTACH_EXEC) {
		request->prot |= PROT_EXEC;
		request->wanted |= 0111;
	}
	if (attach->flags & SHMREGION_ATTACH_POPULATE)
		request->flags |= MAP_POPULATE;
	return parse_address(attach, request);
}

/* Does the descriptor give the right, whatever the region grants? */
static bool mode_allows(const struct shmregion_handle *handle,
			const struct request *request)
{
	return (handle->mode & FMODE_READ) &&
	       (!(request->rights & SHMREGION_MAY_WRITE) ||
		(handle->mode & FMODE_WRITE));
}

/* System V looks what lies there before it asks mmap(2) about the address. */
static int check_place(const struct shmregion *region, unsigned long address)
{
	const unsigned long end = address + region->size;
	struct vm_area_struct *vma;
	int err = 0;

	if (end < address)
		return -EINVAL;
	if (mmap_read_lock_killable(current->mm))
		return -EINTR;
	vma = find_vma(current->mm, address);
	if (vma && vma->vm_start < end)
		err = -EINVAL;
	mmap_read_unlock(current->mm);
	return err;
}

/* What says where the region is now is not to be replaced by the region. */
static bool replaces_argument(const struct request *request, u64 bytes)
{
	const size_t size = sizeof(struct shmregion_attach);

	return request->flags & MAP_FIXED &&
	       request->argument + size > request->address &&
	       request->argument < request->address + bytes;
}

static unsigned long map_pinned(struct shmregion *region,
				const struct request *request)
{
	const u64 bytes = shmregion_region_bytes(region);
	unsigned long address;
	struct file *file;
	int err;

	if (replaces_argument(request, bytes))
		return -EINVAL;

	if (request->flags & MAP_FIXED_NOREPLACE) {
		err = check_place(region, request->address);
		if (err)
			return err;
	}
	if (bytes > TASK_SIZE)
		return -ENOMEM;
	file = shmregion_mapping_file(region, request->rights);
	if (IS_ERR(file))
		return PTR_ERR(file);
	address = vm_mmap(file, request->address, bytes, request->prot,
			  request->flags,
			  shmregion_region_first(region) << PAGE_SHIFT);
	fput(file);
	/* System V has one word for both; mmap(2) has one of its own. */
	return address == -EEXIST ? -EINVAL : address;
}

static int map_region(struct shmregion *region, const struct request *request,
		      struct shmregion_attach *attach)
{
	unsigned long address;
	int err;

	err = shmregion_lifetime_pin(region);
	if (err)
		return err;
	address = map_pinned(region, request);
	shmregion_lifetime_unpin(region);
	if (IS_ERR_VALUE(address))
		return address;
	attach->address = address;
	attach->size = region->size;
	return 0;
}

int shmregion_attach_map(struct shmregion_handle *handle,
			 struct shmregion_attach *attach,
			 unsigned long argument)
{
	struct request request;
	struct shmregion *region;
	int err;

	err = parse_attach(attach, &request);
	if (err)
		return err;
	request.argument = argument;
	region = shmregion_registry_by_id(handle->registry, attach->id);
	if (IS_ERR(region))
		return PTR_ERR(region);

	err = -EACCES;
	if (mode_allows(handle, &request) &&
	    shmregion_access_granted(region, shmregion_handle_user_ns(handle),
				     request.wanted))
		err = map_region(region, &request, attach);
	shmregion_region_put(region);
	return err;
}

/*
 * Does the fragment belong to an attach that began at @address? It does if it
 * lies as far from there as its pages lie in the region. With mremap(2) it may
 * be of another region that happens to fit; that is told by the file.
 */
static bool belongs(const struct vm_area_struct *vma, unsigned long address,
		    const struct file *file)
{
	return shmregion_mapping_is(vma) &&
	       (vma->vm_start - address) >> PAGE_SHIFT ==
		       shmregion_mapping_pgoff(vma) &&
	       (!file || vma->vm_file == file);
}

/* The first fragment in a range of the address space, as System V looks. */
static struct vm_area_struct *find_fragment(unsigned long address,
					    unsigned long from,
					    unsigned long end,
					    const struct file *file)
{
	struct vm_area_struct *vma;

	/* mmap_assert_locked() calls what 6.1 does not export to modules. */
	lockdep_assert_held(&current->mm->mmap_lock);
	for (vma = find_vma(current->mm, from); vma && vma->vm_end - 1 < end;
	     vma = find_vma(current->mm, vma->vm_end))
		if (vma->vm_start >= from && belongs(vma, address, file))
			return vma;
	return NULL;
}

int shmregion_attach_unmap(const struct shmregion_detach *detach)
{
	unsigned long from = detach->address, end = ULONG_MAX, start, len;
	const unsigned long address = detach->address;
	struct vm_area_struct *vma;
	struct shmregion *region;
	struct file *file = NULL;
	int err = 0;

	if (detach->address != address || offset_in_page(address))
		return -EINVAL;

	/*
	 * A module cannot unmap under the lock by which it found the mapping.
	 * In between only another thread of this process can put something
	 * else there; it would have to unmap a fragment of this very attach,
	 * and that is as wrong as it is for two threads to detach it. Each
	 * fragment is looked for anew, so nothing older than that is trusted.
	 */
	while (!err) {
		if (mmap_read_lock_killable(current->mm)) {
			err = -EINTR;
			break;
		}
		vma = find_fragment(address, from, end, file);
		if (!vma) {
			mmap_read_unlock(current->mm);
			break;
		}
		if (!file) {
			/* The first one tells which region, and how far. */
			file = get_file(vma->vm_file);
			region = shmregion_mapping_region(vma);
			end = address + shmregion_region_bytes(region);
		}
		start = vma->vm_start;
		len = vma->vm_end - start;
		mmap_read_unlock(current->mm);

		err = vm_munmap(start, len);
		from = start + len;
	}

	if (!file)
		return err ?: -EINVAL;
	fput(file);
	return err;
}

int shmregion_attach_mmap(const struct shmregion_handle *handle,
			  struct vm_area_struct *vma)
{
	struct shmregion *region = shmregion_handle_region(handle);
	unsigned int rights;
	struct file *file;
	int err;

	if (!region)
		return -EBADFD;
	rights = shmregion_handle_rights(handle);
	file = shmregion_mapping_peek(region, rights);
	if (!file)
		return -EIDRM;
	vma_set_file(vma, file);
	fput(file);
	if (!(rights & SHMREGION_MAY_EXEC)) {
		/* Who has all that is readable executable did not ask for it. */
		if ((vma->vm_flags & VM_EXEC) &&
		    !(current->personality & READ_IMPLIES_EXEC))
			return -EACCES;
		err = compat_forbid_exec(vma);
		if (err)
			return err;
	}
	return shmregion_mapping_map(region, vma);
}
