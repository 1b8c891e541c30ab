/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the machine is set to for a benchmark, and is set back from at its end.
 * Functions return -errno on failure.
 */

#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

#include <stdint.h>

/* How many hugetlb pages there are to be. */
#define HUGE_PAGE_POOL "/proc/sys/vm/nr_hugepages"

int machine_set(const char *path, const char *value);
int machine_set_number(const char *path, uint64_t value);
int machine_restore(void);

/*
 * Keeps one of some pages all over the memory, and none of them movable, so that
 * there is no huge page to be had; until this process ends.
 */
int machine_fragment(void);

#endif /* BENCH_MACHINE_H */
