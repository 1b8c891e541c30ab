/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * shmregion - keyed shared memory through /dev/shmregion
 *
 * This header is the whole contract between the module and its users. All of
 * it is there since ABI version 1.
 *
 * Rules that hold for every ioctl
 * -------------------------------
 *
 * - The argument is a pointer to the structure named in the ioctl's macro.
 *   Structures are the same for 32-bit and 64-bit programs. They grow at their
 *   end: a program may pass a longer structure than the module knows, as long
 *   as all that the module does not know is zero, and a shorter one, down to
 *   the size that the structure had in its first ABI version.
 * - Fields marked [in] are read, [out] written, [in, out] both. [out] fields
 *   are ignored on the way in. Fields named reserved must be zero.
 * - Sizes are in bytes, times in nanoseconds since the epoch (CLOCK_REALTIME),
 *   0 meaning never. Users and groups are those of the caller's user
 *   namespace, process ids those of the caller's pid namespace (0: not
 *   visible in it).
 * - Keys and ids belong to a scope: the network namespace in which the device
 *   was opened.
 * - A descriptor opened for reading alone will do for everything but a
 *   writable attach.
 *
 * Errors that every ioctl can return, not repeated below
 * ------------------------------------------------------
 *
 * E2BIG   the structure is longer than the module's and its tail not zero
 * EFAULT  the structure cannot be read, or cannot be written back; nothing
 *         was created or bound, and nothing is attached (if another thread
 *         took the structure away meanwhile, it was for a moment)
 * EINVAL  a flag that is not known, a reserved field that is not zero, or a
 *         structure shorter than it was in its first version
 * ENOTTY  no such ioctl
 *
 * Ioctls that take an id also return
 *
 * EINVAL  there is no region with this id in the scope
 * EIDRM   the region was destroyed while the call was looking at it
 */

#ifndef _UAPI_LINUX_SHMREGION_H
#define _UAPI_LINUX_SHMREGION_H

#include <linux/ioctl.h>
#include <linux/types.h>

/** SHMREGION_DEVICE_NAME - name of the device's node in /dev */
#define SHMREGION_DEVICE_NAME "shmregion"

/** SHMREGION_ABI_VERSION - version that this header describes */
#define SHMREGION_ABI_VERSION 1

/** SHMREGION_KEY_PRIVATE - key of a region that cannot be found by key */
#define SHMREGION_KEY_PRIVATE 0

/*
 * Attributes of a region. They are chosen at creation, among the flags of
 * struct shmregion_get, and reported by struct shmregion_stat.
 */

/**
 * DOC: Reservation
 *
 * Unless SHMREGION_GET_NORESERVE is given, the whole size is reserved against
 * the system's overcommit limit when the region is created, and one page more
 * where it is smaller than a huge page and its policy NEVER or WITHIN_SIZE.
 * With it nothing is reserved, and pages are accounted for as they are touched:
 * a page that may not be committed then is SIGBUS. Unlike System V's
 * SHM_NORESERVE it is not ignored where vm.overcommit_memory is 2.
 */
#define SHMREGION_GET_NORESERVE (1U << 2)

/**
 * DOC: Huge pages
 *
 * When the kernel puts huge pages into the region, in the words of tmpfs(5):
 * the module's parameter "huge" decides (DEFAULT), never (NEVER), where they
 * lie within the region's size (WITHIN_SIZE), even if they reach beyond it
 * (ALWAYS), or only where madvise(2) asked for them (ADVISE). On a kernel
 * without huge pages every policy means NEVER.
 */
#define SHMREGION_GET_HUGE_DEFAULT (0U << 8)
#define SHMREGION_GET_HUGE_NEVER (1U << 8)
#define SHMREGION_GET_HUGE_WITHIN_SIZE (2U << 8)
#define SHMREGION_GET_HUGE_ALWAYS (3U << 8)
#define SHMREGION_GET_HUGE_ADVISE (4U << 8)
#define SHMREGION_GET_HUGE_MASK (7U << 8)

