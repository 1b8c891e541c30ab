/* SPDX-License-Identifier: GPL-2.0 */
/* A program that plays sequences on one of the sides. */
#ifndef PLAYER_H
#define PLAYER_H

#include <stdbool.h>
#include <sys/types.h>

#include "board.h"
#include "calls.h"
#include "sequence.h"

#define PLAYER_ARGUMENT "--player"

struct player {
	enum side side;
	pid_t pid;
	int socket;
	struct board *board;
};

/* Starts it with these libraries preloaded, or ends the program. */
void player_start(struct player *player, enum side side, const char *libraries);

/* Returns whether all was played; what was is on the board. */
bool player_play(struct player *player, const struct sequence *sequence);

void player_stop(struct player *player);

/* What the program does that was started so; @side: its number. */
__attribute__((noreturn)) void player_serve(const char *side);

#endif /* PLAYER_H */
