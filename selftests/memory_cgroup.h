/* SPDX-License-Identifier: GPL-2.0 */
/* A memory cgroup for the time of a test. */

#ifndef SELFTESTS_MEMORY_CGROUP_H
#define SELFTESTS_MEMORY_CGROUP_H

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "deadline.h"
#include "kernel_file.h"

#define CGROUPS "/sys/fs/cgroup"
#define CGROUP CGROUPS "/shmregion_selftest"

/*
 * @bytes: the most memory it may have. @swap: as for memory.swap.max. Whoever
 * makes it removes it. Returns 0 or -errno.
 */
static inline int cgroup_begin(long long bytes, const char *swap)
{
	char text[32];
	int error;

	error = kernel_file_write(CGROUPS "/cgroup.subtree_control", "+memory");
	if (error)
		return error;
	if (mkdir(CGROUP, 0755))
		return -errno;
	snprintf(text, sizeof(text), "%lld", bytes);
	error = kernel_file_write(CGROUP "/memory.max", text);
	return error ? error :
		       kernel_file_write(CGROUP "/memory.swap.max", swap);
}

static inline int cgroup_join(void)
{
	return kernel_file_write(CGROUP "/cgroup.procs", "0");
}

/* Processes are gone a little before the cgroup knows. */
static inline int cgroup_end(void)
{
	bool gone = BECOMES_TRUE(!rmdir(CGROUP) || errno == ENOENT);

	return gone ? 0 : -EBUSY;
}

#endif /* SELFTESTS_MEMORY_CGROUP_H */
