// SPDX-License-Identifier: GPL-2.0
/* The ioctls. */

#include "act.h"

#include <errno.h>
#include <string.h>

#include <linux/shmregion.h>

#include "issue.h"

#define ERRORS(...) ((const int[]){ __VA_ARGS__, 0 })

/* The order of the fields is that of operation.c; the last two tell how. */
#define REQUEST(number, structure, at, is_wrong, ...) \
	(&(const struct request){                     \
		.fd = values[0],                      \
		.command = (number),                  \
		.argument = (structure),              \
		.how = &values[at],                   \
		.wrong = (is_wrong),                  \
		.errors = ERRORS(__VA_ARGS__),        \
	})

static uint32_t user_of(uint64_t value)
{
	static const uint32_t users[] = { [USER_ROOT] = 0,
					  [USER_ONE] = 1001,
					  [USER_OTHER] = 1002,
					  [USER_NOBODY] = 65534,
					  [USER_NONE] = UINT32_MAX };

	return value <= USER_NONE ? users[value] : value;
}

ACT(info)
{
	struct shmregion_info info = { .flags = values[1] };

	return issue(lane,
		     REQUEST(SHMREGION_IOC_INFO, &info, 2, values[1], EINVAL));
}

ACT(get)
{
	struct shmregion_get get = {
		.key = values[1],
		.size = values[2],
		.flags = values[3],
		.mode = values[4],
		.reserved = values[5],
	};
	const uint32_t known =
		SHMREGION_GET_CREATE | SHMREGION_GET_EXCL |
		SHMREGION_GET_NORESERVE | SHMREGION_GET_POPULATE |
		SHMREGION_GET_HUGE_MASK | SHMREGION_GET_LIFETIME_MASK;
	const bool wrong = (get.flags & ~known) || (get.mode & ~0777) ||
			   get.reserved;
	int error =
		issue(lane, REQUEST(SHMREGION_IOC_GET, &get, 7, wrong, ENOENT,
				    EEXIST, EACCES, ENOSPC, ENOMEM, ENFILE));

	if (error)
		return error;
	if (!pointer_is_open(values[7]) && get.id <= 0)
		stage_fail("get: wrote the id %d", get.id);
	stage_put_region(lane->stage, values[6], get.id);
	if (!get.key || (get.flags & SHMREGION_GET_CREATE))
		if (!get.key || !lane->stage->leaves)
			stage_note_created(lane->stage, get.id);
	return 0;
}

/* Which region it is that was asked for. 0 if others may have asked for another. */
static int known_id(int id, uint64_t pointer)
{
	return pointer_is_open(pointer) ? 0 : id;
}

ACT(attach)
{
	const char *hint = stage_address(lane->stage, values[2]);
	struct shmregion_attach attach = {
		.address = (uintptr_t)hint,
		.id = stage_id(lane->stage, values[1]),
		.flags = values[3],
	};
	const int id = known_id(attach.id, values[5]);
	int error;

	if (!stage_may_replace(lane->stage, values[2], hint))
		attach.flags &= ~SHMREGION_ATTACH_REMAP;
	error = issue(lane, REQUEST(SHMREGION_IOC_ATTACH, &attach, 5,
				    attach.flags & ~0x1f, EACCES, EPERM, EAGAIN,
				    ENOMEM, ENFILE, EIDRM));

	if (error)
		return error;
	stage_put_mapping(lane->stage, values[4],
			  (char *)(uintptr_t)attach.address,
			  (attach.size + PAGE_BYTES - 1) & -PAGE_BYTES, id);
	return 0;
}

ACT(detach)
{
	struct shmregion_detach detach = {
		.address = (uintptr_t)stage_address(lane->stage, values[1]),
		.flags = values[2],
		.reserved = values[3],
	};

	return issue(lane, REQUEST(SHMREGION_IOC_DETACH, &detach, 4,
				   detach.flags || detach.reserved, EINVAL));
}

