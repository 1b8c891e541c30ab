/* SPDX-License-Identifier: GPL-2.0 */
/* Plays sequences on both sides and says what differs. */
#ifndef CONTEST_H
#define CONTEST_H

#include <stdbool.h>

#include "compare.h"
#include "sequence.h"

/* @library: the libraries to preload, as in LD_PRELOAD. */
void contest_begin(const char *library);
void contest_end(void);

void contest_play(const struct sequence *sequence, struct finding *finding);

/*
 * Makes the sequence as short as it can be and still show a difference, prints
 * it as comments, and writes it to @save if that is not NULL.
 */
void contest_report(struct sequence *sequence, const struct finding *found,
		    const char *save);

/* Prints what System V answered the last time, as comments. */
void contest_print_answers(const struct sequence *sequence);

/* How often each operation was played, and how often it succeeded. */
void contest_print_tally(void);

#endif /* CONTEST_H */
