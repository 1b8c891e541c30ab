// SPDX-License-Identifier: LGPL-2.1-or-later
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <shmregion.h>

#include "command.h"
#include "device.h"
#include "parse.h"
#include "text.h"

#define PARAMETERS "/sys/module/shmregion/parameters/"

/* The limits are parameters of the module, and have their names. */
struct limit {
	const char *name;
	const char *summary;
	bool bytes;
	size_t value;
	size_t used;
};

#define NOT_COUNTED ((size_t)-1)

static const struct limit limits[] = {
	{ "max_regions", "regions in all", false,
	  offsetof(struct shmregion_info, max_regions),
	  offsetof(struct shmregion_info, all_regions) },
	{ "max_region_bytes", "size of one region", true,
	  offsetof(struct shmregion_info, max_region_bytes), NOT_COUNTED },
	{ "max_bytes", "sizes of all regions", true,
	  offsetof(struct shmregion_info, max_bytes),
	  offsetof(struct shmregion_info, all_bytes) },
	{ "max_user_regions", "regions of one user, used: yours", false,
	  offsetof(struct shmregion_info, max_user_regions),
	  offsetof(struct shmregion_info, user_regions) },
	{ "max_user_bytes", "sizes of all regions of one user, used: yours",
	  true, offsetof(struct shmregion_info, max_user_bytes),
	  offsetof(struct shmregion_info, user_bytes) },
	{},
};

static const char *const synopsis[] = {
	"[options]",
	"NAME=VALUE...",
	NULL,
};

static const char description[] =
	"Show the limits of the module and how much of each is used, or set limits,\n"
	"which only root may do. A new limit holds for what is created from then on.\n"
	"When a region does not fit, the kernel log says which limit it was.\n";

static const struct option options[] = { {} };

enum limit_column {
	LIMIT_NAME,
	LIMIT_LIMIT,
	LIMIT_USED,
	LIMIT_PERCENT,
	LIMIT_SUMMARY,
	LIMIT_PARAMETER,
};

static const struct column limit_columns[] = {
	[LIMIT_NAME] = { "NAME", COLUMN_TEXT, "name" },
	[LIMIT_LIMIT] = { "LIMIT", COLUMN_NUMBER, "how much is allowed" },
	[LIMIT_USED] = { "USED", COLUMN_NUMBER, "how much is used" },
	[LIMIT_PERCENT] = { "USE%", COLUMN_PERCENTAGE,
			    "how much of what is allowed is used" },
	[LIMIT_SUMMARY] = { "DESCRIPTION", COLUMN_TEXT, "what is limited" },
	[LIMIT_PARAMETER] = { "PARAMETER", COLUMN_TEXT,
			      "file in which the limit can be changed" },
	{},
};

struct limit_state {
	const struct limit *limit;
	const struct shmregion_info *info;
};

static uint64_t info_field(const struct shmregion_info *info, size_t offset)
{
	uint64_t value;

	memcpy(&value, (const char *)info + offset, sizeof(value));
	return value;
}

static char *text_of_amount(const struct limit_state *state, size_t offset,
			    bool bytes)
{
	if (offset == NOT_COUNTED)
		return NULL;
	return text_of_size(info_field(state->info, offset),
			    bytes || !state->limit->bytes);
}

static char *text_of_percentage(const struct limit_state *state)
{
	uint64_t limit = info_field(state->info, state->limit->value);

	if (state->limit->used == NOT_COUNTED || !limit)
		return NULL;
	return text("%.2f%%",
		    100.0 * info_field(state->info, state->limit->used) /
			    limit);
}

static char *limit_value(const void *record, size_t column, bool bytes)
{
	const struct limit_state *state = record;
	const struct limit *limit = state->limit;

	switch ((enum limit_column)column) {
	case LIMIT_NAME:
		return text("%s", limit->name);
	case LIMIT_LIMIT:
		return text_of_amount(state, limit->value, bytes);
	case LIMIT_USED:
		return text_of_amount(state, limit->used, bytes);
	case LIMIT_PERCENT:
		return text_of_percentage(state);
	case LIMIT_SUMMARY:
		return text("%s", limit->summary);
	case LIMIT_PARAMETER:
		return text(PARAMETERS "%s", limit->name);
	}
	return NULL;
}

static const struct column_set limit_column_set = {
	.title = "Columns of a limit",
	.name = "limits",
	.columns = limit_columns,
	.defaults = "NAME,LIMIT,USED,USE%,DESCRIPTION,PARAMETER",
	.value = limit_value,
};

static const struct column_set *const columns[] = {
	&limit_column_set,
	NULL,
};

static int show_limits(const struct table_options *table_options)
{
	struct table *table =
		table_new(&limit_column_set, table_options, TABLE_LIST);
	struct shmregion_info info;

	if (shmregion_info(device_open(), &info))
		err(EXIT_FAILURE, "cannot ask about the limits");
	for (const struct limit *limit = limits; limit->name; limit++) {
		const struct limit_state state = { limit, &info };

		table_add_record(table, &state);
	}
	table_finish(table);
	return EXIT_SUCCESS;
}

struct setting {
	const struct limit *limit;
	uint64_t value;
};

static struct setting parse_setting(const char *argument)
{
	const char *value = strchr(argument, '=');
	size_t length = value ? (size_t)(value - argument) : strlen(argument);
	const struct limit *limit = limits;

	while (limit->name && (strlen(limit->name) != length ||
			       strncmp(limit->name, argument, length)))
		limit++;
	if (!limit->name)
		errx(EXIT_FAILURE, "there is no limit '%.*s'", (int)length,
		     argument);
	if (!value)
		errx(EXIT_FAILURE, "no value for '%s', write %s=VALUE",
		     argument, argument);
	value++;
	return (struct setting){ limit, limit->bytes ? parse_size(value) :
						       parse_count(value) };
}

static const char *write_reason(int error)
{
	switch (error) {
	case ENOENT:
		return "no such file (is the module loaded?)";
	case EACCES:
	case EPERM:
		return "permission denied (only root may change limits)";
	case EINVAL:
	case ERANGE:
		return "the kernel refuses this value";
	default:
		return strerror(error);
	}
}

static void apply_setting(const struct setting *setting)
{
	char *path = text(PARAMETERS "%s", setting->limit->name);
	char *value = text("%ju", setting->value);
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, value, strlen(value)) < 0)
		errx(EXIT_FAILURE, "cannot set %s to %s: %s",
		     setting->limit->name, value, write_reason(errno));
	close(fd);
	free(value);
	free(path);
}

static int set_limits(char **arguments)
{
	/* A mistake in one leaves all as they are. */
	for (char **argument = arguments; *argument; argument++)
		parse_setting(*argument);
	for (char **argument = arguments; *argument; argument++) {
		const struct setting setting = parse_setting(*argument);

		apply_setting(&setting);
	}
	return EXIT_SUCCESS;
}

static int run_limits(struct command_line *line)
{
	const struct table_options no_options = {};
	char **arguments;

	while (command_line_option(line) != -1)
		;
	arguments = command_line_arguments(line);
	if (!*arguments)
		return show_limits(&line->table);
	if (memcmp(&line->table, &no_options, sizeof(no_options)))
		command_line_fail(line, "options are for showing limits only");
	return set_limits(arguments);
}

const struct command limits_command = {
	.name = "limits",
	.summary = "show or set the limits of the module",
	.synopsis = synopsis,
	.description = description,
	.options_help = "",
	.letters = "",
	.options = options,
	.columns = columns,
	.run = run_limits,
};
