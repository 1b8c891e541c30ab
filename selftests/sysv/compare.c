// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "differences.h"

/* How far times may be apart. */
#define SECONDS 1

struct field {
	char name[32];
	char value[160];
};

/* Reads the next field and moves on. At the end of the line all is empty. */
static void next_field(const char **text, struct field *field)
{
	size_t length, name;

	*text += **text == ' ';
	length = strcspn(*text, "\n ");
	name = strcspn(*text, "\n =");
	snprintf(field->name, sizeof(field->name), "%.*s", (int)name, *text);
	snprintf(field->value, sizeof(field->value), "%.*s",
		 (int)(length - name), *text + name);
	*text += length;
}

enum verdict {
	SAME,
	SECONDS_APART,
	OTHER,
};

static enum verdict compare_times(const char *a, const char *b)
{
	unsigned int epochs[2];
	long long seconds[2];

	if (sscanf(a, "=%u:%lld", &epochs[0], &seconds[0]) != 2 ||
	    sscanf(b, "=%u:%lld", &epochs[1], &seconds[1]) != 2 ||
	    epochs[0] != epochs[1])
		return OTHER;
	return llabs(seconds[0] - seconds[1]) <= SECONDS ? SAME : SECONDS_APART;
}

static enum verdict compare_fields(const struct field fields[SIDES])
{
	const char *name = fields[0].name;

	if (strcmp(name, fields[1].name))
		return OTHER;
	if (!strcmp(fields[0].value, fields[1].value))
		return SAME;
	if (!strcmp(name, "atime") || !strcmp(name, "dtime") ||
	    !strcmp(name, "ctime"))
		return compare_times(fields[0].value, fields[1].value);
	return OTHER;
}

/* Of a field that one side has and the other has not, either name will do. */
static void find(struct finding *finding, unsigned int number,
		 const struct field fields[SIDES], bool seconds_alone)
{
	const char *name = fields[0].name[0] ? fields[0].name : fields[1].name;
	unsigned int side;

	/* Something worse takes its place. */
	if (finding->differs && !(finding->seconds_alone && !seconds_alone))
		return;
	finding->differs = true;
	finding->number = number;
	finding->seconds_alone = seconds_alone;
	snprintf(finding->field, sizeof(finding->field), "%s", name);
	for (side = 0; side < SIDES; side++)
		snprintf(finding->values[side], sizeof(finding->values[side]),
			 "%s%s", fields[side].name, fields[side].value);
}

/* Returns the difference by design that this is, or -1. */
static int explain(const struct sequence *sequence, unsigned int number,
		   const struct field fields[SIDES])
{
	const struct meeting meeting = {
		.sequence = sequence,
		.number = number,
		.field = fields[0].name,
		.system_v = fields[SYSTEM_V].value + 1,
		.library = fields[LIBRARY].value + 1,
	};

	if (number == sequence->count || strcmp(fields[0].name, fields[1].name))
		return -1;
	return differences_find(&meeting);
}

static void compare_lines(struct finding *finding,
			  const struct sequence *sequence, unsigned int number,
			  const char *lines[SIDES])
{
	struct field fields[SIDES];
	enum verdict verdict;
	int difference;

	do {
		next_field(&lines[SYSTEM_V], &fields[SYSTEM_V]);
		next_field(&lines[LIBRARY], &fields[LIBRARY]);
		verdict = compare_fields(fields);
		if (verdict == SAME)
			continue;
		difference = verdict == OTHER ?
				     explain(sequence, number, fields) :
				     -1;
		if (difference < 0) {
			find(finding, number, fields, verdict == SECONDS_APART);
			return;
		}
		finding->met |= 1U << difference;
		/* What follows from that is another matter altogether. */
		if (!strcmp(fields[0].name, "result"))
			return;
	} while (fields[0].name[0]);
}

void compare(struct finding *finding, const struct sequence *sequence,
	     const struct player players[SIDES])
{
	const struct field nothing[SIDES] = { { .name = "answer" } };
	const char *lines[SIDES] = {
		players[SYSTEM_V].board->answers,
		players[LIBRARY].board->answers,
	};
	unsigned int number;
	size_t length;

	*finding = (struct finding){ .differs = false };
	for (number = 0; number <= sequence->count; number++) {
		length = strcspn(lines[0], "\n");
		if (!*lines[0] || !*lines[1]) {
			find(finding, number, nothing, false);
			return;
		}
		if (strncmp(lines[0], lines[1], length + 1))
			compare_lines(finding, sequence, number,
				      (const char *[]){ lines[0], lines[1] });
		lines[0] += length + 1;
		lines[1] += strcspn(lines[1], "\n") + 1;
	}
}
