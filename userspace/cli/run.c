// SPDX-License-Identifier: LGPL-2.1-or-later
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "device.h"
#include "preload.h"

#define FALLBACK "SHMREGION_FALLBACK"

static const char *const synopsis[] = {
	"[options] [--] PROGRAM [ARGUMENT]...",
	NULL,
};

static const char description[] =
	"Run a program that was written for System V shared memory on regions. What it\n"
	"and the programs that it starts do by shmget(2), shmat(2), shmdt(2) and\n"
	"shmctl(2) is done by the device, through a library that is put into LD_PRELOAD.\n"
	"\n"
	"Programs that are statically linked, setuid or setgid, or have no environment\n"
	"handed down, are not affected. See libshmregion-sysv(7).\n";

static const char options_help[] =
	" -f, --fallback         where the device cannot be used, let the programs have\n"
	"                        the kernel's own System V shared memory\n";

static const struct option options[] = {
	{ "fallback", no_argument, NULL, 'f' },
	{},
};

static void allow_fallback(void)
{
	if (setenv(FALLBACK, "1", 1))
		err(EXIT_FAILURE, "cannot set " FALLBACK);
}

static bool fallback_is_allowed(void)
{
	const char *value = getenv(FALLBACK);

	return value && !strcmp(value, "1");
}

static int run_program(struct command_line *line)
{
	const char *obstacle;
	char **program;
	int option;

	while ((option = command_line_option(line)) != -1) {
		if (option == 'f')
			allow_fallback();
	}
	program = command_line_arguments(line);
	if (!*program)
		command_line_fail(line, "no program given");

	/* The library would complain as well, but only when it is needed. */
	if (!fallback_is_allowed())
		close(device_open());
	preload_set();
	obstacle = preload_obstacle(*program);
	if (obstacle)
		warnx("warning: '%s' %s; only programs that it starts will use regions",
		      *program, obstacle);

	execvp(*program, program);
	err(errno == ENOENT ? 127 : 126, "cannot run '%s'", *program);
}

const struct command run_command = {
	.name = "run",
	.summary = "run a System V program on regions",
	.synopsis = synopsis,
	.description = description,
	.options_help = options_help,
	.letters = "+f",
	.options = options,
	.run = run_program,
};
