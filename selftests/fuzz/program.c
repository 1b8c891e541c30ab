// SPDX-License-Identifier: GPL-2.0
/* Programs as text. */

#include "program.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "operation.h"
#include "value.h"

/* The first line of every file. */
#define LICENSE        \
	"SPDX-License" \
	"-Identifier: GPL-2.0"

static void call_print(FILE *file, const struct call *call)
{
	const struct operation *operation = &operations[call->operation];
	unsigned int i;

	fprintf(file, "%s%s", call->beside ? "& " : "", operation->name);
	for (i = 0; i < FIELDS && operation->fields[i].name; i++) {
		fprintf(file, " %s=", operation->fields[i].name);
		value_print(file, operation->fields[i].kind, call->values[i]);
	}
	fputc('\n', file);
}

void program_drop(struct program *program, unsigned int at)
{
	program->length--;
	memmove(&program->calls[at], &program->calls[at + 1],
		(program->length - at) * sizeof(program->calls[0]));
}

void program_print(FILE *file, const struct program *program)
{
	unsigned int i;

	for (i = 0; i < program->length; i++)
		call_print(file, &program->calls[i]);
}

static bool parse_field(const struct operation *operation, struct call *call,
			char *word)
{
	char *value = strchr(word, '=');
	unsigned int i;

	if (!value)
		return false;
	*value++ = '\0';
	for (i = 0; i < FIELDS && operation->fields[i].name; i++)
		if (!strcmp(operation->fields[i].name, word))
			return value_parse(operation->fields[i].kind, value,
					   &call->values[i]);
	return false;
}

static bool parse_call(char *line, struct call *call)
{
	char *rest, *word = strtok_r(line, " \t\n", &rest);

	memset(call, 0, sizeof(*call));
	if (word && !strcmp(word, "&")) {
		call->beside = true;
		word = strtok_r(NULL, " \t\n", &rest);
	}
	if (!word || !operation_find(word, &call->operation))
		return false;
	while ((word = strtok_r(NULL, " \t\n", &rest)))
		if (!parse_field(&operations[call->operation], call, word))
			return false;
	return true;
}

int program_read(const char *path, struct program *program)
{
	unsigned int number = 0;
	char line[1024];
	FILE *file = fopen(path, "re");
	int error = 0;

	memset(program, 0, sizeof(*program));
	if (!file) {
		fprintf(stderr, "fuzz: %s: %s\n", path, strerror(errno));
		return -1;
	}
	while (!error && fgets(line, sizeof(line), file)) {
		number++;
		line[strcspn(line, "#")] = '\0';
		if (!line[strspn(line, " \t\n")])
			continue;
		if (program->length == CALLS) {
			fprintf(stderr, "fuzz: %s: more than %d calls\n", path,
				CALLS);
			error = -1;
		} else if (!parse_call(line,
				       &program->calls[program->length++])) {
			fprintf(stderr, "fuzz: %s:%u: this is no call\n", path,
				number);
			error = -1;
		}
	}
	fclose(file);
	if (!error && !program->length) {
		fprintf(stderr, "fuzz: %s: there are no calls in it\n", path);
		error = -1;
	}
	return error;
}

int program_write(const char *directory, const char *name,
		  const struct program *program)
{
	char path[PATH_MAX];
	int error = 0;
	FILE *file;

	if (mkdir(directory, 0777) && errno != EEXIST)
		return -errno;
	snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = fopen(path, "we");
	if (!file)
		return -errno;
	fprintf(file, "# %s\n", LICENSE);
	program_print(file, program);
	if (ferror(file))
		error = -EIO;
	if (fclose(file))
		error = -errno;
	return error;
}
