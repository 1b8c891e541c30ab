/* SPDX-License-Identifier: GPL-2.0 */
/*
 * shmregion - every difference between kernels, and nothing else
 *
 * What is tested is what is there, never a version number. Kbuild looks into
 * the headers of the kernel that it builds for and defines:
 *
 * HAVE_FOLIO_BATCH_H		linux/folio_batch.h has replaced linux/pagevec.h
 * HAVE_FC_MOUNT_LONGTERM	fc_mount_longterm() exists
 * HAVE_VFS_MMAP		vfs_mmap() exists: shmem has .mmap_prepare only
 * HAVE_VM_FLAGS_CLEAR		vm_flags_clear() exists, and vm_flags is not to be
 *				written
 * HAVE_SHMEM_F_LOCKED		shmem_inode_info's flags are SHMEM_F_*
 * HAVE_SHMEM_VMA_FLAGS		shmem_file_setup_with_mnt() wants a vma_flags_t
 * HAVE_PARSE_FS_QSTR		vfs_parse_fs_string() measures the string itself
 */

#ifndef _SHMREGION_COMPAT_H
#define _SHMREGION_COMPAT_H

#include <linux/err.h>
#include <linux/fs.h>
#include <linux/fs_context.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mount.h>
#include <linux/shmem_fs.h>
#include <linux/string.h>

#ifdef HAVE_FOLIO_BATCH_H
#include <linux/folio_batch.h>
#else
#include <linux/pagevec.h>
#endif

/* Not in all of 6.1; without it the variable is cleared. */
#ifndef __uninitialized
#define __uninitialized
#endif

static inline int compat_set_huge(struct fs_context *fc, const char *policy)
{
#ifdef HAVE_PARSE_FS_QSTR
	return vfs_parse_fs_string(fc, "huge", policy);
#else
	return vfs_parse_fs_string(fc, "huge", policy, strlen(policy));
#endif
}

/**
 * compat_mount_tmpfs - mount a tmpfs of our own, without limits
 * @policy: Value of its mount option huge=.
 *
 * A plain vfs_kern_mount() has no mount namespace, which makes every mntput(),
 * and so every file that is freed, take the lock of all path lookups. Only a
 * long-term mount has not.
 *
 * Return: the mount, for kern_unmount().
 */
static inline struct vfsmount *compat_mount_tmpfs(const char *policy)
{
	struct file_system_type *type = get_fs_type("tmpfs");
	struct fs_context *fc;
	struct vfsmount *mnt;
	int err;

	if (!type)
		return ERR_PTR(-ENODEV);

#ifdef HAVE_FC_MOUNT_LONGTERM
	fc = fs_context_for_mount(type, SB_KERNMOUNT);
	module_put(type->owner);
	if (IS_ERR(fc))
		return ERR_CAST(fc);
	err = compat_set_huge(fc, policy);
	mnt = err ? ERR_PTR(err) : fc_mount_longterm(fc);
	put_fs_context(fc);
	return mnt;
#else
	/* kern_mount() takes no options: they have to be set afterwards. */
	mnt = kern_mount(type);
	module_put(type->owner);
	if (IS_ERR(mnt))
		return mnt;
	fc = fs_context_for_reconfigure(mnt->mnt_root, 0, 0);
	if (IS_ERR(fc)) {
		kern_unmount(mnt);
		return ERR_CAST(fc);
	}
	err = compat_set_huge(fc, policy);
	if (!err) {
		down_write(&mnt->mnt_sb->s_umount);
		err = fc->ops->reconfigure(fc);
		up_write(&mnt->mnt_sb->s_umount);
	}
	put_fs_context(fc);
	if (!err)
		return mnt;
	kern_unmount(mnt);
	return ERR_PTR(err);
#endif
}

static inline struct file *compat_shmem_file(struct vfsmount *mnt,
					     const char *name, loff_t size,
					     bool noreserve)
{
#ifdef HAVE_SHMEM_VMA_FLAGS
	const vma_flags_t flags = noreserve ? mk_vma_flags(VMA_NORESERVE_BIT) :
					      EMPTY_VMA_FLAGS;
#else
	const unsigned long flags = noreserve ? VM_NORESERVE : 0;
#endif
	return shmem_file_setup_with_mnt(mnt, name, size, flags);
}

/* Call a file's own hook for mmap(2). */
static inline int compat_mmap(struct file *file, struct vm_area_struct *vma)
{
#ifdef HAVE_VFS_MMAP
	return vfs_mmap(file, vma);
#else
	return call_mmap(file, vma);
#endif
}

/* Since 6.5 also what has a .close is merged; before that no mapping of ours is. */
static inline bool compat_merges_before_mmap(void)
{
#ifdef HAVE_VM_FLAGS_CLEAR
	return true;
#else
	return false;
#endif
}

/**
 * compat_forbid_exec - have a mapping that is being made never be executable
 * @vma: The mapping, in .mmap; its .mprotect is to refuse what this leaves.
 *
 * If flags change in .mmap, some kernels that merge what has a .close try once more
 * to, and free the mapping, which is counted by then, without a call of it.
 *
 * Return: 0; -EACCES where it would be executable, and that cannot be changed.
 */
static inline int compat_forbid_exec(struct vm_area_struct *vma)
{
#ifdef HAVE_VM_FLAGS_CLEAR
	return vma->vm_flags & VM_EXEC ? -EACCES : 0;
#else
	vma->vm_flags &= ~(VM_EXEC | VM_MAYEXEC);
	return 0;
#endif
}

#ifdef HAVE_SHMEM_F_LOCKED
#define COMPAT_SHMEM_LOCKED SHMEM_F_LOCKED
#else
#define COMPAT_SHMEM_LOCKED VM_LOCKED
#endif

#endif /* _SHMREGION_COMPAT_H */
