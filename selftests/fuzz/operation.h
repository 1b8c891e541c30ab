/* SPDX-License-Identifier: GPL-2.0 */
/* Operations: what a call can do. */
#ifndef FUZZ_OPERATION_H
#define FUZZ_OPERATION_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>

#include "program.h"
#include "value.h"

struct lane;

/* There was nothing to do it to. No system call returns this. */
#define NOTHING (-ERESTART)

struct field {
	const char *name;
	enum kind kind;
};

struct operation {
	const char *name;
	/* How often it is chosen, next to the others. */
	unsigned int weight;
	/* It is made by the program's first thread only. */
	bool alone;
	/* Returns 0 or more, -errno, or NOTHING. */
	int (*run)(struct lane *lane, const uint64_t *values);
	struct field fields[FIELDS];
};

/* The last one has no name. */
extern const struct operation operations[];

bool operation_find(const char *name, uint8_t *number);
uint8_t operation_random(struct chance *chance);

/* The operation that begins a child: the executor carries it out. */
#define OPERATION_FORK 0
/* Its values. */
enum { FORK_CALLS, FORK_END };

#endif /* FUZZ_OPERATION_H */