/**
 * DOC: Lifetime
 *
 * What removes the region without anybody calling SHMREGION_IOC_REMOVE:
 * nothing (PERSISTENT, as in System V); the end of the last attach and of the
 * last bound descriptor, once there has been one (LAST_DETACH); the close of
 * the last copy of the descriptor that created it, wherever fork(2) or
 * SCM_RIGHTS took it (OWNER). The death of the scope removes each kind.
 */
#define SHMREGION_GET_LIFETIME_PERSISTENT (0U << 12)
#define SHMREGION_GET_LIFETIME_LAST_DETACH (1U << 12)
#define SHMREGION_GET_LIFETIME_OWNER (2U << 12)
#define SHMREGION_GET_LIFETIME_MASK (3U << 12)

/* Bits of a mode beyond the nine permission bits; those of System V. */

/** SHMREGION_MODE_REMOVED - marked for removal, goes with its last attach */
#define SHMREGION_MODE_REMOVED 01000U
/** SHMREGION_MODE_LOCKED - its pages are not swapped out */
#define SHMREGION_MODE_LOCKED 02000U

/** SHMREGION_FEATURE_HUGE - huge policies other than NEVER have an effect */
#define SHMREGION_FEATURE_HUGE (1ULL << 0)

/**
 * struct shmregion_info - what the module is, allows and holds
 *
 * @flags:		[in] 0.
 * @abi_version:	[out] SHMREGION_ABI_VERSION of the module.
 * @features:		[out] SHMREGION_FEATURE_* bits.
 * @max_regions:	[out] Limit: regions in all scopes.
 * @max_region_bytes:	[out] Limit: size of one region.
 * @max_bytes:		[out] Limit: sizes of all regions in all scopes.
 * @max_user_regions:	[out] Limit: regions that one user created.
 * @max_user_bytes:	[out] Limit: sizes of all regions that one user created.
 * @all_regions:	[out] Charged against @max_regions now.
 * @all_bytes:		[out] Charged against @max_bytes now.
 * @user_regions:	[out] Charged to the caller against @max_user_regions.
 * @user_bytes:		[out] Charged to the caller against @max_user_bytes.
 * @regions:		[out] Regions in this scope.
 * @bytes:		[out] Their sizes, each rounded up to pages.
 * @resident_bytes:	[out] Of these, in memory.
 * @swapped_bytes:	[out] Of these, in swap.
 * @huge_page_size:	[out] Size of the huge pages that a region of the
 *			default policy can get now; 0 if it can get none, by
 *			the kernel's build, by the module's parameter, or by
 *			"deny" in /sys/kernel/mm/transparent_hugepage/shmem_enabled
 *			("never" there does not apply to the module).
 * @huge_policy:	[out] The SHMREGION_GET_HUGE_* that DEFAULT stands for.
 * @highest_index:	[out] Highest index in use in this scope, -1 if none.
 *
 * What is in this scope, from @regions to @swapped_bytes and @highest_index, is
 * counted one region after the other: one that comes or goes meanwhile may count
 * or not.
 *
 * A limit holds for what is created after it was set. Regions that are removed
 * count for as long as their memory is there. A region is charged the most
 * memory that it may come to take: its size, rounded up to huge pages, for one
 * may reach beyond its end. Smaller regions whose policy is NEVER or WITHIN_SIZE
 * have none: up to the size of a huge page less a small one they are charged
 * their size, rounded up to pages. It is charged to its creator, and in a user
 * namespace to each owner around it as well.
 */
struct shmregion_info {
	__u32 flags;
	__u32 abi_version;
	__aligned_u64 features;
	__aligned_u64 max_regions;
	__aligned_u64 max_region_bytes;
	__aligned_u64 max_bytes;
	__aligned_u64 max_user_regions;
	__aligned_u64 max_user_bytes;
	__aligned_u64 all_regions;
	__aligned_u64 all_bytes;
	__aligned_u64 user_regions;
	__aligned_u64 user_bytes;
	__aligned_u64 regions;
	__aligned_u64 bytes;
	__aligned_u64 resident_bytes;
	__aligned_u64 swapped_bytes;
	__aligned_u64 huge_page_size;
	__u32 huge_policy;
	__s32 highest_index;
};

