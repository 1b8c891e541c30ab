/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How the demo talks to its reader: numbered steps, what is done in each, and
 * what was found to hold. The first thing that does not hold ends the demo.
 */
#ifndef DEMO_SAY_H
#define DEMO_SAY_H

#include <stdbool.h>

/* Begins a step; they are numbered. */
void say_step(const char *title);

/* A line of the present step. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Ends the demo with status 1 unless @held; the text is what is to hold. */
void check(bool held, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Ends the demo with status 1 for this reason. */
void fail(const char *format, ...)
	__attribute__((format(printf, 1, 2), noreturn));

#endif /* DEMO_SAY_H */
