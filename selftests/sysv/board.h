/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The memory that the driver and all processes of a player share: the sequence
 * to play, what the processes have to know of each other, and their answers. It
 * is no shared memory of the kind that is tested.
 */
#ifndef BOARD_H
#define BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "operation.h"

#define BOARD_OPERATIONS 8192
#define BOARD_IDS 4096
#define BOARD_EPOCHS 4096

struct board {
	uint32_t count;
	struct operation operations[BOARD_OPERATIONS];

	/* From here on, cleared before a sequence is played. */
	char clean[0];

	/* Whoever's turn it is plays from the one to before the other. */
	uint32_t next, end;
	/* What variables stand for; a segment's id plus 1, so that 0 is none. */
	int segments[SEGMENTS];
	unsigned long places[PLACES];
	/* Every id that was ever seen, in this order. */
	uint32_t id_count;
	int ids[BOARD_IDS];
	/* Pids in the namespace of the player, 0 if there is no such process. */
	pid_t pids[PROCESSES];
	/* When the clock was put forward; the first is when the play began. */
	uint32_t epoch_count;
	time_t epochs[BOARD_EPOCHS];

	/* A line for each operation; an open one has no line feed yet. */
	bool line_is_open;
	size_t length;
	char answers[4 << 20];
};

extern struct board *board;

/* Makes a board and returns its descriptor, or -1. */
int board_create(void);

/* Sets board; ends the program if there is none behind the descriptor. */
void board_open(int fd);

void board_clear(void);

#endif /* BOARD_H */