/** SHMREGION_GET_CREATE - create the region if the key names none */
#define SHMREGION_GET_CREATE (1U << 0)
/** SHMREGION_GET_EXCL - with CREATE: fail if the key names one */
#define SHMREGION_GET_EXCL (1U << 1)
/** SHMREGION_GET_POPULATE - allocate every page of a new region now */
#define SHMREGION_GET_POPULATE (1U << 3)

/**
 * struct shmregion_get - find or create a region
 *
 * @key:	[in] Key, or SHMREGION_KEY_PRIVATE, which always creates.
 * @size:	[in] Size of a new region, at least 1; memory is given in whole
 *		pages. For an existing one the least size that will do, 0 if
 *		any will.
 * @flags:	[in] SHMREGION_GET_*: CREATE, EXCL, POPULATE, NORESERVE, one
 *		HUGE_* and one LIFETIME_*. All but the first two are for a new
 *		region; for an existing one they have no effect.
 * @mode:	[in] Nine permission bits: those of a new region, or those that
 *		the caller asks for on an existing one (0: none).
 * @id:		[out] Id of the region, greater than 0.
 * @reserved:	[in] 0.
 */
struct shmregion_get {
	__aligned_u64 key;
	__aligned_u64 size;
	__u32 flags;
	__u32 mode;
	__s32 id;
	__u32 reserved;
};

/** SHMREGION_ATTACH_RDONLY - attach for reading, for ever */
#define SHMREGION_ATTACH_RDONLY (1U << 0)
/** SHMREGION_ATTACH_EXEC - attach executable */
#define SHMREGION_ATTACH_EXEC (1U << 1)
/** SHMREGION_ATTACH_REMAP - replace what is mapped at the address */
#define SHMREGION_ATTACH_REMAP (1U << 2)
/** SHMREGION_ATTACH_ROUND - round the address down to a page */
#define SHMREGION_ATTACH_ROUND (1U << 3)
/** SHMREGION_ATTACH_POPULATE - fault all pages in at once */
#define SHMREGION_ATTACH_POPULATE (1U << 4)

/**
 * struct shmregion_attach - map a whole region
 *
 * @address:	[in, out] Where to map; 0 lets the kernel choose, at a multiple
 *		of the huge page size where huge pages can be had. One that
 *		ROUND rounds down to 0 is meant as it is, and replaces what is
 *		mapped there. Written back: where it was mapped.
 * @size:	[out] Size of the region; mapped is this, rounded up to pages.
 * @id:		[in] Id of the region.
 * @flags:	[in] SHMREGION_ATTACH_*.
 */
struct shmregion_attach {
	__aligned_u64 address;
	__aligned_u64 size;
	__s32 id;
	__u32 flags;
};

/**
 * struct shmregion_detach - unmap a whole attach
 *
 * @address:	[in] Where the attach begins, as SHMREGION_IOC_ATTACH wrote it
 *		or mmap(2) returned it for offset 0.
 * @flags:	[in] 0.
 * @reserved:	[in] 0.
 */
struct shmregion_detach {
	__aligned_u64 address;
	__u32 flags;
	__u32 reserved;
};

/**
 * struct shmregion_bind - make the descriptor a handle to a region
 *
 * @id:		[in] Id of the region.
 * @flags:	[in] 0.
 * @size:	[out] Size of the region.
 */
struct shmregion_bind {
	__s32 id;
	__u32 flags;
	__aligned_u64 size;
};

/** SHMREGION_STAT_BY_INDEX - @id holds an index */
#define SHMREGION_STAT_BY_INDEX (1U << 0)
/** SHMREGION_STAT_ANY - without read permission, as SHM_STAT_ANY */
#define SHMREGION_STAT_ANY (1U << 1)
/** SHMREGION_STAT_HUGE - also count huge pages, which walks all pages */
#define SHMREGION_STAT_HUGE (1U << 2)

