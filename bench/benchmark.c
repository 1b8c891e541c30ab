// SPDX-License-Identifier: GPL-2.0
/* The table of benchmarks. README.md tells what each measures. */

#include "benchmark.h"

#define KIB 1024UL
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)

#define OURS MECHANISM_SHMREGION
#define ALL ((1U << MECHANISMS) - 1)
#define NOT_RESERVED (ALL & ~MECHANISM_SYSV_HUGETLB)
/* Those that are found by a key or a name. */
#define KEYED (ALL & ~(MECHANISM_MEMFD | MECHANISM_MEMFD_HUGE))
/* Those that can be had in any number. */
#define MANY (NOT_RESERVED & ~(MECHANISM_POSIX_HUGE | MECHANISM_MEMFD_HUGE))
/* Those that have small pages, if only because they are asked to. */
#define SMALL MANY

/* From 64 KiB to 1 GiB. */
#define SIZES                                                              \
	{                                                                  \
		64 * KIB, MIB, 4 * MIB, 16 * MIB, 64 * MIB, 256 * MIB, GIB \
	}

#define SOME_SIZES                           \
	{                                    \
		64 * KIB, 4 * MIB, 256 * MIB \
	}

const struct benchmark benchmarks[] = {
	{ "attach_read", GUEST_INSTRUCTIONS, ALL, SIZES, run_attach_read },
	{ "attach_write", GUEST_INSTRUCTIONS, ALL, SOME_SIZES,
	  run_attach_write },
	{ "first_write", GUEST_INSTRUCTIONS, ALL, SIZES, run_first_write },
	{ "destroy", GUEST_INSTRUCTIONS, ALL, SOME_SIZES, run_destroy },
	{ "attach_detach",
	  GUEST_INSTRUCTIONS,
	  ALL,
	  { 64 * KIB, 256 * MIB },
	  run_attach_detach },
	{ "get", GUEST_INSTRUCTIONS, KEYED, { 64 * KIB }, run_get },
	{ "noop_ioctl", GUEST_INSTRUCTIONS, OURS, { 64 * KIB }, run_noop_ioctl },
	{ "create_remove",
	  GUEST_INSTRUCTIONS,
	  ALL,
	  { 64 * KIB },
	  run_create_remove },
	{ "create_remove_noreserve",
	  GUEST_INSTRUCTIONS,
	  ALL,
	  { 64 * KIB },
	  run_create_remove_noreserve },
	{ "lifecycle", GUEST_INSTRUCTIONS, ALL, { 64 * KIB }, run_lifecycle },
	{ "fallback_read",
	  GUEST_INSTRUCTIONS,
	  SMALL,
	  { 256 * MIB },
	  run_fallback_read },
	{ "fallback_write",
	  GUEST_INSTRUCTIONS,
	  SMALL,
	  { 256 * MIB },
	  run_fallback_write },
	{ "fallback_first_write",
	  GUEST_INSTRUCTIONS,
	  SMALL,
	  { 256 * MIB },
	  run_fallback_first_write },
	{ "sparse_resident",
	  GUEST_INSTRUCTIONS,
	  SMALL,
	  { 256 * MIB },
	  run_sparse_resident },
	{ "sparse_reclaim",
	  GUEST_INSTRUCTIONS,
	  SMALL,
	  { 256 * MIB },
	  run_sparse_reclaim },
	{ "page_tables", GUEST_INSTRUCTIONS, ALL, { GIB }, run_page_tables },
	{ "idle_region",
	  GUEST_INSTRUCTIONS,
	  MANY,
	  { 64 * KIB },
	  run_idle_region },
	{ "idle_region_reserved",
	  GUEST_INSTRUCTIONS,
	  MECHANISM_SHMREGION | MECHANISM_SYSV,
	  { 64 * KIB },
	  run_idle_region_reserved },
	{ "million",
	  GUEST_INSTRUCTIONS,
	  MECHANISM_SHMREGION | MECHANISM_SYSV | MECHANISM_POSIX,
	  { 4 * KIB },
	  run_million },
	{ "fallback_read_fragmented",
	  GUEST_FRAGMENTED,
	  NOT_RESERVED,
	  { 256 * MIB },
	  run_fragmented_read },
	{ "fallback_write_fragmented",
	  GUEST_FRAGMENTED,
	  NOT_RESERVED,
	  { 256 * MIB },
	  run_fragmented_write },
	{ "fallback_first_write_fragmented",
	  GUEST_FRAGMENTED,
	  NOT_RESERVED,
	  { 256 * MIB },
	  run_fragmented_first_write },
	{ "contention", GUEST_PROCESSORS, KEYED, { 64 * KIB }, run_contention },
	{ "contention_of_nothing",
	  GUEST_PROCESSORS,
	  OURS,
	  { 64 * KIB },
	  run_contention_of_nothing },
	{ "latency", GUEST_PROCESSORS, ALL, { 2 * MIB }, run_latency },
	{ "latency_futex",
	  GUEST_PROCESSORS,
	  ALL,
	  { 2 * MIB },
	  run_latency_futex },
	{ "path_lookup", GUEST_PROCESSORS, ALL, { 64 * KIB }, run_path_lookup },
	{ "path_lookup_alone",
	  GUEST_PROCESSORS,
	  OURS,
	  { 64 * KIB },
	  run_path_lookup_alone },
	{ 0 },
};

unsigned int benchmark_repeats(const struct run *run)
{
	if (run->bytes >= GIB)
		return 3;
	if (run->bytes > 16 * MIB)
		return 5;
	return run->bytes > MIB ? 9 : 25;
}
