/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The trail: what is about to run goes into the kernel's log, which reaches the
 * console even if the kernel dies. Programs are named by their lineage, so a
 * line is short; the corpus that the run began with is needed to read it.
 *
 *	fuzz: run 3 57 12 9c3e88a1		worker, lineage
 *	fuzz: entry 88 57 12 9c3e88a1		number in the corpus, lineage
 */
#ifndef FUZZ_TRAIL_H
#define FUZZ_TRAIL_H

#include "shared.h"

/* Lets the log take as much as there is. Returns 0 or -errno. */
int trail_open(void);

void trail_input(unsigned int worker, const struct lineage *lineage);
/* @number: its number in the corpus. */
void trail_entry(unsigned int number, const struct lineage *lineage);

/*
 * Reads a log, and fills each worker's history with what it ran last. Returns
 * 0 or, having said what is wrong, -1.
 */
int trail_read(const char *path);

#endif /* FUZZ_TRAIL_H */
