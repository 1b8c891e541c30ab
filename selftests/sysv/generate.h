/* SPDX-License-Identifier: GPL-2.0 */
/* Sequences by chance, the same for the same seed. */
#ifndef GENERATE_H
#define GENERATE_H

#include <stdint.h>

#include "sequence.h"

/*
 * Makes a sequence of @count operations. All that it can do has, as far as is
 * documented, the same effects on either side.
 */
void generate(struct sequence *sequence, uint64_t seed, unsigned int count);

#endif /* GENERATE_H */
