/* SPDX-License-Identifier: GPL-2.0 */
/* Changes to the machine's settings and clock, which go with the sequence. */
#ifndef MACHINE_H
#define MACHINE_H

#include "operation.h"

/* The clock that answers are told by starts. */
void machine_begin(void);

/* Carries out the operation and writes its answer. */
void machine_change(const struct operation *operation);

/* Everything but the clock is as it was. */
void machine_restore(void);

#endif /* MACHINE_H */
