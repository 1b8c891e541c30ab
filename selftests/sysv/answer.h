/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a player writes down: for each operation a line of its number and fields
 * NAME=VALUE. What differs between any two plays, such as ids and times, is
 * written as what it means.
 */
#ifndef ANSWER_H
#define ANSWER_H

#include <stdbool.h>
#include <sys/types.h>
#include <time.h>

void answer_begin(unsigned int number);
void answer_end(void);

void answer_field(const char *name, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* To be called before each call that is judged. */
void answer_expect(void);

/*
 * "ok" if the call succeeded, or else errno's name. A call that succeeds and
 * changes errno is told of.
 */
void answer_result(bool succeeded);

/* An id as the number of the segment in the order of creation. */
void answer_id(const char *name, int id);

/* The moment as how often the clock was put forward, and seconds since. */
void answer_time(const char *name, time_t time);

#endif /* ANSWER_H */
