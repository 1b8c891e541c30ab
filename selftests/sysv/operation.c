// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "operation.h"
#include "word.h"

static const struct {
	const char *name;
	enum argument_type arguments[ARGUMENTS];
} kinds[] = {
#define OPERATION(kind, name, ...) { name, { __VA_ARGS__ } },
#include "operations.def"
#undef OPERATION
};

const enum argument_type *operation_arguments(enum operation_kind kind)
{
	return kinds[kind].arguments;
}

const char *operation_name(enum operation_kind kind)
{
	return kinds[kind].name;
}

static bool is_variable(enum argument_type type, char letter)
{
	if (type == SEGMENT)
		return letter >= FIRST_SEGMENT &&
		       letter < FIRST_SEGMENT + SEGMENTS;
	if (type == PLACE || type == ADDRESS)
		return letter >= FIRST_PLACE && letter < FIRST_PLACE + PLACES;
	return false;
}

static bool parse_argument(struct argument *argument, enum argument_type type,
			   const char *text)
{
	*argument = (struct argument){ .variable = 0 };
	if (is_variable(type, text[0])) {
		argument->variable = text[0];
		if (!text[1])
			return true;
		return type == ADDRESS && text[1] == '+' &&
		       word_parse(type, text + 2, &argument->value);
	}
	return type != PLACE && word_parse(type, text, &argument->value);
}

static bool parse_process(struct operation *operation, const char *text)
{
	operation->process = text[0] - '0';
	return operation->process < PROCESSES && !text[1];
}

static bool parse_kind(struct operation *operation, const char *text)
{
	enum operation_kind kind;

	for (kind = 0; kind < OPERATION_KINDS; kind++) {
		if (!strcmp(kinds[kind].name, text)) {
			operation->kind = kind;
			return true;
		}
	}
	return false;
}

static bool complain(char error[128], const char *what, const char *text)
{
	snprintf(error, 128, "%s '%s'", what, text ? text : "");
	return false;
}

static bool parse_words(struct operation *operation, char *line,
			char error[128])
{
	const enum argument_type *types;
	char *position, *text;
	unsigned int i;

	text = strtok_r(line, " \t", &position);
	if (!text || !parse_process(operation, text))
		return complain(error, "no process", text);
	text = strtok_r(NULL, " \t", &position);
	if (!text || !parse_kind(operation, text))
		return complain(error, "no operation", text);
	types = kinds[operation->kind].arguments;
	for (i = 0; i < ARGUMENTS && types[i] != NOTHING; i++) {
		text = strtok_r(NULL, " \t", &position);
		if (!text ||
		    !parse_argument(&operation->arguments[i], types[i], text))
			return complain(error, "bad argument", text);
	}
	text = strtok_r(NULL, " \t", &position);
	return text ? complain(error, "one argument too many,", text) : true;
}

bool operation_parse(struct operation *operation, const char *line,
		     char error[128])
{
	char *copy = strdup(line);
	bool parsed;

	if (!copy)
		return complain(error, "no memory for", line);
	memset(operation, 0, sizeof(*operation));
	parsed = parse_words(operation, copy, error);
	free(copy);
	return parsed;
}

static void print_argument(FILE *file, enum argument_type type,
			   const struct argument *argument)
{
	if (!argument->variable) {
		word_print(file, type, argument->value);
		return;
	}
	fputc(argument->variable, file);
	if (argument->value) {
		fputc('+', file);
		word_print(file, type, argument->value);
	}
}

void operation_print(FILE *file, const struct operation *operation)
{
	const enum argument_type *types = kinds[operation->kind].arguments;
	unsigned int i;

	fprintf(file, "%u %s", operation->process, kinds[operation->kind].name);
	for (i = 0; i < ARGUMENTS && types[i] != NOTHING; i++) {
		fputc(' ', file);
		print_argument(file, types[i], &operation->arguments[i]);
	}
}
