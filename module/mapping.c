// SPDX-License-Identifier: GPL-2.0
/*
 * shmregion - mappings: the files that are mapped, and the count of attaches
 *
 * What is mapped is a file of ours on the inode of the region's shmem file, a
 * wrapper. Its f_op->owner keeps the module until the core kernel has freed the
 * last mapping, and it decides for ever what a mapping may become, because
 * remap_file_pages(2) maps anew and asks nothing but the file: by its f_mode
 * whether it can be written, by its f_op whether it can be executed.
 */

#include "mapping.h"

#include "backing.h"
#include "compat.h"
#include "fault.h"
#include "lifetime.h"
#include "region.h"
#include "trace.h"

#include <linux/err.h>
#include <linux/falloc.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/module.h>
#include <linux/sched.h>

/*
 * Shmem's operations with our count around them. Shmem does not export its
 * own; the first mapping brings them, and they are the same for all.
 */
static struct vm_operations_struct region_vm_ops;
static const struct vm_operations_struct *shmem_vm_ops;
static DEFINE_SPINLOCK(vm_ops_lock);

bool shmregion_mapping_is(const struct vm_area_struct *vma)
{
	return vma->vm_ops == &region_vm_ops;
}

struct shmregion *shmregion_mapping_region(const struct vm_area_struct *vma)
{
	return vma->vm_file->private_data;
}

/* A mapping that is counted has come about. */
static void note_attach(struct shmregion *region)
{
	lockdep_assert_held(&region->lock);
	region->used = true;
	shmregion_region_touch(region, &region->attach_time);
	trace_shmregion_attach(region);
}

/* Fork, split or move: there is a mapping already, so the region is not dead. */
static void region_vm_open(struct vm_area_struct *vma)
{
	struct shmregion *region = shmregion_mapping_region(vma);

	if (shmem_vm_ops->open)
		shmem_vm_ops->open(vma);
	spin_lock(&region->lock);
	WARN_ON_ONCE(region->dead);
	region->attaches++;
	note_attach(region);
	spin_unlock(&region->lock);
}

/*
 * The region may give up the module here: vm_file is dropped after this has
 * returned, and pins it.
 */
static void region_vm_close(struct vm_area_struct *vma)
{
	struct shmregion *region = shmregion_mapping_region(vma);

	if (shmem_vm_ops->close)
		shmem_vm_ops->close(vma);
	spin_lock(&region->lock);
	region->attaches--;
	shmregion_region_touch(region, &region->detach_time);
	trace_shmregion_detach(region);
	shmregion_lifetime_unlock(region);
}

static vm_fault_t region_vm_fault(struct vm_fault *vmf)
{
	const vm_fault_t mapped = shmregion_fault_around_write(vmf);

	return mapped ? mapped : shmem_vm_ops->fault(vmf);
}

static const struct file_operations wrapper_fops_noexec;

/* What remap_file_pages(2) made has VM_MAYEXEC again; on some kernels all has. */
static int region_vm_mprotect(struct vm_area_struct *vma, unsigned long start,
			      unsigned long end, unsigned long flags)
{
	const bool noexec = vma->vm_file->f_op == &wrapper_fops_noexec;

	return noexec && (flags & VM_EXEC) ? -EACCES : 0;
}

pgoff_t shmregion_mapping_pgoff(const struct vm_area_struct *vma)
{
	return vma->vm_pgoff -
	       shmregion_region_first(shmregion_mapping_region(vma));
}

/* Behind the region there is only SIGBUS. */
static bool within_region(const struct shmregion *region, pgoff_t pgoff,
			  unsigned long count)
{
	const u64 pages = shmregion_region_bytes(region) >> PAGE_SHIFT;

	return pgoff < pages && count <= pages - pgoff;
}

#ifdef CONFIG_NUMA
/*
 * The file keeps each policy until it ends, in memory that nobody is charged for. In
 * the region there is one for each page at most; mremap(2) makes a mapping reach as
 * far behind it as there are addresses.
 */
static int region_vm_set_policy(struct vm_area_struct *vma,
				struct mempolicy *policy)
{
	/* To take one back is never wrong. */
	if (policy &&
	    !within_region(shmregion_mapping_region(vma),
			   shmregion_mapping_pgoff(vma), vma_pages(vma)))
		return -EINVAL;
	return shmem_vm_ops->set_policy(vma, policy);
}
#endif

