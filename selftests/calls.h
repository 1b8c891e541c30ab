/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every ioctl with an argument by which it succeeds, for tests of what holds
 * for all of them.
 */

#ifndef SELFTESTS_CALLS_H
#define SELFTESTS_CALLS_H

#include <stddef.h>
#include <stdlib.h>

#include "device.h"

/* What the calls are made on; a call that succeeds may use up both. */
struct target {
	int fd;
	int id;
};

struct call {
	const char *name;
	unsigned int command;
	/* Fills the argument, which is zero. */
	void (*fill)(const struct target *target, void *argument);
	/* Where the fields are that all have, -1 if this one has not. */
	int flags_at;
	int reserved_at;
	int id_at;
	/* Flags that mean something. */
	uint32_t flags;
	/* Flags that are a number, so not each value of which means something. */
	uint32_t fields;
};

static inline size_t call_size(const struct call *call)
{
	return _IOC_SIZE(call->command);
}

static inline bool call_writes_back(const struct call *call)
{
	return _IOC_DIR(call->command) & _IOC_READ;
}

/* The same call with a structure of another size. */
static inline unsigned int call_with_size(const struct call *call, size_t size)
{
	return _IOC(_IOC_DIR(call->command), _IOC_TYPE(call->command),
		    _IOC_NR(call->command), size);
}

static inline void fill_nothing(const struct target *target, void *argument)
{
	(void)target;
	(void)argument;
}

static inline void fill_get(const struct target *target, void *argument)
{
	struct shmregion_get *get = argument;

	(void)target;
	get->size = 1;
	get->flags = SHMREGION_GET_CREATE;
	get->mode = 0600;
}

static inline void fill_attach(const struct target *target, void *argument)
{
	struct shmregion_attach *attach = argument;

	attach->id = target->id;
	attach->flags = SHMREGION_ATTACH_RDONLY;
}

static inline void fill_detach(const struct target *target, void *argument)
{
	struct shmregion_detach *detach = argument;

	detach->address = (uintptr_t)region_attach(target->fd, target->id,
						   SHMREGION_ATTACH_RDONLY);
}

static inline void fill_bind(const struct target *target, void *argument)
{
	struct shmregion_bind *bind = argument;

	bind->id = target->id;
}

static inline void fill_stat(const struct target *target, void *argument)
{
	struct shmregion_stat *stat = argument;

	stat->id = target->id;
}

static inline void fill_set(const struct target *target, void *argument)
{
	struct shmregion_set *set = argument;

	set->id = target->id;
	set->flags = SHMREGION_SET_MODE;
	set->mode = 0600;
}

static inline void fill_remove(const struct target *target, void *argument)
{
	struct shmregion_remove *remove = argument;

	remove->id = target->id;
}

static inline void fill_lock(const struct target *target, void *argument)
{
	struct shmregion_lock *lock = argument;

	lock->id = target->id;
}

