// SPDX-License-Identifier: LGPL-2.1-or-later
#include <err.h>
#include <errno.h>
#include <stdlib.h>

#include <shmregion.h>

#include "command.h"
#include "device.h"
#include "module_columns.h"
#include "region_columns.h"
#include "target.h"

static const char *const synopsis[] = {
	"[options]",
	"[options] ID",
	"[options] --key KEY",
	NULL,
};

static const char description[] =
	"Show all about a region, or about the module.\n";

static const char options_help[] =
	" -k, --key KEY          the region with this key\n";

static const struct column_set *const columns[] = {
	&region_column_set,
	&module_column_set,
	NULL,
};

static const struct option long_options[] = {
	{ "key", required_argument, NULL, 'k' },
	{},
};

static int show_module(const struct table_options *options)
{
	struct table *table =
		table_new(&module_column_set, options, TABLE_SHEET);
	struct shmregion_info info;

	if (shmregion_info(device_open(), &info))
		err(EXIT_FAILURE, "cannot ask about the module");
	table_add_record(table, &info);
	table_finish(table);
	return EXIT_SUCCESS;
}

static int show_region(const struct target *target,
		       const struct table_options *options)
{
	struct table *table =
		table_new(&region_column_set, options, TABLE_SHEET);
	struct shmregion_stat stat;
	int fd = device_open();
	int id = target_find(fd, target);

	if (id < 0 || shmregion_stat(fd, id, region_stat_flags(table), &stat)) {
		target_warn(target, device_reason(errno));
		return EXIT_FAILURE;
	}
	table_add_record(table, &stat);
	table_finish(table);
	return EXIT_SUCCESS;
}

static int run_info(struct command_line *line)
{
	struct target_list list = {};

	while (command_line_option(line) == 'k')
		target_list_add_key(&list, optarg);
	target_list_add_ids(&list, command_line_arguments(line));

	switch (list.count) {
	case 0:
		return show_module(&line->table);
	case 1:
		return show_region(list.targets, &line->table);
	default:
		command_line_fail(line, "more than one region given");
	}
}

const struct command info_command = {
	.name = "info",
	.summary = "show all about a region, or about the module",
	.synopsis = synopsis,
	.description = description,
	.options_help = options_help,
	.letters = "k:",
	.options = long_options,
	.columns = columns,
	.run = run_info,
};
