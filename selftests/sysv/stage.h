/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where a sequence is played: a process in new namespaces, the first of its pid
 * namespace, so that nothing is there that the sequence did not make and that
 * nothing outlives it.
 */
#ifndef STAGE_H
#define STAGE_H

/* Plays the sequence on the board. Returns 0 if it came to its end. */
int stage_play(void);

#endif /* STAGE_H */
