// SPDX-License-Identifier: LGPL-2.1-or-later
#include <err.h>
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/shmregion.h>

#include "command.h"
#include "text.h"

static const struct command *const commands[] = {
	&create_command,
	&ls_command,
	&info_command,
	&rm_command,
	&set_command,
	&lock_command,
	&unlock_command,
	&limits_command,
	&reap_command,
	&run_command,
	NULL,
};

static void print_help(void)
{
	printf("Usage:\n"
	       " shmregion COMMAND [ARGUMENT...]\n"
	       " shmregion help [COMMAND]\n"
	       "\n"
	       "Create, show and remove keyed shared memory regions.\n"
	       "\n"
	       "Commands:\n");
	for (const struct command *const *command = commands; *command;
	     command++)
		printf(" %-8s %s\n", (*command)->name, (*command)->summary);
	printf(" %-8s %s\n", "help", "explain a command");
	printf("\n"
	       "Options:\n"
	       " -h, --help     display this help\n"
	       " -V, --version  display version\n"
	       "\n"
	       "'shmregion COMMAND --help' explains a command. For more see shmregion(1).\n");
}

static const struct command *find_command(const char *name)
{
	for (const struct command *const *command = commands; *command;
	     command++) {
		if (!strcmp((*command)->name, name))
			return *command;
	}
	warnx("'%s' is not a command", name);
	fprintf(stderr, "Try 'shmregion --help' for more information.\n");
	return NULL;
}

static int run_help(const char *name)
{
	const struct command *command;

	if (!name) {
		print_help();
		return EXIT_SUCCESS;
	}
	command = find_command(name);
	if (!command)
		return EXIT_FAILURE;
	command_print_help(command);
	return EXIT_SUCCESS;
}

/* A list that could not be written whole must not look like a whole list. */
static void close_stdout(void)
{
	if (!ferror(stdout) && !fclose(stdout))
		return;
	warn("cannot write to standard output");
	_exit(EXIT_FAILURE);
}

int main(int argc, char **argv)
{
	const struct command *command;
	struct command_line line;
	const char *word = argv[1];

	/* One name, however the program was started, in each message. */
	program_invocation_short_name = "shmregion";
	setlocale(LC_ALL, "");
	atexit(close_stdout);

	if (!word) {
		warnx("no command given");
		fprintf(stderr,
			"Try 'shmregion --help' for more information.\n");
		return EXIT_FAILURE;
	}
	if (!strcmp(word, "-h") || !strcmp(word, "--help") ||
	    !strcmp(word, "help"))
		return run_help(argv[2]);
	if (!strcmp(word, "-V") || !strcmp(word, "--version")) {
		printf("shmregion %s (interface version %d)\n",
		       SHMREGION_VERSION, SHMREGION_ABI_VERSION);
		return EXIT_SUCCESS;
	}
	command = find_command(word);
	if (!command)
		return EXIT_FAILURE;

	/* err(3) and getopt(3) begin their messages with these. */
	program_invocation_short_name = text("shmregion: %s", command->name);
	argv[1] = program_invocation_short_name;
	line = (struct command_line){
		.command = command,
		.argc = argc - 1,
		.argv = argv + 1,
	};
	return command_line_run(&line);
}
