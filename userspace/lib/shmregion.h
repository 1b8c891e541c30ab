/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libshmregion - keyed shared memory through /dev/shmregion
 *
 * One function an ioctl of <linux/shmregion.h>, which has the flags, the
 * structures and their fields. Functions return -1 (shmregion_attach():
 * SHMREGION_FAILED) on failure and leave the reason in errno. There is no
 * state in the library: all functions can be called from any thread.
 *
 * Besides the errors named with each function, all fail with
 *
 * EBADF   @fd is not an open descriptor
 * EFAULT  a pointer points to where nothing can be stored
 * ENOTTY  @fd is not the device, or the module is older than the library
 * EINVAL  a flag that the module does not know
 *
 * and those that take an id with
 *
 * EINVAL  there is no region with this id in the scope of @fd
 * EIDRM   the region was destroyed while the call was looking at it
 *
 * Sizes are in bytes, times in nanoseconds since the epoch.
 */
#ifndef SHMREGION_H
#define SHMREGION_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <linux/shmregion.h>

#ifdef __cplusplus
extern "C" {
/* That functions are called as structures are is meant so, as with stat(2). */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#endif

/** SHMREGION_FAILED - what shmregion_attach() returns on failure */
#define SHMREGION_FAILED ((void *)-1)

/**
 * shmregion_open() - open the device
 * @flags: as for open(2): O_RDWR, or O_RDONLY, with which everything but a
 *	writable attach can be done. O_CLOEXEC is added.
 *
 * The scope in which the descriptor finds keys and ids is the network
 * namespace of the caller, now and for as long as the descriptor lives.
 *
 * Return: a descriptor; or -1 with an errno of open(2), of which ENOENT means
 * that the module is not loaded.
 *
 * Since: 1.0
 */
int shmregion_open(int flags);

/**
 * shmregion_info() - ask what the module is, allows and holds
 * @fd: descriptor of the device
 * @info: filled in
 *
 * Return: 0, or -1.
 *
 * Since: 1.0
 */
int shmregion_info(int fd, struct shmregion_info *info);

/**
 * shmregion_get() - find a region by its key, or create one
 * @fd: descriptor of the device. A region with SHMREGION_GET_LIFETIME_OWNER
 *	that is created lives until the last copy of it is closed.
 * @key: key, or SHMREGION_KEY_PRIVATE, which always creates
 * @size: size of a new region in bytes, at least 1; for an existing one the
 *	least that will do, 0 if any will
 * @flags: SHMREGION_GET_*
 * @mode: nine permission bits: of a new region, or those that are asked for
 *	on an existing one (0: none)
 *
 * As shmget(2).
 *
 * Return: the id, greater than 0; or -1 with
 *
 * EINVAL  @mode has more than permission bits; the region is smaller than
 *         @size; or @size is 0 or above the limit for a new one
 * ENOENT  the key names no region, and CREATE was not given
 * EEXIST  the key names a region, and CREATE and EXCL were given
 * EACCES  the region does not grant the bits of @mode
 * ENOSPC  another limit is reached; the kernel log says which
 * ENOMEM  memory is short, or could not be reserved
 * ENFILE  fs.file-max is reached
 * EINTR   the process is being killed; nothing was created
 *
 * Since: 1.0
 */
int shmregion_get(int fd, uint64_t key, uint64_t size, unsigned int flags,
		  mode_t mode);

/**
 * shmregion_attach() - map a whole region
 * @fd: descriptor of the device
 * @id: id of the region
 * @address: where to map, or NULL to let the kernel choose
 * @flags: SHMREGION_ATTACH_*
 * @size: if not NULL, the size of the region in bytes is stored there; mapped
 *	is this, rounded up to pages
 *
 * As shmat(2). Fork duplicates the attach, exec and exit end it. An @address
 * that SHMREGION_ATTACH_ROUND rounds down to 0 is meant as it is, and what is
 * mapped there is replaced.
 *
 * Return: the address; or SHMREGION_FAILED with
 *
 * EINVAL  @address is no multiple of the page size (or, with
 *         SHMREGION_ATTACH_ROUND and SHMREGION_ATTACH_REMAP, rounds down to 0),
 *         or is NULL with SHMREGION_ATTACH_REMAP, or is in use and
 *         SHMREGION_ATTACH_REMAP was not given, or what this function
 *         itself has on the stack is to be replaced
 * EACCES  the region, or the mode in which @fd is open, does not grant what
 *         is asked for
 * EPERM   @address is below what the process may map, or what is to be
 *         replaced is sealed (mseal(2))
 * EAGAIN  the process has locked its future mappings, and this one would
 *         exceed RLIMIT_MEMLOCK
 * ENOMEM  no room in the address space, too many mappings, or memory is short
 * ENFILE  fs.file-max is reached
 * EINTR   the process is being killed
 *
 * Since: 1.0
 */
void *shmregion_attach(int fd, int id, void *address, unsigned int flags,
		       size_t *size);

/**
 * shmregion_detach() - unmap a whole attach
 * @fd: descriptor of the device, of any scope
 * @address: where the attach begins
 *
 * As shmdt(2). What mprotect(2) or munmap(2) left of the attach goes; what
 * else was mapped in the holes stays.
 *
 * Return: 0; or -1 with
 *
 * EINVAL  no attach begins at @address
 * EPERM   a part of it is sealed (mseal(2)); the parts before are gone
 * ENOMEM  memory is short; the same call detaches what is left
 * EINTR   the process is being killed
 *
 * Since: 1.0
 */
int shmregion_detach(int fd, const void *address);

/**
 * shmregion_bind() - make a descriptor a handle to a region
 * @fd: descriptor of the device; this and all its copies are bound, once and
 *	for all
 * @id: id of the region
 * @size: if not NULL, the size of the region in bytes is stored there
 *
 * Thereafter mmap(2) on @fd attaches the region or a part of it, poll(2)
 * reports POLLHUP once the region is removed, and whoever the descriptor is
 * passed to can do the same. It is a read-only handle if @fd was opened with
 * O_RDONLY.
 *
 * Return: 0; or -1 with
 *
 * EACCES  the region does not grant read, or write and @fd is open for that
 * EBUSY   @fd is bound already
 * ENOMEM  memory is short
 * ENFILE  fs.file-max is reached
 *
 * Since: 1.0
 */
int shmregion_bind(int fd, int id, uint64_t *size);

/**
 * shmregion_stat() - ask about a region
 * @fd: descriptor of the device
 * @id: id of the region, or with SHMREGION_STAT_BY_INDEX its index
 * @flags: SHMREGION_STAT_*
 * @stat: filled in
 *
 * As shmctl(2) with IPC_STAT.
 *
 * Return: 0; or -1 with
 *
 * EACCES  the region does not grant read, and SHMREGION_STAT_ANY was not given
 *
 * Since: 1.0
 */
int shmregion_stat(int fd, int id, unsigned int flags,
		   struct shmregion_stat *stat);

/**
 * shmregion_next() - step through the regions of the scope
 * @fd: descriptor of the device
 * @cursor: 0 before the first call; updated by each
 * @flags: SHMREGION_NEXT_*
 *
 * Regions that come or go between two calls may or may not be met, all others
 * are met once, in the order of their ids.
 *
 * Return: the id of the next region; or -1 with
 *
 * ENOENT  there is none
 * EINTR   the process is being killed
 *
 * Since: 1.0
 */
int shmregion_next(int fd, uint64_t *cursor, unsigned int flags);

/**
 * shmregion_set() - change owner, group and permission bits
 * @fd: descriptor of the device
 * @id: id of the region
 * @uid: owner, or (uid_t)-1 to keep the present one
 * @gid: group, or (gid_t)-1 to keep the present one
 * @mode: nine permission bits, or (mode_t)-1 to keep the present ones
 *
 * As shmctl(2) with IPC_SET.
 *
 * Return: 0; or -1 with
 *
 * EINVAL  nothing is to change, @mode has more than permission bits, or @uid
 *         or @gid does not exist in the caller's user namespace
 * EPERM   the caller is neither owner nor creator, and has no CAP_SYS_ADMIN
 *
 * Since: 1.0
 */
int shmregion_set(int fd, int id, uid_t uid, gid_t gid, mode_t mode);

/**
 * shmregion_remove() - mark a region for removal
 * @fd: descriptor of the device
 * @id: id of the region
 *
 * As shmctl(2) with IPC_RMID: the key is free at once, the memory when nobody
 * is attached any more. To remove a region again is no error.
 *
 * Return: 0; or -1 with
 *
 * EPERM   the caller is neither owner nor creator, and has no CAP_SYS_ADMIN
 *
 * Since: 1.0
 */
int shmregion_remove(int fd, int id);

/**
 * shmregion_lock() - keep the pages of a region from being swapped out
 * @fd: descriptor of the device
 * @id: id of the region
 *
 * As shmctl(2) with SHM_LOCK. What the region counts for against the module's
 * limits counts against the caller's RLIMIT_MEMLOCK, too, until the region is
 * unlocked or destroyed; CAP_IPC_LOCK in the initial user namespace lifts that.
 *
 * Return: 0; or -1 with
 *
 * EPERM   the caller is neither owner nor creator, and has no CAP_IPC_LOCK;
 *         or its RLIMIT_MEMLOCK is 0
 * ENOMEM  RLIMIT_MEMLOCK would be exceeded, or memory is short
 * ENFILE  fs.file-max is reached
 *
 * Since: 1.0
 */
int shmregion_lock(int fd, int id);

/**
 * shmregion_unlock() - let the pages of a region be swapped out again
 * @fd: descriptor of the device
 * @id: id of the region
 *
 * As shmctl(2) with SHM_UNLOCK.
 *
 * Return: 0; or -1 with
 *
 * EPERM   the caller is neither owner nor creator, and has no CAP_IPC_LOCK
 *
 * Since: 1.0
 */
int shmregion_unlock(int fd, int id);

#ifdef __cplusplus
#pragma GCC diagnostic pop
}
#endif

#endif /* SHMREGION_H */
