// SPDX-License-Identifier: GPL-2.0
/* Choosing calls that fit into a program. */

#include "choose.h"

#include <string.h>

#include "operation.h"

/* One in so many calls need not make sense. */
#define CARELESS 4
/* How often an operation is chosen that finds nothing to work on. */
#define TRIES 6

/* Places where there may be something, as bits. */
struct places {
	unsigned int descriptors;
	unsigned int handles;
	unsigned int regions;
	unsigned int mappings;
};

static void look_at_call(struct places *places, const struct call *call)
{
	const struct field *fields = operations[call->operation].fields;
	const bool binds = !strcmp(operations[call->operation].name, "bind");
	unsigned int i;

	for (i = 0; i < FIELDS && fields[i].name; i++) {
		const unsigned int bit = 1U << call->values[i] % 32;

		switch (fields[i].kind) {
		case KIND_NEW_DESCRIPTOR:
			places->descriptors |= bit;
			break;
		case KIND_NEW_REGION:
			places->regions |= bit;
			break;
		case KIND_NEW_MAPPING:
			places->mappings |= bit;
			break;
		case KIND_DESCRIPTOR:
			if (binds)
				places->handles |= bit;
			break;
		default:
			break;
		}
	}
}

static unsigned int pick(unsigned int bits, struct chance *chance)
{
	unsigned int left = chance_below(chance, __builtin_popcount(bits));

	while (left--)
		bits &= bits - 1;
	return __builtin_ctz(bits);
}

static uint64_t choose_for(enum kind kind, const struct places *places,
			   bool good, struct chance *chance)
{
	unsigned int bits = 0, base = 0;

	switch (kind) {
	case KIND_DESCRIPTOR:
		bits = places->descriptors;
		break;
	case KIND_HANDLE:
		bits = places->handles;
		break;
	case KIND_ID:
		bits = places->regions;
		break;
	case KIND_MAPPING:
		bits = places->mappings;
		break;
	case KIND_TAKEN_ADDRESS:
		bits = places->mappings;
		base = ADDRESS_TAKEN;
		break;
	default:
		break;
	}
	if (!bits || !good)
		return value_random(kind, good, chance);
	return base + pick(bits, chance);
}

static struct places look_at(const struct program *program, unsigned int at)
{
	/* The first descriptor is open when a program begins. */
	struct places places = { .descriptors = 1 };
	unsigned int i;

	for (i = 0; i < at && i < program->length; i++)
		look_at_call(&places, &program->calls[i]);
	return places;
}

void choose_values(struct call *call, const struct program *program,
		   unsigned int at, struct chance *chance)
{
	const struct field *fields = operations[call->operation].fields;
	const struct places places = look_at(program, at);
	const bool good = !chance_of(chance, CARELESS);
	unsigned int i;

	/* One thing that makes no sense is more than enough. */
	for (i = 0; i < FIELDS && fields[i].name; i++)
		call->values[i] = choose_for(fields[i].kind, &places,
					     good || chance_below(chance, 3),
					     chance);
}

/* Is there something for each thing that the operation works on? */
static bool finds_what_it_needs(uint8_t operation, const struct places *places)
{
	const struct field *fields = operations[operation].fields;
	unsigned int i;

	for (i = 0; i < FIELDS && fields[i].name; i++) {
		switch (fields[i].kind) {
		case KIND_HANDLE:
			if (!places->handles)
				return false;
			break;
		case KIND_ID:
			if (!places->regions)
				return false;
			break;
		case KIND_MAPPING:
		case KIND_TAKEN_ADDRESS:
			if (!places->mappings)
				return false;
			break;
		default:
			break;
		}
	}
	return true;
}

void choose_call(struct call *call, const struct program *program,
		 unsigned int at, struct chance *chance)
{
	const struct places places = look_at(program, at);
	unsigned int tries = TRIES;

	memset(call, 0, sizeof(*call));
	do {
		call->operation = operation_random(chance);
	} while (!finds_what_it_needs(call->operation, &places) && --tries);
	call->beside = !operations[call->operation].alone &&
		       chance_of(chance, 10);
	choose_values(call, program, at, chance);
}

void choose_value(struct call *call, const struct program *program,
		  unsigned int at, struct chance *chance)
{
	const struct field *fields = operations[call->operation].fields;
	const struct places places = look_at(program, at);
	unsigned int count = 0, i;

	while (count < FIELDS && fields[count].name)
		count++;
	if (!count)
		return;
	i = chance_below(chance, count);
	call->values[i] = choose_for(fields[i].kind, &places,
				     chance_below(chance, 2), chance);
}