ACT(bind)
{
	struct shmregion_bind bind = {
		.id = stage_id(lane->stage, values[1]),
		.flags = values[2],
	};
	struct handle *handle = stage_handle(lane->stage, values[0]);
	const bool quiet = stage_is_quiet(lane->stage);
	const int id = known_id(bind.id, values[3]);
	int error =
		issue(lane, REQUEST(SHMREGION_IOC_BIND, &bind, 3, bind.flags,
				    EACCES, EBUSY, ENOMEM, ENFILE, EIDRM));

	if (!error && quiet && stage_is_quiet(lane->stage)) {
		handle->id = id;
		handle->size = bind.size;
	}
	return error;
}

/*
 * What a region is charged, and never takes more than. Unless it was chosen, the
 * policy is that of the module's parameter, WITHIN_SIZE.
 */
static uint64_t most_bytes(const struct shmregion_stat *stat)
{
	const uint32_t policy = stat->attributes & SHMREGION_GET_HUGE_MASK;
	uint64_t unit = HUGE_PAGE_BYTES;

	if (policy <= SHMREGION_GET_HUGE_WITHIN_SIZE &&
	    stat->size <= HUGE_PAGE_BYTES - PAGE_BYTES)
		unit = PAGE_BYTES;
	return (stat->size + unit - 1) & -unit;
}

ACT(stat)
{
	struct shmregion_stat stat = {
		.id = stage_id(lane->stage, values[1]),
		.flags = values[2],
	};
	const struct shmregion_stat asked = stat;
	int error = issue(lane, REQUEST(SHMREGION_IOC_STAT, &stat, 3,
					stat.flags & ~7U, EACCES, EIDRM));

	if (error || pointer_is_open(values[3]))
		return error;
	if (!(asked.flags & SHMREGION_STAT_BY_INDEX) && stat.id != asked.id)
		stage_fail("stat: asked about region %d, told of %d", asked.id,
			   stat.id);
	if (!stat.size || stat.huge_bytes > most_bytes(&stat) ||
	    stat.resident_bytes > most_bytes(&stat))
		stage_fail(
			"stat: region %d of %llu bytes takes %llu, %llu huge",
			stat.id, stat.size, stat.resident_bytes,
			stat.huge_bytes);
	return 0;
}

ACT(next)
{
	struct shmregion_next next = { .cursor = values[1],
				       .flags = values[2] };
	const uint64_t asked = next.cursor;
	int error =
		issue(lane, REQUEST(SHMREGION_IOC_NEXT, &next, 4,
				    next.flags & ~SHMREGION_NEXT_ANY, ENOENT));

	if (error)
		return error;
	if (!pointer_is_open(values[4]) &&
	    (next.id <= 0 || (uint64_t)next.id < asked ||
	     next.cursor <= (uint64_t)next.id))
		stage_fail("next: after %#llx comes %d, then %#llx",
			   (unsigned long long)asked, next.id, next.cursor);
	stage_put_region(lane->stage, values[3], next.id);
	return 0;
}

ACT(set)
{
	struct shmregion_set set = {
		.id = stage_id(lane->stage, values[1]),
		.flags = values[2],
		.uid = user_of(values[3]),
		.gid = user_of(values[4]),
		.mode = values[5],
		.reserved = values[6],
	};
	const bool wrong =
		(set.flags & ~7U) || !set.flags || set.reserved ||
		((set.flags & SHMREGION_SET_MODE) && (set.mode & ~0777U));

	return issue(lane,
		     REQUEST(SHMREGION_IOC_SET, &set, 7, wrong, EPERM, EIDRM));
}

ACT(remove)
{
	struct shmregion_remove remove = {
		.id = stage_id(lane->stage, values[1]),
		.flags = values[2],
	};

	return issue(lane, REQUEST(SHMREGION_IOC_REMOVE, &remove, 3,
				   remove.flags, EPERM, EIDRM));
}

ACT(lock)
{
	struct shmregion_lock lock = {
		.id = stage_id(lane->stage, values[1]),
		.flags = values[2],
	};

	return issue(lane, REQUEST(SHMREGION_IOC_LOCK, &lock, 3, lock.flags,
				   EPERM, ENOMEM, ENFILE, EIDRM));
}

ACT(unlock)
{
	struct shmregion_lock lock = {
		.id = stage_id(lane->stage, values[1]),
		.flags = values[2],
	};

	return issue(lane, REQUEST(SHMREGION_IOC_UNLOCK, &lock, 3, lock.flags,
				   EPERM, EIDRM));
}