/**
 * struct shmregion_stat - what a region is and who uses it
 *
 * @id:			[in, out] Id, or with BY_INDEX an index. Written back:
 *			the id.
 * @flags:		[in] SHMREGION_STAT_*.
 * @index:		[out] Index: the lowest number that was free.
 * @mode:		[out] Permission bits and SHMREGION_MODE_*.
 * @key:		[out] Key; 0 if private, and 0 once removed.
 * @size:		[out] Size, as it was asked for.
 * @uid:		[out] Owner.
 * @gid:		[out] Owner's group.
 * @cuid:		[out] Creator.
 * @cgid:		[out] Creator's group.
 * @creator_pid:	[out] Process that created it.
 * @last_pid:		[out] Process that last attached or detached.
 * @attributes:		[out] NORESERVE, HUGE_* and LIFETIME_* of creation.
 * @descriptors:	[out] Descriptors bound to it.
 * @attaches:		[out] Mappings of it, counted as System V counts.
 * @attach_time:	[out] Last attach.
 * @detach_time:	[out] Last detach.
 * @change_time:	[out] Creation, or last SHMREGION_IOC_SET.
 * @resident_bytes:	[out] In memory.
 * @swapped_bytes:	[out] In swap.
 * @huge_bytes:		[out] Of @resident_bytes, in huge pages; 0 unless
 *			SHMREGION_STAT_HUGE was given.
 */
struct shmregion_stat {
	__s32 id;
	__u32 flags;
	__u32 index;
	__u32 mode;
	__aligned_u64 key;
	__aligned_u64 size;
	__u32 uid;
	__u32 gid;
	__u32 cuid;
	__u32 cgid;
	__s32 creator_pid;
	__s32 last_pid;
	__u32 attributes;
	__u32 descriptors;
	__aligned_u64 attaches;
	__aligned_u64 attach_time;
	__aligned_u64 detach_time;
	__aligned_u64 change_time;
	__aligned_u64 resident_bytes;
	__aligned_u64 swapped_bytes;
	__aligned_u64 huge_bytes;
};

/** SHMREGION_NEXT_ANY - also regions that the caller may not read */
#define SHMREGION_NEXT_ANY (1U << 0)

/**
 * struct shmregion_next - step through the regions of the scope
 *
 * @cursor:	[in, out] 0 to begin, then what the last call wrote.
 * @flags:	[in] SHMREGION_NEXT_*.
 * @id:		[out] Id of the next region, in the order of ids.
 *
 * Regions that come and go between two calls may or may not be met; all
 * others are met once.
 */
struct shmregion_next {
	__aligned_u64 cursor;
	__u32 flags;
	__s32 id;
};

/** SHMREGION_SET_UID - set the owner */
#define SHMREGION_SET_UID (1U << 0)
/** SHMREGION_SET_GID - set the owner's group */
#define SHMREGION_SET_GID (1U << 1)
/** SHMREGION_SET_MODE - set the permission bits */
#define SHMREGION_SET_MODE (1U << 2)

/**
 * struct shmregion_set - change owner, group and permission bits
 *
 * @id:		[in] Id of the region.
 * @flags:	[in] SHMREGION_SET_*: which of the following to set, at least
 *		one.
 * @uid:	[in] Owner.
 * @gid:	[in] Group.
 * @mode:	[in] Nine permission bits.
 * @reserved:	[in] 0.
 */
struct shmregion_set {
	__s32 id;
	__u32 flags;
	__u32 uid;
	__u32 gid;
	__u32 mode;
	__u32 reserved;
};

/**
 * struct shmregion_remove - mark a region for removal
 *
 * @id:		[in] Id of the region.
 * @flags:	[in] 0.
 */
struct shmregion_remove {
	__s32 id;
	__u32 flags;
};

/**
 * struct shmregion_lock - keep a region in memory, or no longer
 *
 * @id:		[in] Id of the region.
 * @flags:	[in] 0.
 */
