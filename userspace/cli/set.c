// SPDX-License-Identifier: LGPL-2.1-or-later
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <shmregion.h>

#include "command.h"
#include "device.h"
#include "parse.h"
#include "target.h"
#include "text.h"

struct change {
	uid_t uid;
	gid_t gid;
	mode_t mode;
};

static const struct change no_change = { -1, -1, -1 };

static const char *const synopsis[] = {
	"[options] [--key KEY]... [ID]...",
	NULL,
};

static const char description[] =
	"Change owner, group and permissions of regions.\n";

static const char options_help[] =
	" -o, --owner USER       new owner; USER:GROUP sets the group as well\n"
	" -g, --group GROUP      new group\n"
	" -m, --mode MODE        new permissions, octal\n"
	" -k, --key KEY          change the region with this key\n";

static const struct option options[] = {
	{ "group", required_argument, NULL, 'g' },
	{ "key", required_argument, NULL, 'k' },
	{ "mode", required_argument, NULL, 'm' },
	{ "owner", required_argument, NULL, 'o' },
	{},
};

static void parse_owner(const char *argument, struct change *change)
{
	char *user = text("%s", argument);
	char *group = strchr(user, ':');

	if (group) {
		if (group == user || !group[1])
			errx(EXIT_FAILURE,
			     "'%s' names no user and group (see --group for a group alone)",
			     argument);
		*group++ = '\0';
		change->gid = parse_group(group);
	}
	change->uid = parse_user(user);
	free(user);
}

static const char *change_region(int fd, int id, const void *data)
{
	const struct change *change = data;
	struct shmregion_stat stat;

	if (!shmregion_set(fd, id, change->uid, change->gid, change->mode))
		return NULL;
	if (errno != EINVAL)
		return device_reason(errno);
	/* Either the region is not there, or it is the other thing. */
	if (shmregion_stat(fd, id, SHMREGION_STAT_ANY, &stat))
		return device_reason(errno);
	return "no such user or group in this user namespace";
}

static int run_set(struct command_line *line)
{
	struct change change = no_change;
	struct target_list list = {};
	int option;

	while ((option = command_line_option(line)) != -1) {
		switch (option) {
		case 'g':
			change.gid = parse_group(optarg);
			break;
		case 'k':
			target_list_add_key(&list, optarg);
			break;
		case 'm':
			change.mode = parse_mode(optarg);
			break;
		case 'o':
			parse_owner(optarg, &change);
			break;
		}
	}
	target_list_add_ids(&list, command_line_arguments(line));

	if (!list.count)
		command_line_fail(line, "no region given");
	if (!memcmp(&change, &no_change, sizeof(change)))
		command_line_fail(line, "nothing to change given");
	return target_list_act(&list, change_region, &change);
}

const struct command set_command = {
	.name = "set",
	.summary = "change owner, group and permissions of regions",
	.synopsis = synopsis,
	.description = description,
	.options_help = options_help,
	.letters = "g:k:m:o:",
	.options = options,
	.run = run_set,
};
