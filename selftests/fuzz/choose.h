/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Choosing calls that fit into a program: as a rule they work on what the calls
 * before them have got.
 */
#ifndef FUZZ_CHOOSE_H
#define FUZZ_CHOOSE_H

#include "../sysv/chance.h"
#include "program.h"

/* Any call, to be made as number @at of the program. */
void choose_call(struct call *call, const struct program *program,
		 unsigned int at, struct chance *chance);

/* The values of a call whose operation is given. */
void choose_values(struct call *call, const struct program *program,
		   unsigned int at, struct chance *chance);

/* One value of a call anew. */
void choose_value(struct call *call, const struct program *program,
		  unsigned int at, struct chance *chance);

#endif /* FUZZ_CHOOSE_H */