struct shmregion_lock {
	__s32 id;
	__u32 flags;
};

#define SHMREGION_IOC_MAGIC 0xED

/**
 * SHMREGION_IOC_INFO - ask what the module is, allows and holds
 *
 * No errors but the common ones.
 */
#define SHMREGION_IOC_INFO \
	_IOWR(SHMREGION_IOC_MAGIC, 0x00, struct shmregion_info)

/**
 * SHMREGION_IOC_GET - find a region by its key, or create one
 *
 * As shmget(2). Conditions are looked for in this order.
 *
 * EINVAL  @mode has bits beyond the nine
 * ENOENT  the key names no region, and CREATE was not given
 * EEXIST  the key names a region, and CREATE and EXCL were given
 * EINVAL  existing region: @size is greater than its size
 * EACCES  existing region: it does not grant the bits of @mode
 * EINVAL  new region: @size is 0 or above the limit of one region
 * ENOSPC  new region: another limit is reached (the kernel log says which and
 *         whose), or no id is left
 * ENOMEM  new region: memory is short, or could not be reserved
 * ENFILE  new region: fs.file-max is reached
 * EINTR   the process is being killed; nothing was created
 */
#define SHMREGION_IOC_GET _IOWR(SHMREGION_IOC_MAGIC, 0x01, struct shmregion_get)

/**
 * SHMREGION_IOC_ATTACH - map a whole region into the calling process
 *
 * As shmat(2). Parts of a region are mapped by mmap(2) on a bound descriptor. What
 * mbind(2) says of an attach holds for the region, whoever attaches it; where
 * mremap(2) made an attach reach behind the region it fails with EINVAL.
 *
 * EINVAL  @address is no multiple of the page size (or, with ROUND and REMAP,
 *         rounds down to 0); REMAP without an address; something is mapped
 *         there, and REMAP was not given; or the structure itself lies there
 * EACCES  the region does not grant what is asked for: read; write, unless
 *         RDONLY; execute, with EXEC. Or the descriptor is not open for
 *         reading, or not for writing and RDONLY was not given
 * EPERM   @address is below what the process may map, or what REMAP is to
 *         replace is sealed (mseal(2))
 * EAGAIN  the process has all its future mappings locked, and this one would
 *         exceed RLIMIT_MEMLOCK
 * ENOMEM  no room in the address space, too many mappings, or memory is short
 * ENFILE  fs.file-max is reached
 * EINTR   the process is being killed
 */
#define SHMREGION_IOC_ATTACH \
	_IOWR(SHMREGION_IOC_MAGIC, 0x02, struct shmregion_attach)

/**
 * SHMREGION_IOC_DETACH - unmap a whole attach
 *
 * As shmdt(2): what is left of the attach goes, even if mprotect(2) split it
 * or munmap(2) took parts of it; what else was mapped in the holes stays, unless
 * it is what was there: the same part of the same region, with the same rights.
 *
 * EINVAL  no attach begins at @address
 * EPERM   a part of it is sealed (mseal(2)); the parts before are gone
 * ENOMEM  memory is short; the same call detaches what is left
 * EINTR   the process is being killed
 */
#define SHMREGION_IOC_DETACH \
	_IOW(SHMREGION_IOC_MAGIC, 0x03, struct shmregion_detach)

/**
 * SHMREGION_IOC_BIND - make the open file a handle to a region
 *
 * Once and for all copies of the descriptor. Thereafter mmap(2) on it attaches
 * the region or a part of it, poll(2) reports POLLHUP once the region is
 * removed, and its fdinfo describes the region. The handle keeps the rights
 * that were granted here whatever SHMREGION_IOC_SET does later, and whoever it
 * is passed to has them: to read if it is open for reading, to write if it is
 * open for writing, and to map executable if the region's mode granted that;
 * CAP_IPC_OWNER does not.
 *
 * A descriptor that is not bound polls as POLLERR. Bind it before it is added to
 * an epoll(7) set: what was added earlier does not hear of the removal.
 *
 * mmap(2) on the descriptor returns, besides its own errors: EBADFD, it is not
 * bound; EINVAL, the range is not within the region; EIDRM, the region is
 * destroyed; EACCES, PROT_EXEC without the right to it.
 *
 * EACCES  the region does not grant read, or write for a descriptor that is
 *         open for writing
 * EBUSY   the descriptor is bound already
 * ENOMEM  memory is short
 * ENFILE  fs.file-max is reached
 */
