// SPDX-License-Identifier: GPL-2.0
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contest.h"
#include "player.h"
#include "shrink.h"
#include "tally.h"

/* A machine is not busy at the same moment that often. */
#define ATTEMPTS 4

static const char *libraries;
static struct player players[SIDES];

static void start_players(void)
{
	enum side side;

	for (side = 0; side < SIDES; side++)
		player_start(&players[side], side, libraries);
}

static void stop_players(void)
{
	enum side side;

	for (side = 0; side < SIDES; side++)
		player_stop(&players[side]);
}

void contest_begin(const char *library)
{
	libraries = library;
	start_players();
}

void contest_end(void)
{
	stop_players();
}

/* One that does not come to its end is a difference at the point it got to. */
static void find_broken(struct finding *finding, unsigned int number)
{
	*finding = (struct finding){ .differs = true, .number = number };
	snprintf(finding->field, sizeof(finding->field), "end of the play");
	stop_players();
	start_players();
}

static void play_once(const struct sequence *sequence, struct finding *finding)
{
	enum side side;

	for (side = 0; side < SIDES; side++) {
		if (!player_play(&players[side], sequence)) {
			find_broken(finding, players[side].board->next);
			return;
		}
	}
	compare(finding, sequence, players);
}

void contest_play(const struct sequence *sequence, struct finding *finding)
{
	unsigned int attempt;

	for (attempt = 0; attempt < ATTEMPTS; attempt++) {
		play_once(sequence, finding);
		if (!finding->seconds_alone)
			break;
	}
	tally_count(sequence, players[SYSTEM_V].board->answers);
}

/* A difference of another kind would lead away from what was found. */
static bool still_differs(const struct sequence *sequence, void *data)
{
	const struct finding *original = data;
	struct finding finding;

	contest_play(sequence, &finding);
	return finding.differs && !strcmp(finding.field, original->field);
}

static void print_finding(const struct sequence *sequence,
			  const struct finding *finding)
{
	enum side side;

	if (finding->number < sequence->count) {
		printf("# difference in '%s' of '", finding->field);
		operation_print(stdout, &sequence->operations[finding->number]);
		printf("'\n");
	} else {
		printf("# difference in '%s' at the end\n", finding->field);
	}
	for (side = 0; side < SIDES; side++)
		printf("#   %s: %s\n", side_names[side],
		       finding->values[side][0] ? finding->values[side] :
						  "nothing");
}

static void print_as_comment(const struct sequence *sequence)
{
	unsigned int i;

	for (i = 0; i < sequence->count; i++) {
		printf("#   ");
		operation_print(stdout, &sequence->operations[i]);
		printf("\n");
	}
}

static void save_sequence(const struct sequence *sequence, const char *path)
{
	FILE *file = fopen(path, "we");

	if (!file)
		err(EXIT_FAILURE, "%s", path);
	sequence_print(file, sequence);
	if (fclose(file))
		err(EXIT_FAILURE, "%s", path);
}

void contest_report(struct sequence *sequence, const struct finding *found,
		    const char *save)
{
	const unsigned int count = sequence->count;
	struct finding finding = *found;

	shrink(sequence, still_differs, &finding);
	contest_play(sequence, &finding);
	printf("# the shortest sequence that shows it, of %u operations:\n",
	       count);
	print_as_comment(sequence);
	if (finding.differs) {
		print_finding(sequence, &finding);
	} else {
		printf("# it does not do so each time; at first it was this:\n");
		print_finding(sequence, found);
	}
	if (save)
		save_sequence(sequence, save);
}

void contest_print_answers(const struct sequence *sequence)
{
	const char *answer = players[SYSTEM_V].board->answers;
	unsigned int i;
	size_t length;

	for (i = 0; i < sequence->count && *answer; i++) {
		length = strcspn(answer, "\n");
		printf("# ");
		operation_print(stdout, &sequence->operations[i]);
		printf("\n#   %.*s\n", (int)length, answer);
		answer += length + 1;
	}
}

void contest_print_tally(void)
{
	tally_print();
}
