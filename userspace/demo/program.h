/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Programs that the demo starts, each a process of its own with nothing
 * inherited but three standard streams: it is told what to do by a line on its
 * standard input, and answers by a line. Whatever goes wrong with one ends the
 * demo.
 */
#ifndef DEMO_PROGRAM_H
#define DEMO_PROGRAM_H

#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

struct program {
	const char *name;
	pid_t pid;
	int input;
	FILE *output;
	char *line;
	size_t line_size;
};

/* Starts the file at @path. */
void program_start(struct program *program, const char *name, const char *path,
		   char *const arguments[]);

void program_tell(struct program *program, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Waits for the answer to what the program was told: "ok", after which it may
 * say something, which is returned, or "error" and the reason.
 */
const char *program_hear(struct program *program);

/* Tells and hears. */
const char *program_ask(struct program *program, const char *command);

/* Returns the next line of the program's output, NULL at its end. */
const char *program_read_line(struct program *program);

/* Ends the program's input, on which it exits, and waits for that. */
void program_finish(struct program *program);

#endif /* DEMO_PROGRAM_H */
