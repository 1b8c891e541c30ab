/* SPDX-License-Identifier: GPL-2.0 */
/* A small corpus that does all that a large one does. */
#ifndef FUZZ_MINIMISE_H
#define FUZZ_MINIMISE_H

/*
 * Runs each program of the corpus by itself, chooses some that together do
 * what all do, makes them short, and writes them into a directory. Returns how
 * many, or -errno.
 */
int minimise_save(const char *directory);

#endif /* FUZZ_MINIMISE_H */
