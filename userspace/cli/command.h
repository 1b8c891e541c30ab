/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A subcommand: what --help says of it, and its options and arguments. */
#ifndef COMMAND_H
#define COMMAND_H

#include <getopt.h>
#include <stdnoreturn.h>

#include "table.h"

struct command_line;

/**
 * struct command - a subcommand
 * @name: its name
 * @summary: what it does, for the list of all commands
 * @synopsis: its arguments, after the name; a line each form, NULL at the end
 * @description: what it does, in full
 * @options_help: its options, without those that are common to commands
 * @letters: its short options, as getopt(3) takes them
 * @options: its long options, an empty one at the end
 * @columns: what it can print; NULL at the end, or NULL if it prints no table
 * @run: does it, and returns the exit status
 */
struct command {
	const char *name;
	const char *summary;
	const char *const *synopsis;
	const char *description;
	const char *options_help;
	const char *letters;
	const struct option *options;
	const struct column_set *const *columns;
	int (*run)(struct command_line *line);
};

extern const struct command create_command;
extern const struct command info_command;
extern const struct command limits_command;
extern const struct command lock_command;
extern const struct command ls_command;
extern const struct command reap_command;
extern const struct command rm_command;
extern const struct command run_command;
extern const struct command set_command;
extern const struct command unlock_command;

void command_print_help(const struct command *command);

/**
 * struct command_line - what the user wrote
 * @command: the subcommand
 * @argc: number of arguments
 * @argv: arguments, the first is what messages of getopt(3) begin with
 * @table: options that are common to all commands that print a table
 */
struct command_line {
	const struct command *command;
	int argc;
	char **argv;
	struct table_options table;
	char *letters;
	struct option *options;
};

/* Runs the command, returns its exit status. */
int command_line_run(struct command_line *line);

/*
 * The next of the command's own options, with its argument in optarg, or -1.
 * Ends the program after --help and after an option that is not known.
 */
int command_line_option(struct command_line *line);

/* What follows the options, NULL at the end. */
char **command_line_arguments(const struct command_line *line);

/* For commands that take no arguments. */
void command_line_expect_end(const struct command_line *line);

/* Says what was wrong, and where help is to be had. */
noreturn void command_line_fail(const struct command_line *line,
				const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif /* COMMAND_H */
