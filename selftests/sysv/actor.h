/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A process of a player. It waits for its turn, which is a byte on its socket,
 * plays the operations that the board says, and sends the byte back.
 */
#ifndef ACTOR_H
#define ACTOR_H

#include "calls.h"

/* Where each process finds its end of a socket, and the board, after exec too. */
#define ACTOR_SOCKET(process) (40 + (process))
#define ACTOR_BOARD 39

/* The name by which the program knows that it is such a process after exec. */
#define ACTOR_ARGUMENT "--actor"

/* Never returns. */
__attribute__((noreturn)) void actor_run(unsigned int process);

/* The rest of a turn in which the process executed itself; @words: see above. */
__attribute__((noreturn)) void actor_resume(char *words[]);

/* Executes the program anew. Returns only if that is not possible. */
void actor_execute(void);

/* Ends the program in the middle of a turn. */
__attribute__((noreturn)) void actor_leave(void);

#endif /* ACTOR_H */
