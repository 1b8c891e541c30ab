/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The differences between System V and the library that are by design: those
 * that DIFFERENCES in libshmregion-sysv(7) lists, by the names that they have
 * there, and no others.
 */
#ifndef DIFFERENCES_H
#define DIFFERENCES_H

#include "sequence.h"

/* What was seen to differ: a field of the answer to an operation. */
struct meeting {
	const struct sequence *sequence;
	unsigned int number;
	const char *field;
	const char *system_v, *library;
};

/* Returns the number of the difference that this is, or -1. */
int differences_find(const struct meeting *meeting);

/* -1 if there is none with this name. */
int differences_by_name(const char *name);

/* NULL behind the last one. */
const char *differences_name(unsigned int number);

#endif /* DIFFERENCES_H */
