// SPDX-License-Identifier: GPL-2.0
/* Values of fields. */

#include "value.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <linux/mempolicy.h>
#include <linux/mman.h>
#include <linux/shmregion.h>

/* What can be chosen from: names for 0, 1, 2 ..., or a list of numbers. */
struct range {
	const char *const *names;
	const uint64_t *numbers;
	unsigned int count;
	/* So many of them, the first ones, as a rule lead to something. */
	unsigned int good;
	/* Any combination of these may be chosen as well. */
	uint64_t bits;
};

#define NAMES(...)                                     \
	.names = (const char *const[]){ __VA_ARGS__ }, \
	.count = sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *)

#define NUMBERS(...)                                  \
	.numbers = (const uint64_t[]){ __VA_ARGS__ }, \
	.count = sizeof((const uint64_t[]){ __VA_ARGS__ }) / sizeof(uint64_t)

#define GET_FLAGS                                                              \
	(SHMREGION_GET_CREATE | SHMREGION_GET_EXCL | SHMREGION_GET_NORESERVE | \
	 SHMREGION_GET_POPULATE | SHMREGION_GET_HUGE_MASK |                    \
	 SHMREGION_GET_LIFETIME_MASK)

#define DESCRIPTOR_NAMES "d0", "d1", "d2", "d3"
#define REGION_NAMES "r0", "r1", "r2", "r3"
#define MAPPING_NAMES "m0", "m1", "m2", "m3"
#define ADDRESS_NAMES                                                    \
	"any", "a0", "a1", "a2", "a3", "odd", "within", "low", "kernel", \
		"top", "wrap", MAPPING_NAMES

