// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "program.h"
#include "say.h"

/* Ample for an emulated processor; a hang is to be a failure all the same. */
#define ANSWER_TIMEOUT_MS 60000

void program_start(struct program *program, const char *name, const char *path,
		   char *const arguments[])
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int input[2], output[2], error;
	sigset_t ignored;

	/* All four ends are closed by exec, the two that matter are renamed. */
	if (pipe2(input, O_CLOEXEC) || pipe2(output, O_CLOEXEC))
		fail("pipe: %s", strerror(errno));
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);

	/* The demo ignores SIGPIPE, so as to report who died. */
	sigemptyset(&ignored);
	sigaddset(&ignored, SIGPIPE);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigdefault(&attributes, &ignored);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);

	error = posix_spawn(&program->pid, path, &actions, &attributes,
			    arguments, environ);
	if (error)
		fail("cannot run %s: %s", path, strerror(error));
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	close(input[0]);
	close(output[1]);

	program->name = name;
	program->input = input[1];
	program->output = fdopen(output[0], "r");
	if (!program->output)
		fail("fdopen: %s", strerror(errno));
}

static void fail_as_ended(struct program *program)
{
	int status = 0;

	waitpid(program->pid, &status, 0);
	if (WIFSIGNALED(status))
		fail("the %s was killed: %s", program->name,
		     strsignal(WTERMSIG(status)));
	fail("the %s ended with status %d", program->name, WEXITSTATUS(status));
}

void program_tell(struct program *program, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vdprintf(program->input, format, arguments);
	va_end(arguments);
	if (length < 0 || dprintf(program->input, "\n") < 0)
		fail_as_ended(program);
}

const char *program_read_line(struct program *program)
{
	ssize_t length =
		getline(&program->line, &program->line_size, program->output);

	if (length < 0)
		return NULL;
	if (length && program->line[length - 1] == '\n')
		program->line[length - 1] = '\0';
	return program->line;
}

const char *program_hear(struct program *program)
{
	/* Nothing is buffered in output: for each command there is one line. */
	struct pollfd answer = { .fd = fileno(program->output),
				 .events = POLLIN };
	const char *line;

	if (poll(&answer, 1, ANSWER_TIMEOUT_MS) != 1)
		fail("the %s did not answer within %d s", program->name,
		     ANSWER_TIMEOUT_MS / 1000);
	line = program_read_line(program);
	if (!line)
		fail_as_ended(program);
	if (!strncmp(line, "ok ", 3))
		return line + 3;
	if (!strncmp(line, "error ", 6))
		fail("the %s: %s", program->name, line + 6);
	fail("the %s said: %s", program->name, line);
}

const char *program_ask(struct program *program, const char *command)
{
	program_tell(program, "%s", command);
	return program_hear(program);
}

void program_finish(struct program *program)
{
	int status;

	close(program->input);
	while (program_read_line(program))
		;
	fclose(program->output);
	free(program->line);
	if (waitpid(program->pid, &status, 0) != program->pid)
		fail("waitpid: %s", strerror(errno));
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		fail("the %s did not end well (status 0x%x)", program->name,
		     status);
	*program = (struct program){ 0 };
}
