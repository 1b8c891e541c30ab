/* SPDX-License-Identifier: GPL-2.0 */
/* How often each operation was played, and how often it succeeded. */
#ifndef TALLY_H
#define TALLY_H

#include "sequence.h"

void tally_count(const struct sequence *sequence, const char *answers);

/* Prints all that were played, as comments. */
void tally_print(void);

#endif /* TALLY_H */
