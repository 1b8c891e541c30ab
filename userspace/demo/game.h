/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DEMO_GAME_H
#define DEMO_GAME_H

#include <stdbool.h>

#include "layout.h"

/* Makes mutex and condition variable ready, for all processes. */
void game_prepare(struct layout *region);

/*
 * Ping-pong: the two players take turns, waiting for each other at the condition
 * variable. Returns NULL after so many turns of its own, or what went wrong.
 */
const char *game_play(struct layout *region, bool second, unsigned int rounds);

#endif /* DEMO_GAME_H */
