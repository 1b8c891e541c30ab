/* SPDX-License-Identifier: GPL-2.0 */
/* New programs from old ones, the same from the same. */
#ifndef FUZZ_MUTATE_H
#define FUZZ_MUTATE_H

#include "../sysv/chance.h"
#include "program.h"
#include "shared.h"

/* Which entry to begin with, what to take from where, and how. */
struct lineage mutate_choose(struct chance *chance);

/* Works out the program of a lineage. */
void mutate(const struct lineage *lineage, struct program *program);

#endif /* FUZZ_MUTATE_H */
