// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * On 32-bit architectures compiled twice, for either size of time_t; the C
 * library's header then gives the function another name.
 */
#include <limits.h>
#include <stdint.h>
#include <sys/shm.h>
#include <unistd.h>

#include <linux/shmregion.h>

#include "answer.h"
#include "caller.h"
#include "device.h"
#include "kernel.h"

#ifdef __USE_TIME_BITS64
#define pass_on kernel_shmctl64
#else
#define pass_on kernel_shmctl
#endif

/* System V's ids are a sequence number in front of 15 bits. */
#define SEQUENCE_SHIFT 15

#define NSEC_PER_SEC 1000000000ULL

/* The largest maximum that the kernel tells 32-bit programs. */
#ifdef __LP64__
#define SIZE_LIMIT ULONG_MAX
#else
#define SIZE_LIMIT INT_MAX
#endif

static unsigned long at_most(uint64_t value, unsigned long limit)
{
	return value < limit ? value : limit;
}

static void fill_times(struct shmid_ds *ds, const struct shmregion_stat *stat)
{
	const uint64_t attach = stat->attach_time / NSEC_PER_SEC;
	const uint64_t detach = stat->detach_time / NSEC_PER_SEC;
	const uint64_t change = stat->change_time / NSEC_PER_SEC;

	ds->shm_atime = attach;
	ds->shm_dtime = detach;
	ds->shm_ctime = change;
#if __TIMESIZE == 32 && !defined(__USE_TIME_BITS64)
	ds->__shm_atime_high = attach >> 32;
	ds->__shm_dtime_high = detach >> 32;
	ds->__shm_ctime_high = change >> 32;
#endif
}

static void fill(struct shmid_ds *ds, const struct shmregion_stat *stat)
{
	*ds = (struct shmid_ds){
		.shm_perm = {
			.__key = (key_t)stat->key,
			.uid = stat->uid,
			.gid = stat->gid,
			.cuid = stat->cuid,
			.cgid = stat->cgid,
			/* The bits beyond the permissions are System V's. */
			.mode = stat->mode,
			.__seq = stat->id >> SEQUENCE_SHIFT,
		},
		.shm_segsz = stat->size,
		.shm_cpid = stat->creator_pid,
		.shm_lpid = stat->last_pid,
		.shm_nattch = stat->attaches,
	};
	fill_times(ds, stat);
}

/* Returns the region's id, or -errno. */
static int stat_region(int id, uint32_t flags, void *buffer)
{
	struct shmregion_stat stat = {
		.id = id,
		.flags = flags,
	};
	struct shmid_ds ds;
	int error;

	error = device_ioctl(SHMREGION_IOC_STAT, &stat);
	if (error)
		return error;
	fill(&ds, &stat);
	error = caller_write(buffer, &ds, sizeof(ds));
	return error ? error : stat.id;
}

static int set_region(int id, const void *buffer)
{
	struct shmregion_set set = {
		.id = id,
		.flags = SHMREGION_SET_UID | SHMREGION_SET_GID |
			 SHMREGION_SET_MODE,
	};
	struct shmid_ds ds;
	int error;

	error = caller_read(&ds, buffer, sizeof(ds));
	if (error)
		return error;
	set.uid = ds.shm_perm.uid;
	set.gid = ds.shm_perm.gid;
	set.mode = ds.shm_perm.mode & 0777;
	return device_ioctl(SHMREGION_IOC_SET, &set);
}

static int remove_region(int id)
{
	struct shmregion_remove remove = { .id = id };

	return device_ioctl(SHMREGION_IOC_REMOVE, &remove);
}

static int lock_region(unsigned long request, int id)
{
	struct shmregion_lock lock = { .id = id };

	return device_ioctl(request, &lock);
}

/* Without any region System V says 0, as if there were a first one. */
static int highest_index(const struct shmregion_info *info)
{
	return info->highest_index < 0 ? 0 : info->highest_index;
}

static int tell_limits(void *buffer)
{
	struct shmregion_info info = { .flags = 0 };
	struct shminfo limits = { .shmmin = 1 };
	int error;

	error = device_ioctl(SHMREGION_IOC_INFO, &info);
	if (error)
		return error;
	limits.shmmax = at_most(info.max_region_bytes, SIZE_LIMIT);
	limits.shmmni = at_most(info.max_regions, ULONG_MAX);
	limits.shmseg = limits.shmmni;
	limits.shmall =
		at_most(info.max_bytes / sysconf(_SC_PAGESIZE), ULONG_MAX);
	error = caller_write(buffer, &limits, sizeof(limits));
	return error ? error : highest_index(&info);
}

static int tell_use(void *buffer)
{
	const long page = sysconf(_SC_PAGESIZE);
	struct shmregion_info info = { .flags = 0 };
	struct shm_info use = { .used_ids = 0 };
	int error;

	error = device_ioctl(SHMREGION_IOC_INFO, &info);
	if (error)
		return error;
	use.used_ids = info.regions;
	use.shm_tot = info.bytes / page;
	use.shm_rss = info.resident_bytes / page;
	use.shm_swp = info.swapped_bytes / page;
	error = caller_write(buffer, &use, sizeof(use));
	return error ? error : highest_index(&info);
}

static int control(int id, int command, void *buffer)
{
	int result;

	/* Before the command is looked at, which need not have an id. */
	if (id < 0)
		return -EINVAL;

	switch (command) {
	case IPC_INFO:
		return tell_limits(buffer);
	case SHM_INFO:
		return tell_use(buffer);
	case IPC_STAT:
		result = stat_region(id, 0, buffer);
		return result < 0 ? result : 0;
	case SHM_STAT:
		return stat_region(id, SHMREGION_STAT_BY_INDEX, buffer);
	case SHM_STAT_ANY:
		return stat_region(id,
				   SHMREGION_STAT_BY_INDEX | SHMREGION_STAT_ANY,
				   buffer);
	case IPC_SET:
		return set_region(id, buffer);
	case IPC_RMID:
		return remove_region(id);
	case SHM_LOCK:
		return lock_region(SHMREGION_IOC_LOCK, id);
	case SHM_UNLOCK:
		return lock_region(SHMREGION_IOC_UNLOCK, id);
	default:
		return -EINVAL;
	}
}

PUBLIC int shmctl(int shmid, int cmd, struct shmid_ds *buf)
{
	if (!device_serves())
		return pass_on(shmid, cmd, buf);

	return answer(control(shmid, cmd, buf));
}
