/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the kernel tells of memory in /proc. What cannot be read ends the demo.
 */
#ifndef DEMO_PROCFS_H
#define DEMO_PROCFS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Page frame numbers behind @count pages of a process from @address on. Each
 * page has to be there, and the caller to be root.
 */
void procfs_frames(pid_t pid, uint64_t address, size_t count, uint64_t *frames);

/* Bytes that the mapping at @address has mapped as huge pages of shared memory. */
uint64_t procfs_huge_bytes(pid_t pid, uint64_t address);

/* Bytes of shared memory in the whole system. */
uint64_t procfs_shared_bytes(void);

#endif /* DEMO_PROCFS_H */
