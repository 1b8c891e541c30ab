/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Records as a table, as JSON or as raw text, by libsmartcols. One array of
 * columns says what there is to print, for --help and --output as well.
 */
#ifndef TABLE_H
#define TABLE_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>

/**
 * enum column_kind - how a column is aligned, and its type in JSON
 * @COLUMN_TEXT: to the left; a string
 * @COLUMN_LONG_TEXT: the same, but cut off at the edge of a terminal
 * @COLUMN_NUMBER: to the right; a number
 * @COLUMN_PERCENTAGE: to the right; a string
 * @COLUMN_BOOLEAN: to the right, 0 or 1; false or true
 */
enum column_kind {
	COLUMN_TEXT,
	COLUMN_LONG_TEXT,
	COLUMN_NUMBER,
	COLUMN_PERCENTAGE,
	COLUMN_BOOLEAN,
};

/**
 * struct column - something that is known about a record
 * @name: heading, and for --output
 * @kind: what its values are
 * @summary: what it is
 */
struct column {
	const char *name;
	enum column_kind kind;
	const char *summary;
};

/**
 * struct column_set - all that is known about one kind of record
 * @title: heads the list of columns in --help
 * @name: what the records are called in JSON
 * @columns: the columns, an empty one at the end
 * @defaults: what a list shows without --output, in the way --output takes it
 * @value: makes the text of a cell, NULL for an empty one; the table frees it.
 *	   @bytes asks for sizes as plain numbers.
 */
struct column_set {
	const char *title;
	const char *name;
	const struct column *columns;
	const char *defaults;
	char *(*value)(const void *record, size_t column, bool bytes);
};

/**
 * struct table_options - what users may choose about a table
 * @bytes: sizes as plain numbers
 * @json: JSON instead of a table; sizes are plain numbers then
 * @noheadings: no line with the names of columns
 * @raw: fields with one blank between them
 * @output: the argument of --output, or NULL
 */
struct table_options {
	bool bytes;
	bool json;
	bool noheadings;
	bool raw;
	const char *output;
};

/* These options, for getopt_long(3). */
extern const char *const table_letters;
extern const struct option table_long_options[];

void table_options_print_help(void);

/* Whether @option, with its argument in optarg, was one of them. */
bool table_options_take(struct table_options *options, int option);

void column_set_print_help(const struct column_set *set);

/**
 * enum table_layout - what becomes of a record
 * @TABLE_LIST: a line; of all columns the default ones
 * @TABLE_SHEET: a line for each of its columns, and all of them
 *
 * In JSON it is an object either way.
 */
enum table_layout {
	TABLE_LIST,
	TABLE_SHEET,
};

struct table;

/* Columns that do not exist, and lack of memory, end the program. */
struct table *table_new(const struct column_set *set,
			const struct table_options *options,
			enum table_layout layout);

/* Some values are costly to find out: whether the column will be printed. */
bool table_has_column(const struct table *table, size_t column);

void table_add_record(struct table *table, const void *record);

/* Prints the table and frees it. */
void table_finish(struct table *table);

#endif /* TABLE_H */