static const struct range ranges[KINDS] = {
	[KIND_NEW_DESCRIPTOR] = { NAMES(DESCRIPTOR_NAMES), .good = 4 },
	[KIND_NEW_REGION] = { NAMES(REGION_NAMES), .good = 4 },
	[KIND_NEW_MAPPING] = { NAMES(MAPPING_NAMES), .good = 4 },
	[KIND_DESCRIPTOR] = { NAMES(DESCRIPTOR_NAMES), .good = 1 },
	[KIND_HANDLE] = { NAMES(DESCRIPTOR_NAMES), .good = 2 },
	[KIND_MAPPING] = { NAMES(MAPPING_NAMES), .good = 2 },
	[KIND_ID] = { NAMES(REGION_NAMES, "zero", "one", "minus", "max"),
		      .good = 2 },
	[KIND_KEY] = { NUMBERS(0, 0xf001, 0xf002, 0xf003, 0xf004, 0xf005),
		       .good = 6 },
	/* To clear many pages takes long. */
	[KIND_SIZE] = { NUMBERS(4 * PAGE_BYTES, 1, PAGE_BYTES,
				3 * PAGE_BYTES - 1, 2 * PAGE_BYTES,
				PAGE_BYTES + 1, 5 * PAGE_BYTES, 8 * PAGE_BYTES,
				16 * PAGE_BYTES, HUGE_PAGE_BYTES,
				HUGE_PAGE_BYTES + PAGE_BYTES, 0,
				0x7fffffffffffffff, UINT64_MAX),
			.good = 11 },
	[KIND_MODE] = { NUMBERS(0666, 0600, 0, 0640, 0777, 0444, 0644, 0400,
				01666),
			.bits = 0777, .good = 7 },
	[KIND_GET_FLAGS] = { NUMBERS(SHMREGION_GET_CREATE,
				     SHMREGION_GET_CREATE | SHMREGION_GET_EXCL,
				     SHMREGION_GET_CREATE |
					     SHMREGION_GET_LIFETIME_LAST_DETACH,
				     SHMREGION_GET_CREATE |
					     SHMREGION_GET_LIFETIME_OWNER,
				     SHMREGION_GET_CREATE |
					     SHMREGION_GET_NORESERVE,
				     SHMREGION_GET_CREATE |
					     SHMREGION_GET_POPULATE,
				     0),
			     .bits = GET_FLAGS, .good = 6 },
	[KIND_ATTACH_FLAGS] = { NUMBERS(0, SHMREGION_ATTACH_RDONLY,
					SHMREGION_ATTACH_EXEC,
					SHMREGION_ATTACH_POPULATE,
					SHMREGION_ATTACH_REMAP,
					SHMREGION_ATTACH_ROUND),
				.bits = 0x1f, .good = 4 },
	[KIND_STAT_FLAGS] = { NUMBERS(0, SHMREGION_STAT_ANY,
				      SHMREGION_STAT_HUGE,
				      SHMREGION_STAT_BY_INDEX),
			      .bits = 7, .good = 4 },
	[KIND_SET_FLAGS] = { NUMBERS(4, 1, 2, 0), .bits = 7, .good = 3 },
	[KIND_NEXT_FLAGS] = { NUMBERS(1, 0), .good = 2 },
	[KIND_NO_FLAGS] = { NUMBERS(0, 1, 0x80000000), .good = 1 },
	[KIND_ADDRESS] = { NAMES(ADDRESS_NAMES), .good = 5 },
	[KIND_TAKEN_ADDRESS] = { NAMES(ADDRESS_NAMES), .good = 3 },
	[KIND_POINTER] = { NAMES("good", "null", "unmapped", "kernel",
				 "readonly", "edge", "m0", "m1", "m2", "m3"),
			   .good = 1 },
	[KIND_FORM] = { NAMES("right", "short", "empty", "long", "longer",
			      "tail", "longer-tail", "direction", "unknown"),
			.good = 1 },
	[KIND_USER] = { NAMES("root", "one", "other", "nobody", "none"),
			.good = 4 },
	[KIND_ACCESS] = { NAMES("read", "write", "both"), .good = 3 },
	[KIND_PAGE] = { NUMBERS(0, 1, 2, 3, 5, 16, 64, 512), .good = 4 },
	[KIND_PAGES] = { NUMBERS(1, 2, 3, 4, 5, 16, 64, 512, 513, 0),
			 .good = 6 },
	[KIND_PROTECTION] = { NUMBERS(PROT_READ | PROT_WRITE, PROT_READ,
				      PROT_NONE, PROT_READ | PROT_EXEC,
				      PROT_READ | PROT_WRITE | PROT_EXEC,
				      PROT_WRITE),
			      .good = 4 },
	[KIND_MAP_FLAGS] = { NUMBERS(MAP_SHARED, MAP_PRIVATE,
				     MAP_SHARED | MAP_POPULATE,
				     MAP_SHARED | MAP_LOCKED,
				     MAP_SHARED | MAP_NORESERVE,
				     MAP_SHARED_VALIDATE, 0),
			     .good = 5 },
	[KIND_ADVICE] = { NUMBERS(MADV_DONTNEED, MADV_REMOVE, MADV_HUGEPAGE,
				  MADV_NOHUGEPAGE, MADV_DONTFORK, MADV_DOFORK,
				  MADV_WILLNEED, MADV_FREE, MADV_RANDOM,
				  MADV_SEQUENTIAL, MADV_COLD, MADV_PAGEOUT,
				  MADV_WIPEONFORK, MADV_KEEPONFORK,
				  MADV_DONTDUMP, MADV_MERGEABLE,
				  MADV_POPULATE_READ, MADV_POPULATE_WRITE,
				  MADV_DONTNEED_LOCKED, MADV_COLLAPSE),
			  .good = 20 },
	[KIND_POLICY] = { NUMBERS(MPOL_DEFAULT, MPOL_PREFERRED, MPOL_BIND,
				  MPOL_INTERLEAVE, MPOL_LOCAL),
			  .good = 5 },
	[KIND_POLICY_FLAGS] = { NUMBERS(0, MPOL_MF_STRICT, MPOL_MF_MOVE),
				.bits = MPOL_MF_VALID, .good = 3 },
	[KIND_MOVE_FLAGS] = { NUMBERS(MREMAP_MAYMOVE, 0,
				      MREMAP_MAYMOVE | MREMAP_FIXED,
				      MREMAP_MAYMOVE | MREMAP_DONTUNMAP),
			      .good = 4 },
	[KIND_SYNC_FLAGS] = { NUMBERS(MS_SYNC, MS_ASYNC, MS_INVALIDATE),
			      .good = 2 },
	[KIND_CALLS] = { NUMBERS(1, 2, 3, 4, 6, 0), .good = 5 },
	[KIND_END] = { NAMES("exit", "kill", "killed", "group"), .good = 4 },
	[KIND_MICROSECONDS] = { NUMBERS(1, 20, 100, 500, 2000, 10000),
				.good = 6 },
	[KIND_LIMIT] = { NAMES("max_regions", "max_region_bytes", "max_bytes",
			       "max_user_regions", "max_user_bytes"),
			 .good = 5 },
	[KIND_AMOUNT] = { NUMBERS(0, 1, 3, 8 * PAGE_BYTES, HUGE_PAGE_BYTES,
				  3 * HUGE_PAGE_BYTES),
			  .good = 6 },
	[KIND_FILE] = { NAMES("proc", "fdinfo", "limit", "huge", "device",
			      "smaps"),
			.good = 3 },
	[KIND_SCOPE] = { NAMES("net", "user", "user-net", "back"), .good = 4 },
	[KIND_WRITES] = { NAMES("reads", "writes"), .good = 2 },
};

uint64_t value_random(enum kind kind, bool good, struct chance *chance)
{
	const struct range *range = &ranges[kind];
	unsigned int chosen;

	if (!good && range->numbers && chance_of(chance, 10))
		return chance_next(chance) >> chance_below(chance, 64);
	if (range->bits && chance_of(chance, good ? 10 : 2))
		return range->bits & chance_next(chance);
	chosen = chance_below(chance, good ? range->good : range->count);
	return range->names ? chosen : range->numbers[chosen];
}

void value_print(FILE *file, enum kind kind, uint64_t value)
{
	const struct range *range = &ranges[kind];

	if (range->names && value < range->count)
		fputs(range->names[value], file);
	else if (kind == KIND_MODE)
		fprintf(file, "%#" PRIo64, value);
	else
		fprintf(file, "%#" PRIx64, value);
}

bool value_parse(enum kind kind, const char *text, uint64_t *value)
{
	const struct range *range = &ranges[kind];
	unsigned int i;
	char *end;

	for (i = 0; range->names && i < range->count; i++)
		if (!strcmp(range->names[i], text)) {
			*value = i;
			return true;
		}
	errno = 0;
	*value = strtoull(text, &end, 0);
	return *text && !*end && !errno;
}