static void adopt_vm_ops(const struct vm_operations_struct *ops)
{
	/* Pairs with the release below: the copy is complete. */
	if (smp_load_acquire(&shmem_vm_ops))
		return;
	spin_lock(&vm_ops_lock);
	if (!shmem_vm_ops) {
		region_vm_ops = *ops;
		region_vm_ops.open = region_vm_open;
		region_vm_ops.close = region_vm_close;
		region_vm_ops.mprotect = region_vm_mprotect;
#ifdef CONFIG_NUMA
		region_vm_ops.set_policy = region_vm_set_policy;
#endif
		region_vm_ops.fault = region_vm_fault;
		region_vm_ops.map_pages = shmregion_fault_around;
		/* Pairs with the acquire above. */
		smp_store_release(&shmem_vm_ops, ops);
	}
	spin_unlock(&vm_ops_lock);
}

/* Maps what in the file lies where the mapping says. */
static int map_placed(struct shmregion *region, struct vm_area_struct *vma)
{
	struct file *shmem;
	int err;

	/*
	 * All that is certain here is that the file is held:
	 * remap_file_pages(2) unmaps before it maps, and that may have been the
	 * last mapping of a removed region.
	 */
	spin_lock(&region->lock);
	if (region->dead) {
		spin_unlock(&region->lock);
		return -EIDRM;
	}
	region->attaches++;
	/* Counted, the region cannot die, and keeps this. */
	shmem = region->shmem;
	spin_unlock(&region->lock);

	err = compat_mmap(shmem, vma);
	spin_lock(&region->lock);
	if (err) {
		region->attaches--;
		shmregion_lifetime_unlock(region);
		return err;
	}
	note_attach(region);
	spin_unlock(&region->lock);
	adopt_vm_ops(vma->vm_ops);
	vma->vm_ops = &region_vm_ops;
	return 0;
}

int shmregion_mapping_map(struct shmregion *region, struct vm_area_struct *vma)
{
	if (!within_region(region, vma->vm_pgoff, vma_pages(vma)))
		return -EINVAL;
	vma->vm_pgoff += shmregion_region_first(region);
	return map_placed(region, vma);
}

/*
 * An attach says where in the file the region lies, for by that the kernel may merge
 * it with another mapping before anybody is asked. What remap_file_pages(2) says is
 * counted from where the region begins, and what it may say is never the whole region
 * from its second page on.
 */
static bool is_attach(const struct shmregion *region, unsigned long len,
		      pgoff_t pgoff)
{
	return pgoff == shmregion_region_first(region) &&
	       len == shmregion_region_bytes(region);
}

static int wrapper_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct shmregion *region = file->private_data;

	if (is_attach(region, vma->vm_end - vma->vm_start, vma->vm_pgoff))
		return map_placed(region, vma);
	return shmregion_mapping_map(region, vma);
}

/*
 * Flags that changed here would have some kernels merge once more, and free the
 * mapping that is counted without a call of .close.
 */
static int wrapper_mmap_noexec(struct file *file, struct vm_area_struct *vma)
{
	if (vma->vm_flags & VM_EXEC)
		return -EACCES;
	return wrapper_mmap(file, vma);
}

unsigned long shmregion_mapping_area(struct shmregion *region,
				     unsigned long addr, unsigned long len,
				     unsigned long pgoff, unsigned long flags)
{
	struct file *shmem = shmregion_region_peek(region);

	if (!shmem)
		return -EIDRM;
	addr = shmem->f_op->get_unmapped_area(shmem, addr, len, pgoff, flags);
	fput(shmem);
	return addr;
}

/* Of those who map the file, mremap(2) does not populate, and an attach says so. */
static bool remaps_file_pages(unsigned long flags)
{
	return (flags & (MAP_POPULATE | SHMREGION_MAPPING_ATTACH)) ==
	       MAP_POPULATE;
}

