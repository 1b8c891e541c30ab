/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Programs: the inputs of the fuzzer, each a short sequence of calls.
 *
 * As text a call is a line: the operation, then each of its fields by name.
 *
 *	get fd=d0 key=0xf001 size=0x1000 flags=0x1 mode=0666 to=r0
 *	& attach fd=d0 id=r0 address=any flags=0x0 to=m0
 *	fork calls=2 end=kill
 *
 * A call after "&" is made by another thread, beside those that follow. Fields
 * that are left out are 0, or the first of their names.
 */
#ifndef FUZZ_PROGRAM_H
#define FUZZ_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define FIELDS 9
#define CALLS 30

struct call {
	uint8_t operation;
	bool beside;
	uint64_t values[FIELDS];
};

struct program {
	uint32_t length;
	struct call calls[CALLS];
};

/* Takes out call number @at. */
void program_drop(struct program *program, unsigned int at);

void program_print(FILE *file, const struct program *program);

/* Reads a file. Returns 0 or, having said what is wrong with it, -1. */
int program_read(const char *path, struct program *program);

/* Writes a file, in a directory that is made if it is not there. Returns 0 or -errno. */
int program_write(const char *directory, const char *name,
		  const struct program *program);

#endif /* FUZZ_PROGRAM_H */
