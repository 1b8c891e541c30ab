/* SPDX-License-Identifier: GPL-2.0 */
/* Values of fields: what there is to choose from, and how they are written. */
#ifndef FUZZ_VALUE_H
#define FUZZ_VALUE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "../sysv/chance.h"

#define PAGE_BYTES 4096UL
#define HUGE_PAGE_BYTES (2UL << 20)

/* What a field means. */
enum kind {
	/* Places where a program is to keep what it gets. */
	KIND_NEW_DESCRIPTOR,
	KIND_NEW_REGION,
	KIND_NEW_MAPPING,
	/* Places where it has something; a handle is a bound descriptor. */
	KIND_DESCRIPTOR,
	KIND_HANDLE,
	KIND_MAPPING,
	/* An id: that of a region that the program has, or a wrong one. */
	KIND_ID,
	KIND_KEY,
	KIND_SIZE,
	KIND_MODE,
	KIND_GET_FLAGS,
	KIND_ATTACH_FLAGS,
	KIND_STAT_FLAGS,
	KIND_SET_FLAGS,
	KIND_NEXT_FLAGS,
	/* Flags where none is known, and reserved fields. */
	KIND_NO_FLAGS,
	/* Where to map something, and where something is mapped. */
	KIND_ADDRESS,
	KIND_TAKEN_ADDRESS,
	KIND_POINTER,
	KIND_FORM,
	KIND_USER,
	KIND_ACCESS,
	KIND_PAGE,
	KIND_PAGES,
	KIND_PROTECTION,
	KIND_MAP_FLAGS,
	KIND_ADVICE,
	KIND_POLICY,
	KIND_POLICY_FLAGS,
	KIND_MOVE_FLAGS,
	KIND_SYNC_FLAGS,
	KIND_CALLS,
	KIND_END,
	KIND_MICROSECONDS,
	KIND_LIMIT,
	KIND_AMOUNT,
	KIND_FILE,
	KIND_SCOPE,
	KIND_WRITES,
	KINDS
};

#define DESCRIPTORS 4
#define REGIONS 4
#define MAPPINGS 4

/* Names of KIND_ID after those of the program's regions. */
enum { ID_ZERO = REGIONS, ID_ONE, ID_MINUS, ID_MAX };

/* Names of KIND_ADDRESS; those of the arena's parts are the first after "any". */
#define PARTS 4
enum {
	ADDRESS_ANY,
	ADDRESS_PART,
	ADDRESS_ODD = ADDRESS_PART + PARTS,
	ADDRESS_WITHIN,
	ADDRESS_LOW,
	ADDRESS_KERNEL,
	ADDRESS_TOP,
	ADDRESS_WRAP,
	ADDRESS_TAKEN,
};

/* Names of KIND_POINTER. */
enum {
	POINTER_GOOD,
	POINTER_NULL,
	POINTER_UNMAPPED,
	POINTER_KERNEL,
	POINTER_READONLY,
	POINTER_EDGE,
	POINTER_MAPPING,
	POINTER_MAPPING_END = POINTER_MAPPING + MAPPINGS,
};

/* Names of KIND_FORM: how an ioctl's number fits its structure. */
enum {
	FORM_RIGHT,
	FORM_SHORT,
	FORM_EMPTY,
	FORM_LONG,
	FORM_LONGER,
	FORM_TAIL,
	FORM_LONGER_TAIL,
	FORM_DIRECTION,
	FORM_UNKNOWN,
};

/* Names of KIND_USER. */
enum { USER_ROOT, USER_ONE, USER_OTHER, USER_NOBODY, USER_NONE };

/* Names of KIND_END: how a child ends. */
enum { END_EXIT, END_KILL, END_KILLED, END_GROUP };

/* Names of KIND_FILE. */
enum {
	FILE_PROC,
	FILE_FDINFO,
	FILE_LIMIT,
	FILE_HUGE,
	FILE_DEVICE,
	FILE_SMAPS,
};

/* Names of KIND_SCOPE. */
enum { SCOPE_NET, SCOPE_USER, SCOPE_USER_NET, SCOPE_BACK };

/* @good: one that as a rule leads to something. */
uint64_t value_random(enum kind kind, bool good, struct chance *chance);
void value_print(FILE *file, enum kind kind, uint64_t value);
bool value_parse(enum kind kind, const char *text, uint64_t *value);

#endif /* FUZZ_VALUE_H */