static unsigned long wrapper_get_unmapped_area(struct file *file,
					       unsigned long addr,
					       unsigned long len,
					       unsigned long pgoff,
					       unsigned long flags)
{
	struct shmregion *region = file->private_data;

	if (remaps_file_pages(flags)) {
		/* Before it has unmapped what is there. */
		if (!within_region(region, pgoff, len >> PAGE_SHIFT))
			return -EINVAL;
		/* It could be merged with what is not where it means. */
		if (compat_merges_before_mmap() &&
		    shmregion_region_first(region))
			return -EINVAL;
	}
	return shmregion_mapping_area(region, addr, len, pgoff, flags);
}

/* msync(2) holds the file alone. */
static int wrapper_fsync(struct file *file, loff_t start, loff_t end,
			 int datasync)
{
	struct file *shmem = shmregion_region_peek(file->private_data);
	int err;

	if (!shmem)
		return -EIDRM;
	err = shmem->f_op->fsync(shmem, start, end, datasync);
	fput(shmem);
	return err;
}

/*
 * madvise(2) with MADV_REMOVE holds the file alone. It has begun a write to the
 * file system already, hence no vfs_fallocate(), which would begin another.
 */
static long wrapper_fallocate(struct file *file, int mode, loff_t offset,
			      loff_t len)
{
	struct file *shmem;
	long err;

	if (mode != (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE))
		return -EOPNOTSUPP;
	shmem = shmregion_region_peek(file->private_data);
	if (!shmem)
		return -EIDRM;
	err = shmem->f_op->fallocate(shmem, mode, offset, len);
	fput(shmem);
	return err;
}

static int wrapper_release(struct inode *inode, struct file *file)
{
	struct shmregion *region = file->private_data;

	shmregion_lifetime_uncharge(region, &file->f_path);
	shmregion_region_put(region);
	return 0;
}

static const struct file_operations wrapper_fops = {
	.owner = THIS_MODULE,
	.mmap = wrapper_mmap,
	.get_unmapped_area = wrapper_get_unmapped_area,
	.fsync = wrapper_fsync,
	.fallocate = wrapper_fallocate,
	.release = wrapper_release,
};

static const struct file_operations wrapper_fops_noexec = {
	.owner = THIS_MODULE,
	.mmap = wrapper_mmap_noexec,
	.get_unmapped_area = wrapper_get_unmapped_area,
	.fsync = wrapper_fsync,
	.fallocate = wrapper_fallocate,
	.release = wrapper_release,
};

static struct file *create_wrapper(struct shmregion *region,
				   unsigned int rights)
{
	const int flags = rights & SHMREGION_MAY_WRITE ? O_RDWR : O_RDONLY;
	char name[SHMREGION_NAME_SIZE];
	struct file *shmem, *file;

	shmem = shmregion_region_shmem(region);
	if (IS_ERR(shmem))
		return shmem;
	shmregion_region_name(region, name);
	/* The file drops it; alloc_file_pseudo() has not taken it. */
	__module_get(THIS_MODULE);
	file = shmregion_backing_wrap(shmem, name, flags,
				      rights & SHMREGION_MAY_EXEC ?
					      &wrapper_fops :
					      &wrapper_fops_noexec);
	fput(shmem);
	if (IS_ERR(file)) {
		module_put(THIS_MODULE);
		return file;
	}
	/* The file drops these as well. Pinned, the region has both. */
	shmregion_region_get(region);
	refcount_inc(&region->charges);
	file->private_data = region;
	return file;
}

struct file *shmregion_mapping_peek(struct shmregion *region,
				    unsigned int rights)
{
	struct file *file;

	spin_lock(&region->lock);
	file = region->wrappers[rights];
	if (file)
		get_file(file);
	spin_unlock(&region->lock);
	return file;
}

struct file *shmregion_mapping_file(struct shmregion *region,
				    unsigned int rights)
{
	struct file *file = shmregion_mapping_peek(region, rights), *fresh;

	if (file)
		return file;
	fresh = create_wrapper(region, rights);
	if (IS_ERR(fresh))
		return fresh;

	spin_lock(&region->lock);
	if (region->wrappers[rights]) {
		/* Somebody else needed it at the same time. */
		file = get_file(region->wrappers[rights]);
	} else {
		region->wrappers[rights] = fresh;
		file = get_file(fresh);
		fresh = NULL;
	}
	spin_unlock(&region->lock);
	if (fresh)
		fput(fresh);
	return file;
}
