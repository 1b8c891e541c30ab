// SPDX-License-Identifier: LGPL-2.1-or-later
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include <shmregion.h>

#include "command.h"
#include "device.h"
#include "target.h"

static const char *const synopsis[] = {
	"[--key KEY]... [ID]...",
	"--all",
	NULL,
};

static const char description[] =
	"Remove regions. The key of each is free at once, its memory when nobody is\n"
	"attached any more.\n";

static const char options_help[] =
	" -k, --key KEY          remove the region with this key\n"
	" -a, --all              remove all regions of the network namespace\n";

static const struct option options[] = {
	{ "all", no_argument, NULL, 'a' },
	{ "key", required_argument, NULL, 'k' },
	{},
};

static const char *remove_region(int fd, int id, const void *unused)
{
	(void)unused;
	return shmregion_remove(fd, id) ? device_reason(errno) : NULL;
}

/* Whether there is anything left to do about it. */
static bool is_there(int fd, int id)
{
	struct shmregion_stat stat;

	return !shmregion_stat(fd, id, SHMREGION_STAT_ANY, &stat) &&
	       !(stat.mode & SHMREGION_MODE_REMOVED);
}

static int remove_all(void)
{
	int status = EXIT_SUCCESS;
	int fd = device_open();
	uint64_t cursor = 0;
	int id;

	while ((id = shmregion_next(fd, &cursor, SHMREGION_NEXT_ANY)) >= 0) {
		const struct target target = {
			.id = id,
		};

		if (!is_there(fd, id) || !shmregion_remove(fd, id))
			continue;
		if (errno == EINVAL || errno == EIDRM)
			continue;
		target_warn(&target, device_reason(errno));
		status = EXIT_FAILURE;
	}
	if (errno != ENOENT)
		err(EXIT_FAILURE, "cannot list regions");
	return status;
}

static int run_rm(struct command_line *line)
{
	struct target_list list = {};
	bool all = false;
	int option;

	while ((option = command_line_option(line)) != -1) {
		if (option == 'a')
			all = true;
		else
			target_list_add_key(&list, optarg);
	}
	target_list_add_ids(&list, command_line_arguments(line));

	if (all && list.count)
		command_line_fail(line, "--all excludes ids and keys");
	if (all)
		return remove_all();
	if (!list.count)
		command_line_fail(line, "no region given");
	return target_list_act(&list, remove_region, NULL);
}

const struct command rm_command = {
	.name = "rm",
	.summary = "remove regions",
	.synopsis = synopsis,
	.description = description,
	.options_help = options_help,
	.letters = "ak:",
	.options = options,
	.run = run_rm,
};
