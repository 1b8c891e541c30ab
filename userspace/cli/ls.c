// SPDX-License-Identifier: LGPL-2.1-or-later
#include <err.h>
#include <errno.h>
#include <stdlib.h>

#include <shmregion.h>

#include "command.h"
#include "device.h"
#include "region_columns.h"

static const char *const synopsis[] = {
	"[options]",
	NULL,
};

static const char description[] =
	"List the regions of the network namespace.\n";

static const char options_help[] =
	" -R, --readable         leave out regions that you may not read\n";

static const struct column_set *const columns[] = {
	&region_column_set,
	NULL,
};

static const struct option options[] = {
	{ "readable", no_argument, NULL, 'R' },
	{},
};

static void add_region(struct table *table, int fd, int id)
{
	struct shmregion_stat stat;

	if (!shmregion_stat(fd, id, region_stat_flags(table), &stat)) {
		table_add_record(table, &stat);
		return;
	}
	/* It may have gone since it was found. */
	if (errno != EINVAL && errno != EIDRM)
		err(EXIT_FAILURE, "cannot ask about id %d", id);
}

static void add_regions(struct table *table, unsigned int flags)
{
	int fd = device_open();
	uint64_t cursor = 0;
	int id;

	while ((id = shmregion_next(fd, &cursor, flags)) >= 0)
		add_region(table, fd, id);
	if (errno != ENOENT)
		err(EXIT_FAILURE, "cannot list regions");
}

static int run_ls(struct command_line *line)
{
	unsigned int flags = SHMREGION_NEXT_ANY;
	struct table *table;

	while (command_line_option(line) == 'R')
		flags &= ~SHMREGION_NEXT_ANY;
	command_line_expect_end(line);

	table = table_new(&region_column_set, &line->table, TABLE_LIST);
	add_regions(table, flags);
	table_finish(table);
	return EXIT_SUCCESS;
}

const struct command ls_command = {
	.name = "ls",
	.summary = "list regions",
	.synopsis = synopsis,
	.description = description,
	.options_help = options_help,
	.letters = "R",
	.options = options,
	.columns = columns,
	.run = run_ls,
};