/* The last one has no name. */
static const struct call calls[] = {
	{ "INFO", SHMREGION_IOC_INFO, fill_nothing,
	  offsetof(struct shmregion_info, flags), -1, -1, 0, 0 },
	{ "GET", SHMREGION_IOC_GET, fill_get,
	  offsetof(struct shmregion_get, flags),
	  offsetof(struct shmregion_get, reserved), -1,
	  SHMREGION_GET_CREATE | SHMREGION_GET_EXCL | SHMREGION_GET_NORESERVE |
		  SHMREGION_GET_POPULATE,
	  SHMREGION_GET_HUGE_MASK | SHMREGION_GET_LIFETIME_MASK },
	{ "ATTACH", SHMREGION_IOC_ATTACH, fill_attach,
	  offsetof(struct shmregion_attach, flags), -1,
	  offsetof(struct shmregion_attach, id),
	  SHMREGION_ATTACH_RDONLY | SHMREGION_ATTACH_EXEC |
		  SHMREGION_ATTACH_REMAP | SHMREGION_ATTACH_ROUND |
		  SHMREGION_ATTACH_POPULATE,
	  0 },
	{ "DETACH", SHMREGION_IOC_DETACH, fill_detach,
	  offsetof(struct shmregion_detach, flags),
	  offsetof(struct shmregion_detach, reserved), -1, 0, 0 },
	{ "BIND", SHMREGION_IOC_BIND, fill_bind,
	  offsetof(struct shmregion_bind, flags), -1,
	  offsetof(struct shmregion_bind, id), 0, 0 },
	{ "STAT", SHMREGION_IOC_STAT, fill_stat,
	  offsetof(struct shmregion_stat, flags), -1,
	  offsetof(struct shmregion_stat, id),
	  SHMREGION_STAT_BY_INDEX | SHMREGION_STAT_ANY | SHMREGION_STAT_HUGE,
	  0 },
	{ "NEXT", SHMREGION_IOC_NEXT, fill_nothing,
	  offsetof(struct shmregion_next, flags), -1, -1, SHMREGION_NEXT_ANY,
	  0 },
	{ "SET", SHMREGION_IOC_SET, fill_set,
	  offsetof(struct shmregion_set, flags),
	  offsetof(struct shmregion_set, reserved),
	  offsetof(struct shmregion_set, id),
	  SHMREGION_SET_UID | SHMREGION_SET_GID | SHMREGION_SET_MODE, 0 },
	{ "LOCK", SHMREGION_IOC_LOCK, fill_lock,
	  offsetof(struct shmregion_lock, flags), -1,
	  offsetof(struct shmregion_lock, id), 0, 0 },
	{ "UNLOCK", SHMREGION_IOC_UNLOCK, fill_lock,
	  offsetof(struct shmregion_lock, flags), -1,
	  offsetof(struct shmregion_lock, id), 0, 0 },
	{ "REMOVE", SHMREGION_IOC_REMOVE, fill_remove,
	  offsetof(struct shmregion_remove, flags), -1,
	  offsetof(struct shmregion_remove, id), 0, 0 },
	{ 0 },
};

/* Opens the device and creates a region. Returns 0 or -errno. */
static inline int target_make(struct target *target)
{
	target->fd = device_open(O_RDWR);
	if (target->fd < 0)
		return target->fd;
	target->id = region_create(target->fd, 1);
	return target->id < 0 ? target->id : 0;
}

/* Removes all that was created by means of this target, and closes it. */
static inline void target_drop(struct target *target)
{
	struct shmregion_next next = { .flags = SHMREGION_NEXT_ANY };

	while (!device_ioctl(target->fd, SHMREGION_IOC_NEXT, &next))
		if (next.id >= target->id)
			region_remove(target->fd, next.id);
	close(target->fd);
}

/* The entry of an ioctl, which has to have one. */
static inline const struct call *call_of(unsigned int command)
{
	const struct call *call;

	for (call = calls; call->name; call++)
		if (call->command == command)
			return call;
	abort();
}

/* A call that is being tried, with room for the longest structure there is. */
struct trial {
	struct target target;
	union {
		unsigned char bytes[1 << _IOC_SIZEBITS];
		uint64_t alignment;
	} argument;
};

/* A fresh target, since a call may use it up, and an argument for it. */
static inline int trial_prepare(struct trial *trial, const struct call *call)
{
	int error;

	target_drop(&trial->target);
	error = target_make(&trial->target);
	if (error)
		return error;
	memset(&trial->argument, 0, sizeof(trial->argument));
	call->fill(&trial->target, &trial->argument);
	return 0;
}

static inline int trial_issue(struct trial *trial, unsigned int command)
{
	return device_ioctl(trial->target.fd, command, &trial->argument);
}

static inline uint32_t *trial_word(struct trial *trial, int offset)
{
	return (uint32_t *)(trial->argument.bytes + offset);
}

/* Prepares a call, changes one word of its argument, and issues it. */
static inline int trial_with(struct trial *trial, const struct call *call,
			     int offset, uint32_t value)
{
	int error = trial_prepare(trial, call);

	if (error)
		return error;
	*trial_word(trial, offset) = value;
	return trial_issue(trial, call->command);
}

#endif /* SELFTESTS_CALLS_H */
