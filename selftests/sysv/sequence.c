// SPDX-License-Identifier: GPL-2.0
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "differences.h"
#include "sequence.h"

void sequence_add(struct sequence *sequence, const struct operation *operation)
{
	if (sequence->count == BOARD_OPERATIONS)
		errx(EXIT_FAILURE, "a sequence has at most %d operations",
		     BOARD_OPERATIONS);
	sequence->operations =
		realloc(sequence->operations,
			(sequence->count + 1) * sizeof(*operation));
	if (!sequence->operations)
		err(EXIT_FAILURE, NULL);
	sequence->operations[sequence->count++] = *operation;
}

void sequence_copy(struct sequence *to, const struct sequence *from)
{
	unsigned int i;

	*to = (struct sequence){ .differs = from->differs };
	for (i = 0; i < from->count; i++)
		sequence_add(to, &from->operations[i]);
}

void sequence_free(struct sequence *sequence)
{
	free(sequence->operations);
	*sequence = (struct sequence){ .count = 0 };
}

static bool add_difference(struct sequence *sequence, const char *name,
			   char error[128])
{
	const int number = differences_by_name(name);

	if (number < 0) {
		snprintf(error, 128, "no such difference '%s'", name);
		return false;
	}
	sequence->differs |= 1U << number;
	return true;
}

static bool add_line(struct sequence *sequence, char *line, char error[128])
{
	struct operation operation;

	line[strcspn(line, "\n")] = '\0';
	if (!*line || *line == '#')
		return true;
	if (!strncmp(line, "differs ", 8))
		return add_difference(sequence, line + 8, error);
	if (!operation_parse(&operation, line, error))
		return false;
	sequence_add(sequence, &operation);
	return true;
}

bool sequence_read(struct sequence *sequence, const char *path)
{
	FILE *file = fopen(path, "re");
	unsigned int number = 0;
	char *line = NULL;
	size_t size = 0;
	char error[128];
	bool good = true;

	*sequence = (struct sequence){ .count = 0 };
	if (!file) {
		warn("%s", path);
		return false;
	}
	while (good && getline(&line, &size, file) > 0) {
		number++;
		good = add_line(sequence, line, error);
		if (!good)
			warnx("%s:%u: %s", path, number, error);
	}
	free(line);
	fclose(file);
	if (good && !sequence->count) {
		warnx("%s: no operations", path);
		good = false;
	}
	if (!good)
		sequence_free(sequence);
	return good;
}

void sequence_print(FILE *file, const struct sequence *sequence)
{
	unsigned int i;

	for (i = 0; i < sequence->count; i++) {
		operation_print(file, &sequence->operations[i]);
		fputc('\n', file);
	}
}
