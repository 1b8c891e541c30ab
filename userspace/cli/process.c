// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "process.h"
#include "text.h"

char *process_command(pid_t pid)
{
	char *path = text("/proc/%d/cmdline", pid);
	FILE *file = fopen(path, "re");
	char command[1024];
	size_t length;

	free(path);
	if (!file)
		return NULL;
	length = fread(command, 1, sizeof(command), file);
	fclose(file);

	/* Arguments end in a zero each. */
	while (length && !command[length - 1])
		length--;
	if (!length)
		return NULL;
	for (size_t i = 0; i < length; i++) {
		if (!command[i])
			command[i] = ' ';
	}
	return text("%.*s", (int)length, command);
}

bool process_is_gone(pid_t pid)
{
	struct pollfd handle = {
		.fd = pidfd_open(pid, 0),
		.events = POLLIN,
	};
	bool exited;

	if (handle.fd < 0)
		return errno == ESRCH;
	/* A process that its parent has not waited for has a number, no more. */
	exited = poll(&handle, 1, 0) == 1;
	close(handle.fd);
	return exited;
}
