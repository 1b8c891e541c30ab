/* SPDX-License-Identifier: GPL-2.0 */
/* Holds the answers of one side to those of the other. */
#ifndef COMPARE_H
#define COMPARE_H

#include <stdbool.h>
#include <stdint.h>

#include "player.h"
#include "sequence.h"

struct finding {
	/* The operation, and what of its answer differs; or not. */
	bool differs;
	unsigned int number;
	char field[32];
	char values[SIDES][192];
	/*
	 * Nothing but how long after the clock was put forward: the machine may
	 * have been busy.
	 */
	bool seconds_alone;
	/* The differences by design that were met, a bit for each number. */
	uint32_t met;
};

void compare(struct finding *finding, const struct sequence *sequence,
	     const struct player players[SIDES]);

#endif /* COMPARE_H */
