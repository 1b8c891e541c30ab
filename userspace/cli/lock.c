// SPDX-License-Identifier: LGPL-2.1-or-later
/* The commands lock and unlock. */
#include <errno.h>
#include <stdlib.h>

#include <shmregion.h>

#include "command.h"
#include "device.h"
#include "target.h"

static const char *const synopsis[] = {
	"[--key KEY]... [ID]...",
	NULL,
};

static const char lock_description[] =
	"Keep the pages of regions from being swapped out. The size of each counts\n"
	"against your limit of locked memory until it is unlocked or destroyed.\n";

static const char unlock_description[] =
	"Let the pages of regions be swapped out again.\n";

static const char options_help[] =
	" -k, --key KEY          the region with this key\n";

static const char letters[] = "k:";

static const struct option options[] = {
	{ "key", required_argument, NULL, 'k' },
	{},
};

static const char *lock_region(int fd, int id, const void *unused)
{
	(void)unused;
	if (!shmregion_lock(fd, id))
		return NULL;
	switch (errno) {
	case ENOMEM:
		return "memory is short, or locked memory limited (ulimit -l)";
	case EPERM:
		return "not permitted: not yours, or you may lock no memory (ulimit -l)";
	default:
		return device_reason(errno);
	}
}

static const char *unlock_region(int fd, int id, const void *unused)
{
	(void)unused;
	return shmregion_unlock(fd, id) ? device_reason(errno) : NULL;
}

static int run(struct command_line *line,
	       const char *(*act)(int fd, int id, const void *unused))
{
	struct target_list list = {};

	while (command_line_option(line) == 'k')
		target_list_add_key(&list, optarg);
	target_list_add_ids(&list, command_line_arguments(line));
	if (!list.count)
		command_line_fail(line, "no region given");
	return target_list_act(&list, act, NULL);
}

static int run_lock(struct command_line *line)
{
	return run(line, lock_region);
}

static int run_unlock(struct command_line *line)
{
	return run(line, unlock_region);
}

const struct command lock_command = {
	.name = "lock",
	.summary = "keep regions from being swapped out",
	.synopsis = synopsis,
	.description = lock_description,
	.options_help = options_help,
	.letters = letters,
	.options = options,
	.run = run_lock,
};

const struct command unlock_command = {
	.name = "unlock",
	.summary = "let regions be swapped out again",
	.synopsis = synopsis,
	.description = unlock_description,
	.options_help = options_help,
	.letters = letters,
	.options = options,
	.run = run_unlock,
};
