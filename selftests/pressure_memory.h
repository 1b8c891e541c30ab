/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Making memory short: swap space of a chosen size, a memory cgroup with a
 * limit, a process that has all huge pages, one that leaves only single pages
 * between those that it keeps.
 */

#ifndef SELFTESTS_PRESSURE_MEMORY_H
#define SELFTESTS_PRESSURE_MEMORY_H

#include <stdio.h>
#include <sys/mman.h>

#include "deadline.h"
#include "kernel_file.h"
#include "memory_cgroup.h"
#include "oom_score.h"
#include "pressure_crew.h"
#include "swap_space.h"

#define MIB (1024 * 1024LL)
#define HUGE (2 * MIB)

static inline long long vm_event(const char *name)
{
	return kernel_file_number("/proc/vmstat", name);
}

static inline int cgroup_join_spared(void)
{
	int error = cgroup_join();

	return error ? error : spare_me();
}

/* Memory of a process, as small or huge pages. Returns NULL on failure. */
static inline char *take_memory(long long bytes, int advice)
{
	char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED || madvise(memory, bytes, advice) ||
	    mlock(memory, bytes))
		return NULL;
	return memory;
}

/* Takes all memory but @data bytes, and has it until the end. */
static inline int hoard_memory(unsigned int number, void *data)
{
	const long long spare = *(long long *)data;
	const long long more = meminfo_bytes("MemFree") - spare;

	(void)number;
	if (spare_me())
		return -errno;
	if (more > 0 && !take_memory(more, MADV_HUGEPAGE))
		return -ENOMEM;
	crew_has_done();
	board_wait_for(PHASE_END);
	return 0;
}

/* Of so many pages one is kept. */
#define FRAGMENT 64

/*
 * Takes all memory but @data bytes as single pages and gives back most of it:
 * what it keeps is locked, lies everywhere, and, where compaction does not touch
 * what is locked, is in the way of huge pages.
 */
static inline int fragment_memory(unsigned int number, void *data)
{
	const long long spare = *(long long *)data;
	const long long piece = FRAGMENT * (long long)CHECKED_PAGE;
	const long long all =
		(meminfo_bytes("MemFree") - spare) / piece * piece;
	char *memory;
	long long i;

	(void)number;
	if (spare_me())
		return -errno;
	memory = all > 0 ? take_memory(all, MADV_NOHUGEPAGE) : NULL;
	if (!memory)
		return -ENOMEM;
	for (i = 0; i < all; i += piece)
		if (munmap(memory + i + CHECKED_PAGE, piece - CHECKED_PAGE))
			return -errno;
	crew_has_done();
	board_wait_for(PHASE_END);
	return 0;
}

/* Takes huge pages one by one until there are no more. */
static inline int hoard_huge_pages(unsigned int number, void *data)
{
	const long long most = meminfo_bytes("MemFree");
	long long fallbacks, i;
	char *memory;

	(void)number;
	(void)data;
	memory = mmap(NULL, most + HUGE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (spare_me() || memory == MAP_FAILED)
		return -errno;
	memory += -(uintptr_t)memory % HUGE;
	if (madvise(memory, most, MADV_HUGEPAGE))
		return -errno;
	fallbacks = vm_event("thp_fault_fallback");
	for (i = 0; i < most && vm_event("thp_fault_fallback") == fallbacks;
	     i += HUGE)
		if (mlock(memory + i, HUGE))
			break;
	crew_has_done();
	board_wait_for(PHASE_END);
	return 0;
}

#endif /* SELFTESTS_PRESSURE_MEMORY_H */
