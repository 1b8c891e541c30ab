// SPDX-License-Identifier: LGPL-2.1-or-later
#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "text.h"

void command_print_help(const struct command *command)
{
	printf("Usage:\n");
	for (const char *const *form = command->synopsis; *form; form++)
		printf(" shmregion %s %s\n", command->name, *form);
	printf("\n%s\nOptions:\n%s", command->description,
	       command->options_help);
	if (command->columns)
		table_options_print_help();
	printf(" -h, --help             display this help\n");

	if (!command->columns)
		return;
	for (size_t i = 0; command->columns[i]; i++)
		column_set_print_help(command->columns[i]);
}

static noreturn void exit_usage(const struct command *command)
{
	fprintf(stderr, "Try 'shmregion %s --help' for more information.\n",
		command->name);
	exit(EXIT_FAILURE);
}

static size_t count_options(const struct option *options)
{
	size_t count = 0;

	while (options[count].name)
		count++;
	return count;
}

/* The command's own options, those of tables if it prints any, and --help. */
static void gather_options(struct command_line *line)
{
	static const struct option none[] = { {} };
	static const struct option help[] = {
		{ "help", no_argument, NULL, 'h' },
		{},
	};
	const struct command *command = line->command;
	const struct option *const sources[] = {
		command->options,
		command->columns ? table_long_options : none,
		help,
	};
	size_t count = 0;

	line->letters = text("%s%sh", command->letters,
			     command->columns ? table_letters : "");
	for (size_t i = 0; i < 3; i++)
		count += count_options(sources[i]);
	line->options = calloc(count + 1, sizeof(*line->options));
	if (!line->options)
		err(EXIT_FAILURE, "cannot allocate the list of options");

	count = 0;
	for (size_t i = 0; i < 3; i++) {
		size_t n = count_options(sources[i]);

		memcpy(line->options + count, sources[i], n * sizeof(*help));
		count += n;
	}
}

int command_line_run(struct command_line *line)
{
	int status;

	gather_options(line);
	status = line->command->run(line);
	free(line->letters);
	free(line->options);
	return status;
}

int command_line_option(struct command_line *line)
{
	int option;

	do {
		option = getopt_long(line->argc, line->argv, line->letters,
				     line->options, NULL);
		if (option == '?')
			exit_usage(line->command);
		if (option == 'h') {
			command_print_help(line->command);
			exit(EXIT_SUCCESS);
		}
	} while (line->command->columns &&
		 table_options_take(&line->table, option));
	return option;
}

char **command_line_arguments(const struct command_line *line)
{
	return line->argv + optind;
}

void command_line_expect_end(const struct command_line *line)
{
	const char *argument = *command_line_arguments(line);

	if (argument)
		command_line_fail(line, "unexpected argument '%s'", argument);
}

void command_line_fail(const struct command_line *line, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vwarnx(format, arguments);
	va_end(arguments);
	exit_usage(line->command);
}
