// SPDX-License-Identifier: GPL-2.0
/*
 * shmregion - what regions are made of: files on tmpfs mounts of our own
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "backing.h"

#include "compat.h"

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/huge_mm.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/pagemap.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/shmregion.h>
#include <linux/stat.h>
#include <linux/swap.h>

static char *huge = "within_size";
module_param(huge, charp, 0444);
MODULE_PARM_DESC(huge, "never, within_size (default), always or advise");

/* The policies count from 1; 0 is the default. */
#define POLICY(huge) ((huge) / SHMREGION_GET_HUGE_NEVER)

/* tmpfs' words for the policies; each policy has a mount. */
static const char *const policy_names[] = {
	[POLICY(SHMREGION_GET_HUGE_NEVER)] = "never",
	[POLICY(SHMREGION_GET_HUGE_WITHIN_SIZE)] = "within_size",
	[POLICY(SHMREGION_GET_HUGE_ALWAYS)] = "always",
	[POLICY(SHMREGION_GET_HUGE_ADVISE)] = "advise",
};

static struct vfsmount *mounts[ARRAY_SIZE(policy_names)];
static unsigned int default_policy;

/*
 * A file asks tmpfs whether huge pages can be had. The kernel's switch for it
 * (shmem_enabled) is not exported, but stat(2) tells what comes of it.
 */
static struct file *probe;

/*
 * Files are opened as the kernel: the credentials that they keep would pin their
 * creator's keyrings and user namespace for as long as the region lives. (A pid pins
 * its namespace, and so those of containers do; a region has two, as in System V.)
 */
static const struct cred *opener_cred;

static bool have_huge;

static int __init parse_default_policy(void)
{
	unsigned int i;

	for (i = 1; i < ARRAY_SIZE(policy_names); i++) {
		if (strcmp(huge, policy_names[i]))
			continue;
		default_policy = i;
		return 0;
	}
	pr_err("parameter huge=%s is none of never, within_size, always, advise\n",
	       huge);
	return -EINVAL;
}

static void unmount_all(void)
{
	kern_unmount_array(mounts, ARRAY_SIZE(mounts));
}

static int __init mount_all(void)
{
	struct vfsmount *mnt;
	unsigned int i;

	have_huge = IS_ENABLED(CONFIG_TRANSPARENT_HUGEPAGE) &&
		    has_transparent_hugepage();
	for (i = 1; i < ARRAY_SIZE(mounts); i++) {
		mnt = compat_mount_tmpfs(have_huge ? policy_names[i] : "never");
		if (IS_ERR(mnt)) {
			unmount_all();
			return PTR_ERR(mnt);
		}
		mounts[i] = mnt;
	}
	return 0;
}

/* The policy that a region is made with. */
static unsigned int policy_of(u64 size, u32 attributes)
{
	unsigned int policy = POLICY(attributes & SHMREGION_GET_HUGE_MASK) ?:
				      default_policy;

	/*
	 * No huge page lies within so small a region, but with madvise(2) tmpfs
	 * would put in one that reaches beyond it.
	 */
	if (policy == POLICY(SHMREGION_GET_HUGE_WITHIN_SIZE) && size < PMD_SIZE)
		return POLICY(SHMREGION_GET_HUGE_NEVER);
	return policy;
}

/*
 * MADV_COLLAPSE asks neither for the policy nor for the end of the file: it makes a
 * huge page of a single small one if a mapping is as long as that, which mremap(2)
 * can make of any. But the mapping has to have all of the huge page, and none has
 * what lies before the region.
 */
pgoff_t shmregion_backing_first(u64 size, u32 attributes)
{
	return have_huge && size <= PMD_SIZE - PAGE_SIZE &&
	       policy_of(size, attributes) == POLICY(SHMREGION_GET_HUGE_NEVER);
}

u64 shmregion_backing_most(u64 size, u32 attributes)
{
	if (!have_huge || shmregion_backing_first(size, attributes))
		return PAGE_ALIGN(size);
	return round_up(size, PMD_SIZE);
}

static struct file *open_shmem(unsigned int policy, u64 size, bool noreserve)
{
	const struct cred *old = override_creds(opener_cred);
	struct file *file;

	/* Nobody sees its name: what is mapped is a wrapper. */
	file = compat_shmem_file(mounts[policy], SHMREGION_DEVICE_NAME, size,
				 noreserve);
	revert_creds(old);
	/* So shmem calls a shortage of memory for the inode. */
	return file == ERR_PTR(-ENOSPC) ? ERR_PTR(-ENOMEM) : file;
}

struct file *shmregion_backing_create(u32 ino, u64 size, u32 attributes)
{
	const u64 before = (u64)shmregion_backing_first(size, attributes)
			   << PAGE_SHIFT;
	struct file *shmem;

	shmem = open_shmem(policy_of(size, attributes), before + size,
			   attributes & SHMREGION_GET_NORESERVE);
	if (IS_ERR(shmem))
		return shmem;
	file_inode(shmem)->i_ino = ino;
	/* As System V's: who may use it is decided here, not by a file's label. */
	file_inode(shmem)->i_flags |= S_PRIVATE;
	return shmem;
}

