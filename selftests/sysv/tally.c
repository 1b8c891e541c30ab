// SPDX-License-Identifier: GPL-2.0
#include <stdbool.h>
#include <string.h>

#include "tally.h"

static struct {
	unsigned long played, succeeded;
} tally[OPERATION_KINDS];

/* Fields that only operations have which did something. */
static bool is_success(const char *line, size_t length)
{
	return memmem(line, length, " result=ok", 10) ||
	       memmem(line, length, " byte=", 6) ||
	       memmem(line, length, " place=", 7) ||
	       memmem(line, length, " hash=", 6) || !memchr(line, ' ', length);
}

void tally_count(const struct sequence *sequence, const char *answers)
{
	unsigned int i;
	size_t length;

	for (i = 0; i < sequence->count && *answers; i++) {
		length = strcspn(answers, "\n");
		tally[sequence->operations[i].kind].played++;
		if (is_success(answers, length))
			tally[sequence->operations[i].kind].succeeded++;
		answers += length + 1;
	}
}

void tally_print(void)
{
	enum operation_kind kind;

	for (kind = 0; kind < OPERATION_KINDS; kind++)
		if (tally[kind].played)
			printf("# %-10s %8lu played, %8lu succeeded\n",
			       operation_name(kind), tally[kind].played,
			       tally[kind].succeeded);
}
