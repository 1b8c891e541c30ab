// SPDX-License-Identifier: GPL-2.0
#include <stdbool.h>
#include <sys/shm.h>

#include "generate.h"
#include "pick.h"

struct state {
	struct picker picker;
	/* Which processes there are, as far as they do what they are told. */
	bool alive[ACTIVE_PROCESSES];
	unsigned int process;
};

/* Segments that are there before anything is left to chance. */
#define BEGIN_WITH 3

/* How often, of all. */
static const unsigned int weights[OPERATION_KINDS] = {
	[OPERATION_GET] = 16,	  [OPERATION_AT] = 24,
	[OPERATION_DT] = 14,	  [OPERATION_CTL] = 16,
	[OPERATION_SET] = 6,	  [OPERATION_INDEX] = 3,
	[OPERATION_LIST] = 1,	  [OPERATION_CONTENTS] = 1,
	[OPERATION_READ] = 4,	  [OPERATION_WRITE] = 6,
	[OPERATION_MAPS] = 4,	  [OPERATION_MUNMAP] = 3,
	[OPERATION_MPROTECT] = 4, [OPERATION_MMAP] = 2,
	[OPERATION_MREMAP] = 3,	  [OPERATION_REMAP] = 2,
	[OPERATION_MADVISE] = 3,  [OPERATION_MSYNC] = 1,
	[OPERATION_MLOCK] = 1,	  [OPERATION_MUNLOCK] = 1,
	[OPERATION_FORK] = 5,	  [OPERATION_EXIT] = 2,
	[OPERATION_KILL] = 2,	  [OPERATION_BECOME] = 5,
	[OPERATION_RLIMIT] = 2,	  [OPERATION_CLOSE] = 1,
	[OPERATION_LATER] = 6,
};

/* Operations on segments after which the segment is looked at. */
#define LOOK_ONCE_IN 3

/* Executing a program takes longer than all else, so it is rarer than all else. */
#define OPERATIONS_PER_EXEC 500

static enum operation_kind pick_kind(struct state *state)
{
	unsigned int total = 0, number, kind;

	if (chance_of(&state->picker.chance, OPERATIONS_PER_EXEC))
		return OPERATION_EXEC;
	for (kind = 0; kind < OPERATION_KINDS; kind++)
		total += weights[kind];
	number = chance_below(&state->picker.chance, total);
	for (kind = 0; number >= weights[kind]; kind++)
		number -= weights[kind];
	return kind;
}

static unsigned int count_alive(const struct state *state)
{
	unsigned int process, count = 0;

	for (process = 0; process < ACTIVE_PROCESSES; process++)
		count += state->alive[process];
	return count;
}

/* Goes on with the same process for a while. */
static void pick_process(struct state *state)
{
	if (state->alive[state->process] &&
	    !chance_of(&state->picker.chance, 4))
		return;
	do {
		state->process =
			chance_below(&state->picker.chance, ACTIVE_PROCESSES);
	} while (!state->alive[state->process]);
}

static void follow(struct state *state, const struct operation *operation)
{
	if (operation->kind == OPERATION_FORK)
		state->alive[operation->arguments[0].value] = true;
	if (operation->kind == OPERATION_EXIT ||
	    operation->kind == OPERATION_KILL)
		state->alive[operation->process] = false;
}

/* What the operation did to the segment that it names. */
static void look_at_segment(struct state *state, struct sequence *sequence,
			    const struct operation *operation)
{
	const enum argument_type *types = operation_arguments(operation->kind);
	struct operation look = {
		.process = state->process,
		.kind = OPERATION_CTL,
		.arguments[1].value = IPC_STAT,
	};
	unsigned int i;

	for (i = 0; i < ARGUMENTS; i++) {
		if (types[i] == SEGMENT) {
			look.arguments[0] = operation->arguments[i];
			sequence_add(sequence, &look);
			return;
		}
	}
}

static void add_operation(struct state *state, struct sequence *sequence,
			  enum operation_kind kind)
{
	struct operation operation = {
		.process = state->process,
		.kind = kind,
	};

	pick_arguments(&state->picker, &operation);
	follow(state, &operation);
	sequence_add(sequence, &operation);
	if (chance_of(&state->picker.chance, LOOK_ONCE_IN))
		look_at_segment(state, sequence, &operation);
}

/* So that there is something to begin with. */
static void add_segments(struct state *state, struct sequence *sequence)
{
	struct operation operation = { .kind = OPERATION_GET };
	unsigned int i;

	for (i = 0; i < BEGIN_WITH; i++) {
		operation.arguments[0] =
			(struct argument){ .variable = FIRST_SEGMENT + i };
		operation.arguments[1].value = i;
		operation.arguments[2].value =
			4096 * (1 + chance_below(&state->picker.chance, 3));
		operation.arguments[3].value = IPC_CREAT | 0777;
		sequence_add(sequence, &operation);
	}
}

/* What there is in the end, as every process that is left sees it. */
static void add_survey(struct state *state, struct sequence *sequence)
{
	for (state->process = 0; state->process < ACTIVE_PROCESSES;
	     state->process++)
		if (state->alive[state->process])
			add_operation(state, sequence, OPERATION_MAPS);
	for (state->process = 0; !state->alive[state->process];)
		state->process++;
	add_operation(state, sequence, OPERATION_LIST);
	add_operation(state, sequence, OPERATION_CONTENTS);
}

void generate(struct sequence *sequence, uint64_t seed, unsigned int count)
{
	struct state state = { .picker.chance = { seed }, .alive = { true } };
	enum operation_kind kind;

	*sequence = (struct sequence){ .count = 0 };
	state.picker.large = chance_of(&state.picker.chance, 16);
	add_segments(&state, sequence);
	while (sequence->count < count) {
		pick_process(&state);
		kind = pick_kind(&state);
		/* The last one must not leave. */
		if ((kind == OPERATION_EXIT || kind == OPERATION_KILL) &&
		    count_alive(&state) == 1)
			kind = OPERATION_FORK;
		add_operation(&state, sequence, kind);
	}
	add_survey(&state, sequence);
}
