/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Entering a new user namespace, with other namespaces that it is to own.
 */

#ifndef SELFTESTS_USER_NAMESPACE_H
#define SELFTESTS_USER_NAMESPACE_H

#include <sched.h>
#include <stdio.h>

#include "kernel_file.h"
#include "process.h"

/*
 * Who is who in a new user namespace: its 0 is @owner, its 1 and so on are the
 * @count users from @first on, as newuidmap(1) maps subordinate users. Groups
 * are mapped in the same way.
 */
struct user_namespace {
	uid_t owner;
	uid_t first;
	unsigned int count;
};

static inline int user_namespace_write_maps(struct peer *parent, void *data)
{
	const char *const files[] = { "uid_map", "gid_map" };
	const struct user_namespace *space = data;
	char path[64], map[128];
	uint64_t entered;
	unsigned int i;
	int error;

	error = peer_hear(parent, &entered);
	if (error)
		return error;
	snprintf(map, sizeof(map), "0 %u 1\n1 %u %u\n", space->owner,
		 space->first, space->count);
	for (i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "/proc/%d/%s", (int)parent->pid,
			 files[i]);
		error = kernel_file_write(path, map);
		if (error)
			return error;
	}
	return 0;
}

/*
 * Makes this process, which may set user ids, the user @space->owner and then
 * root of a new user namespace. @flags: CLONE_NEW* of what is to be created with
 * it. Returns 0 or -errno.
 *
 * A child with the rights that are given up here writes the maps, since the
 * owner alone might map nobody but itself.
 */
static inline int user_namespace_enter(struct user_namespace *space, int flags)
{
	struct peer mapper;
	int error, mapped;

	error = peer_start(&mapper, user_namespace_write_maps, space);
	if (error)
		return error;
	error = become_user(space->owner, space->owner);
	if (!error && unshare(CLONE_NEWUSER | flags))
		error = -errno;
	if (!error)
		error = peer_tell(&mapper, 1);
	mapped = peer_wait(&mapper);
	if (!error)
		error = mapped;
	if (!error)
		error = become_user(0, 0);
	return error;
}

#endif /* SELFTESTS_USER_NAMESPACE_H */
