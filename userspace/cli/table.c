// SPDX-License-Identifier: LGPL-2.1-or-later
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <libsmartcols.h>

#include "table.h"
#include "text.h"

struct table {
	const struct column_set *set;
	enum table_layout layout;
	bool bytes;
	size_t *selection;
	size_t selected;
	struct libscols_table *lines;
};

/* The columns of a sheet. */
enum {
	SHEET_NAME,
	SHEET_VALUE,
	SHEET_SUMMARY,
};

static const char *const sheet_headings[] = {
	[SHEET_NAME] = "PROPERTY",
	[SHEET_VALUE] = "VALUE",
	[SHEET_SUMMARY] = "DESCRIPTION",
};

static const struct {
	int flags;
	int json_type;
} kinds[] = {
	[COLUMN_TEXT] = { 0, SCOLS_JSON_STRING },
	[COLUMN_LONG_TEXT] = { SCOLS_FL_TRUNC, SCOLS_JSON_STRING },
	[COLUMN_NUMBER] = { SCOLS_FL_RIGHT, SCOLS_JSON_NUMBER },
	[COLUMN_PERCENTAGE] = { SCOLS_FL_RIGHT, SCOLS_JSON_STRING },
	[COLUMN_BOOLEAN] = { SCOLS_FL_RIGHT, SCOLS_JSON_BOOLEAN },
};

const char *const table_letters = "bJno:r";

const struct option table_long_options[] = {
	{ "bytes", no_argument, NULL, 'b' },
	{ "json", no_argument, NULL, 'J' },
	{ "noheadings", no_argument, NULL, 'n' },
	{ "output", required_argument, NULL, 'o' },
	{ "raw", no_argument, NULL, 'r' },
	{},
};

void table_options_print_help(void)
{
	printf(" -b, --bytes            print sizes in bytes\n"
	       " -J, --json             print JSON; sizes are in bytes\n"
	       " -n, --noheadings       do not print headings\n"
	       " -o, --output LIST      columns to print, or those to add: +LIST\n"
	       " -r, --raw              print fields with one blank between them\n");
}

bool table_options_take(struct table_options *options, int option)
{
	switch (option) {
	case 'b':
		options->bytes = true;
		return true;
	case 'J':
		options->json = true;
		return true;
	case 'n':
		options->noheadings = true;
		return true;
	case 'o':
		options->output = optarg;
		return true;
	case 'r':
		options->raw = true;
		return true;
	default:
		return false;
	}
}

void column_set_print_help(const struct column_set *set)
{
	printf("\n%s:\n", set->title);
	for (const struct column *column = set->columns; column->name; column++)
		printf(" %15s  %s\n", column->name, column->summary);
}

static void table_select(struct table *table, size_t column)
{
	table->selection = reallocarray(table->selection, table->selected + 1,
					sizeof(*table->selection));
	if (!table->selection)
		err(EXIT_FAILURE, "cannot allocate a list of columns");
	table->selection[table->selected++] = column;
}

static void table_select_name(struct table *table, const char *name)
{
	for (size_t i = 0; table->set->columns[i].name; i++) {
		if (strcasecmp(table->set->columns[i].name, name))
			continue;
		/* Twice the same member makes no good JSON. */
		if (!table_has_column(table, i))
			table_select(table, i);
		return;
	}
	errx(EXIT_FAILURE, "unknown column: '%s'", name);
}

static void table_select_list(struct table *table, const char *list)
{
	char *copy = text("%s", list);
	char *position = copy;
	const char *name;

	while ((name = strsep(&position, ",")))
		table_select_name(table, name);
	free(copy);
}

static void table_select_defaults(struct table *table, enum table_layout layout)
{
	if (layout == TABLE_LIST) {
		table_select_list(table, table->set->defaults);
		return;
	}
	for (size_t i = 0; table->set->columns[i].name; i++)
		table_select(table, i);
}

bool table_has_column(const struct table *table, size_t column)
{
	for (size_t i = 0; i < table->selected; i++) {
		if (table->selection[i] == column)
			return true;
	}
	return false;
}

static void table_add_column(struct table *table, const char *name,
			     enum column_kind kind)
{
	struct libscols_column *column;

	column = scols_table_new_column(table->lines, name, 0,
					kinds[kind].flags);
	if (!column ||
	    scols_column_set_json_type(column, kinds[kind].json_type))
		errx(EXIT_FAILURE, "cannot allocate a column");
}

static void table_add_columns(struct table *table)
{
	if (table->layout == TABLE_SHEET) {
		for (size_t i = 0; i <= SHEET_SUMMARY; i++)
			table_add_column(table, sheet_headings[i], COLUMN_TEXT);
		return;
	}
	for (size_t i = 0; i < table->selected; i++) {
		const struct column *column =
			&table->set->columns[table->selection[i]];

		table_add_column(table, column->name, column->kind);
	}
}

struct table *table_new(const struct column_set *set,
			const struct table_options *options,
			enum table_layout layout)
{
	const char *output = options->output;
	struct table *table = calloc(1, sizeof(*table));

	if (!table)
		err(EXIT_FAILURE, "cannot allocate a table");
	if (options->json && options->raw)
		errx(EXIT_FAILURE, "--json and --raw exclude each other");
	table->set = set;
	table->layout = options->json ? TABLE_LIST : layout;
	table->bytes = options->bytes || options->json;
	if (!output || *output == '+')
		table_select_defaults(table, layout);
	if (output)
		table_select_list(table, output + (*output == '+'));

	table->lines = scols_new_table();
	if (!table->lines || scols_table_set_name(table->lines, set->name) ||
	    scols_table_enable_json(table->lines, options->json) ||
	    scols_table_enable_raw(table->lines, options->raw) ||
	    scols_table_enable_noheadings(table->lines, options->noheadings))
		errx(EXIT_FAILURE, "cannot allocate a table");
	table_add_columns(table);
	return table;
}

static struct libscols_line *table_add_line(struct table *table)
{
	struct libscols_line *line = scols_table_new_line(table->lines, NULL);

	if (!line)
		errx(EXIT_FAILURE, "cannot allocate a line");
	return line;
}

/* The line frees the text. */
static void line_set(struct libscols_line *line, size_t cell, char *value)
{
	if (scols_line_refer_data(line, cell, value))
		errx(EXIT_FAILURE, "cannot allocate a cell");
}

/* Something in each field of raw text, or fields could not be counted. */
static char *table_value(const struct table *table, const void *record,
			 size_t column)
{
	char *value = table->set->value(record, column, table->bytes);

	if (!value && scols_table_is_raw(table->lines))
		return text("-");
	return value;
}

static void table_add_sheet(struct table *table, const void *record)
{
	for (size_t i = 0; i < table->selected; i++) {
		size_t column = table->selection[i];
		const struct column *what = &table->set->columns[column];
		struct libscols_line *line = table_add_line(table);

		line_set(line, SHEET_NAME, text("%s", what->name));
		line_set(line, SHEET_VALUE, table_value(table, record, column));
		line_set(line, SHEET_SUMMARY, text("%s", what->summary));
	}
}

void table_add_record(struct table *table, const void *record)
{
	struct libscols_line *line;

	if (table->layout == TABLE_SHEET) {
		table_add_sheet(table, record);
		return;
	}
	line = table_add_line(table);
	for (size_t i = 0; i < table->selected; i++)
		line_set(line, i,
			 table_value(table, record, table->selection[i]));
}

void table_finish(struct table *table)
{
	if (scols_print_table(table->lines))
		errx(EXIT_FAILURE, "cannot print the table");
	scols_unref_table(table->lines);
	free(table->selection);
	free(table);
}