#define SHMREGION_IOC_BIND \
	_IOWR(SHMREGION_IOC_MAGIC, 0x04, struct shmregion_bind)

/**
 * SHMREGION_IOC_STAT - ask about a region
 *
 * As shmctl(2) with IPC_STAT; with BY_INDEX as SHM_STAT, with BY_INDEX and ANY
 * as SHM_STAT_ANY.
 *
 * EACCES  the region does not grant read, and ANY was not given
 */
#define SHMREGION_IOC_STAT \
	_IOWR(SHMREGION_IOC_MAGIC, 0x05, struct shmregion_stat)

/**
 * SHMREGION_IOC_NEXT - find the next region that the caller may read
 *
 * ENOENT  there is none
 * EINTR   the process is being killed
 */
#define SHMREGION_IOC_NEXT \
	_IOWR(SHMREGION_IOC_MAGIC, 0x06, struct shmregion_next)

/**
 * SHMREGION_IOC_SET - change owner, group and permission bits
 *
 * As shmctl(2) with IPC_SET.
 *
 * EINVAL  @flags is 0, @mode has bits beyond the nine, or @uid or @gid does
 *         not exist in the caller's user namespace
 * EPERM   the caller is neither owner nor creator, and has no CAP_SYS_ADMIN in
 *         the user namespace that owns the scope
 */
#define SHMREGION_IOC_SET _IOW(SHMREGION_IOC_MAGIC, 0x07, struct shmregion_set)

/**
 * SHMREGION_IOC_REMOVE - mark a region for removal
 *
 * As shmctl(2) with IPC_RMID: its key is free at once, its memory goes when
 * nobody is attached. To remove it again is no error.
 *
 * EPERM   the caller is neither owner nor creator, and has no CAP_SYS_ADMIN in
 *         the user namespace that owns the scope
 */
#define SHMREGION_IOC_REMOVE \
	_IOW(SHMREGION_IOC_MAGIC, 0x08, struct shmregion_remove)

/**
 * SHMREGION_IOC_LOCK - keep the pages of a region from being swapped out
 *
 * As shmctl(2) with SHM_LOCK. The whole size is charged to the caller against
 * RLIMIT_MEMLOCK until the region is unlocked or destroyed, as it is against
 * the limits of struct shmregion_info. Locking a region
 * that is locked changes nothing.
 *
 * EPERM   the caller is neither owner nor creator, and has no CAP_IPC_LOCK in
 *         the user namespace that owns the scope; or RLIMIT_MEMLOCK is 0
 * ENOMEM  the size would exceed RLIMIT_MEMLOCK, and the caller has no
 *         CAP_IPC_LOCK in the initial user namespace; or memory is short
 * ENFILE  fs.file-max is reached
 */
#define SHMREGION_IOC_LOCK \
	_IOW(SHMREGION_IOC_MAGIC, 0x09, struct shmregion_lock)

/**
 * SHMREGION_IOC_UNLOCK - let the pages of a region be swapped out again
 *
 * As shmctl(2) with SHM_UNLOCK. Unlocking a region that is not locked changes
 * nothing.
 *
 * EPERM   the caller is neither owner nor creator, and has no CAP_IPC_LOCK in
 *         the user namespace that owns the scope
 */
#define SHMREGION_IOC_UNLOCK \
	_IOW(SHMREGION_IOC_MAGIC, 0x0A, struct shmregion_lock)

#endif /* _UAPI_LINUX_SHMREGION_H */