int shmregion_backing_populate(struct file *shmem, pgoff_t first)
{
	struct address_space *mapping = shmem->f_mapping;
	const pgoff_t end =
		DIV_ROUND_UP(i_size_read(file_inode(shmem)), PAGE_SIZE);
	/* Fail rather than have the OOM killer make room. */
	const gfp_t gfp = mapping_gfp_mask(mapping) | __GFP_RETRY_MAYFAIL |
			  __GFP_NOWARN;
	struct folio *folio;
	pgoff_t index = first;
	struct page *page;

	/*
	 * Not vfs_fallocate(): that gives up, and everything back, at every
	 * signal, so that a timer that is faster than it never lets it finish.
	 */
	while (index < end) {
		if (fatal_signal_pending(current))
			return -EINTR;
		page = shmem_read_mapping_page_gfp(mapping, index, gfp);
		/* ENOSPC is shmem's word for what may not be committed. */
		if (IS_ERR(page))
			return page == ERR_PTR(-ENOSPC) ? -ENOMEM :
							  PTR_ERR(page);
		folio = page_folio(page);
		/* Clean, it would not be swapped out, but dropped. */
		folio_mark_dirty(folio);
		index = folio_next_index(folio);
		folio_put(folio);
		cond_resched();
	}
	return 0;
}

struct file *shmregion_backing_wrap(struct file *shmem, const char *name,
				    int flags,
				    const struct file_operations *fops)
{
	const struct cred *old = override_creds(opener_cred);
	struct inode *inode = file_inode(shmem);
	struct file *file;

	/* The new file's dentry takes over this reference, if it is made. */
	ihold(inode);
	file = alloc_file_pseudo(inode, shmem->f_path.mnt, name, flags, fops);
	if (IS_ERR(file))
		iput(inode);
	revert_creds(old);
	return file;
}

struct shmregion_backing_use shmregion_backing_measure(struct file *shmem)
{
	struct shmregion_backing_use use = {};

	if (shmem) {
		use.resident = (u64)READ_ONCE(shmem->f_mapping->nrpages)
			       << PAGE_SHIFT;
		use.swapped =
			(u64)READ_ONCE(SHMEM_I(file_inode(shmem))->swapped)
			<< PAGE_SHIFT;
	}
	return use;
}

u64 shmregion_backing_huge(struct file *shmem)
{
	pgoff_t index = 0, counted = 0;
	struct folio_batch batch;
	unsigned int i;
	u64 bytes = 0;

	folio_batch_init(&batch);
	while (filemap_get_folios(shmem->f_mapping, &index, ULONG_MAX,
				  &batch)) {
		for (i = 0; i < folio_batch_count(&batch); i++) {
			struct folio *folio = batch.folios[i];
			const size_t size = folio_size(folio);

			/*
			 * While small pages are copied to a huge one, that one
			 * has the place of each of them.
			 */
			if (size < PMD_SIZE || folio->index < counted)
				continue;
			counted = folio->index + (size >> PAGE_SHIFT);
			bytes += size;
		}
		folio_batch_release(&batch);
		cond_resched();
	}
	return bytes;
}

void shmregion_backing_pin(struct file *shmem)
{
	SHMEM_I(file_inode(shmem))->flags |= COMPAT_SHMEM_LOCKED;
	mapping_set_unevictable(shmem->f_mapping);
}

void shmregion_backing_unpin(struct file *shmem)
{
	SHMEM_I(file_inode(shmem))->flags &= ~COMPAT_SHMEM_LOCKED;
	mapping_clear_unevictable(shmem->f_mapping);
}

void shmregion_backing_rescue(struct file *shmem)
{
	struct address_space *mapping = shmem->f_mapping;
	struct folio_batch batch;
	pgoff_t index = 0;

	folio_batch_init(&batch);
	/* If somebody pins them again meanwhile, the rest can stay. */
	while (!mapping_unevictable(mapping) &&
	       filemap_get_folios(mapping, &index, ULONG_MAX, &batch)) {
		check_move_unevictable_folios(&batch);
		folio_batch_release(&batch);
		cond_resched();
	}
}

void shmregion_backing_empty(const struct path *shmem)
{
	/* Not to the end of all files, which would go on while pages are made. */
	const loff_t last = round_down(MAX_LFS_FILESIZE, PAGE_SIZE) - 1;

	/* Nothing forbids it, but that root took away the right, by map_files. */
	if (vfs_truncate(shmem, 0))
		shmem_truncate_range(d_inode(shmem->dentry), 0, last);
}

bool shmregion_backing_have_huge(void)
{
	return have_huge;
}

u32 shmregion_backing_default_policy(void)
{
	return default_policy * SHMREGION_GET_HUGE_NEVER;
}

u64 shmregion_backing_huge_page_size(void)
{
	struct kstat stat;

	if (vfs_getattr_nosec(&probe->f_path, &stat, STATX_BASIC_STATS, 0))
		return 0;
	return stat.blksize > PAGE_SIZE ? stat.blksize : 0;
}

int __init shmregion_backing_init(void)
{
	unsigned int probed;
	struct cred *cred;
	int err;

	err = parse_default_policy();
	if (err)
		return err;
	cred = prepare_kernel_cred(&init_task);
	if (!cred)
		return -ENOMEM;
	/*
	 * An identity, not rights: file-max and the memory that is kept for
	 * the administrator hold for whoever asks.
	 */
	cap_clear(cred->cap_effective);
	opener_cred = cred;
	err = mount_all();
	if (err)
		goto err_mounts;

	/* Where madvise(2) decides, ask what it can have. */
	probed = default_policy;
	if (probed == POLICY(SHMREGION_GET_HUGE_ADVISE))
		probed = POLICY(SHMREGION_GET_HUGE_ALWAYS);
	probe = open_shmem(probed, PMD_SIZE, true);
	if (IS_ERR(probe)) {
		err = PTR_ERR(probe);
		goto err_probe;
	}
	return 0;

err_probe:
	unmount_all();
err_mounts:
	put_cred(opener_cred);
	return err;
}

void shmregion_backing_exit(void)
{
	fput(probe);
	unmount_all();
	put_cred(opener_cred);
}
