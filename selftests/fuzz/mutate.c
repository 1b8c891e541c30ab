// SPDX-License-Identifier: GPL-2.0
/* New programs from old ones. */

#include "mutate.h"

#include <string.h>

#include "choose.h"
#include "operation.h"

/* One in so many programs is made from nothing. */
#define FRESH 20

static void append(struct program *program, const struct call *call)
{
	if (program->length < CALLS)
		program->calls[program->length++] = *call;
}

static void insert(struct program *program, unsigned int at,
		   const struct call *calls, unsigned int count)
{
	struct program whole = { 0 };
	unsigned int i;

	for (i = 0; i < at; i++)
		append(&whole, &program->calls[i]);
	for (i = 0; i < count; i++)
		append(&whole, &calls[i]);
	for (i = at; i < program->length; i++)
		append(&whole, &program->calls[i]);
	*program = whole;
}

static void insert_random(struct program *program, struct chance *chance)
{
	unsigned int at = chance_below(chance, program->length + 1);
	struct call call;

	choose_call(&call, program, at, chance);
	insert(program, at, &call, 1);
}

static void drop_random(struct program *program, struct chance *chance)
{
	if (program->length > 1)
		program_drop(program, chance_below(chance, program->length));
}

static void swap(struct program *program, struct chance *chance)
{
	struct call *one =
		&program->calls[chance_below(chance, program->length)];
	struct call *other =
		&program->calls[chance_below(chance, program->length)];
	const struct call call = *one;

	*one = *other;
	*other = call;
}

/* The same call twice, at the same time or one after the other. */
static void duplicate(struct program *program, struct chance *chance)
{
	unsigned int at = chance_below(chance, program->length);
	struct call call = program->calls[at];

	call.beside = chance_of(chance, 2);
	insert(program, at, &call, 1);
}

static void splice(struct program *program, const struct program *donor,
		   struct chance *chance)
{
	unsigned int from = chance_below(chance, donor->length);
	unsigned int count = 1 + chance_below(chance, donor->length - from);

	if (chance_of(chance, 2))
		program->length = 1 + chance_below(chance, program->length);
	insert(program, chance_below(chance, program->length + 1),
	       &donor->calls[from], count);
}

static void change(struct program *program, const struct program *donor,
		   struct chance *chance)
{
	unsigned int at = chance_below(chance, program->length);
	struct call *call = &program->calls[at];

	switch (chance_below(chance, 16)) {
	case 0 ... 3:
		/* In a long one, most calls are there for nothing. */
		if (program->length < CALLS / 2)
			insert_random(program, chance);
		else
			drop_random(program, chance);
		break;
	case 4 ... 5:
		drop_random(program, chance);
		break;
	case 6 ... 9:
		choose_value(call, program, at, chance);
		break;
	case 10:
		choose_call(call, program, at, chance);
		break;
	case 11:
		swap(program, chance);
		break;
	case 12:
		call->beside = !call->beside;
		break;
	case 13:
		duplicate(program, chance);
		break;
	default:
		if (donor)
			splice(program, donor, chance);
		else
			insert_random(program, chance);
	}
}

static void make(struct program *program, struct chance *chance)
{
	unsigned int calls = 4 + chance_below(chance, 16);
	static const char *const beginning[] = { "get", "attach" };
	unsigned int i;

	program->length = 0;
	/* Without these two hardly anything succeeds. */
	for (i = 0; i < 2; i++) {
		struct call call = { 0 };

		operation_find(beginning[i], &call.operation);
		choose_values(&call, program, i, chance);
		append(program, &call);
	}
	while (program->length < calls) {
		struct call call;

		choose_call(&call, program, program->length, chance);
		append(program, &call);
	}
}

void mutate(const struct lineage *lineage, struct program *program)
{
	const struct program *donor = NULL;
	struct chance chance = { lineage->seed };
	unsigned int changes;

	if (lineage->parent == NOBODY) {
		make(program, &chance);
		return;
	}
	*program = shared->corpus[lineage->parent].program;
	if (!lineage->seed)
		return;
	if (lineage->donor != NOBODY)
		donor = &shared->corpus[lineage->donor].program;
	for (changes = 1 + chance_below(&chance, 4); changes; changes--)
		change(program, donor, &chance);
}

static int choose_entry(struct chance *chance)
{
	unsigned int count = shared->entries, number;

	if (!count)
		return NOBODY;
	if (count > ENTRIES)
		count = ENTRIES;
	/* What is new promises more. */
	number = chance_below(chance, count);
	if (chance_of(chance, 2))
		number = count - 1 - number / 4;
	return __atomic_load_n(&shared->corpus[number].ready,
			       __ATOMIC_ACQUIRE) ?
		       (int)number :
		       NOBODY;
}

struct lineage mutate_choose(struct chance *chance)
{
	struct lineage lineage = { .parent = NOBODY, .donor = NOBODY };
	unsigned int given;

	if (shared->given_taken < shared->given) {
		given = __atomic_fetch_add(&shared->given_taken, 1,
					   __ATOMIC_RELAXED);
		if (given < shared->given) {
			lineage.parent = given;
			return lineage;
		}
	}
	if (!chance_of(chance, FRESH)) {
		lineage.parent = choose_entry(chance);
		lineage.donor = choose_entry(chance);
	}
	lineage.seed = chance_next(chance) | 1;
	return lineage;
}
