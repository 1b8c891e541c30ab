/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The language in which sequences of operations are written: one operation a
 * line, first the number of the process that carries it out, then its name and
 * its arguments.
 *
 *	0 get a 0x2a 5000 CREAT|0600
 *	0 at x a 0 RDONLY
 *	0 fork 1
 *	1 read x+4096
 *
 * A small letter from a to h is a segment, one from s to z the place of an
 * attach: get and at set it, the others use it. Both are known to all processes.
 */
#ifndef OPERATION_H
#define OPERATION_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define ARGUMENTS 5
#define PROCESSES 6
#define FIRST_SEGMENT 'a'
#define SEGMENTS 8
#define FIRST_PLACE 's'
#define PLACES 8

/* What an argument means, and so how it is written and what values it has. */
enum argument_type {
	NOTHING,
	SEGMENT,
	PLACE,
	ADDRESS,
	KEY,
	NUMBER,
	GET_FLAGS,
	ATTACH_FLAGS,
	USER,
	MODE,
	COMMAND,
	BUFFER,
	PROTECTION,
	ADVICE,
	LOCK_FLAGS,
	PAGE_NUMBER,
	PROCESS,
	RESOURCE,
	SETTING,
	NAMESPACE,
};

enum operation_kind {
#define OPERATION(kind, ...) OPERATION_##kind,
#include "operations.def"
#undef OPERATION
	OPERATION_KINDS
};

struct argument {
	/* A letter, or 0; the value is added to what it stands for. */
	char variable;
	int64_t value;
};

struct operation {
	uint8_t process;
	uint8_t kind;
	struct argument arguments[ARGUMENTS];
};

/* The page of the segment that is there already. */
#define OWN_PAGE (-1)

/* Ways to give shmctl() its buffer. */
enum buffer {
	BUFFER_GOOD,
	BUFFER_NULL,
	/* Nothing is mapped there. */
	BUFFER_BAD,
	BUFFER_KERNEL,
	BUFFER_READONLY,
	BUFFER_WRITEONLY,
	/* Its end is not mapped. */
	BUFFER_SHORT,
	/* In the memory of a device. */
	BUFFER_DEVICE,
};

enum machine_setting {
	SETTING_SHMMAX,
	SETTING_SHMALL,
	SETTING_SHMMNI,
	SETTING_RMID_FORCED,
	SETTING_OVERCOMMIT,
	SETTING_HUGE_PAGES,
	SETTING_FILES,
	SETTINGS,
};

/* Types of the arguments of an operation, ARGUMENTS in number. */
const enum argument_type *operation_arguments(enum operation_kind kind);

const char *operation_name(enum operation_kind kind);

/*
 * Reads a line. Returns 0 and sets @error to what is wrong with it if it is no
 * operation.
 */
bool operation_parse(struct operation *operation, const char *line,
		     char error[128]);

/* Writes it as it is read, without a line feed. */
void operation_print(FILE *file, const struct operation *operation);

#endif /* OPERATION_H */
