// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "shrink.h"

static bool try_without(struct sequence *sequence, unsigned int first,
			unsigned int count, shrink_test test, void *data)
{
	struct sequence shorter = { .differs = sequence->differs };
	unsigned int i;

	for (i = 0; i < sequence->count; i++)
		if (i < first || i >= first + count)
			sequence_add(&shorter, &sequence->operations[i]);
	if (!shorter.count || !test(&shorter, data)) {
		sequence_free(&shorter);
		return false;
	}
	sequence_free(sequence);
	*sequence = shorter;
	return true;
}

/* From the end, because what comes first makes what comes later possible. */
static bool remove_chunks(struct sequence *sequence, unsigned int size,
			  shrink_test test, void *data)
{
	unsigned int first = sequence->count;
	bool removed = false;

	while (first > 0) {
		first = first > size ? first - size : 0;
		if (try_without(sequence, first, size, test, data))
			removed = true;
		if (first > sequence->count)
			first = sequence->count;
	}
	return removed;
}

static void remove_operations(struct sequence *sequence, shrink_test test,
			      void *data)
{
	unsigned int size;

	for (size = sequence->count / 2; size > 1; size /= 2)
		remove_chunks(sequence, size, test, data);
	/* One that is removed can make another one useless. */
	while (remove_chunks(sequence, 1, test, data))
		continue;
}

static void try_value(struct sequence *sequence, struct argument *argument,
		      int64_t value, shrink_test test, void *data)
{
	const int64_t old = argument->value;

	if (old == value)
		return;
	argument->value = value;
	if (!test(sequence, data))
		argument->value = old;
}

/* Flags go one by one; of numbers, few are plainer than the one that is there. */
static void simplify_argument(struct sequence *sequence,
			      struct argument *argument,
			      enum argument_type type, shrink_test test,
			      void *data)
{
	unsigned int bit;

	switch (type) {
	case GET_FLAGS:
	case ATTACH_FLAGS:
		for (bit = 0; bit < 32; bit++)
			if (argument->value & 1LL << bit)
				try_value(sequence, argument,
					  argument->value & ~(1LL << bit), test,
					  data);
		break;
	case KEY:
	case USER:
	case BUFFER:
	case ADDRESS:
		try_value(sequence, argument, 0, test, data);
		break;
	default:
		break;
	}
}

static void simplify_operation(struct sequence *sequence,
			       struct operation *operation, shrink_test test,
			       void *data)
{
	const enum argument_type *types = operation_arguments(operation->kind);
	unsigned int i;

	for (i = 0; i < ARGUMENTS && types[i] != NOTHING; i++)
		simplify_argument(sequence, &operation->arguments[i], types[i],
				  test, data);
}

/* Both return whether there is anything by the first name. */
typedef bool (*rename_function)(struct sequence *sequence, char from, char to);

static bool rename_process(struct sequence *sequence, char from, char to)
{
	bool found = false;
	unsigned int i;

	for (i = 0; i < sequence->count; i++) {
		if (sequence->operations[i].process != from)
			continue;
		sequence->operations[i].process = to;
		found = true;
	}
	return found;
}

static bool rename_variable(struct sequence *sequence, char from, char to)
{
	bool found = false;
	unsigned int i, j;

	for (i = 0; i < sequence->count; i++) {
		struct argument *arguments = sequence->operations[i].arguments;

		for (j = 0; j < ARGUMENTS; j++) {
			if (arguments[j].variable != from)
				continue;
			arguments[j].variable = to;
			found = true;
		}
	}
	return found;
}

/* Where two names can be one: from a number of names, the first of which is this. */
static void merge(struct sequence *sequence, rename_function rename, char first,
		  unsigned int count, shrink_test test, void *data)
{
	struct sequence merged;
	char from, to;

	for (from = first + 1; from < first + (int)count; from++) {
		for (to = first; to < from; to++) {
			sequence_copy(&merged, sequence);
			if (!rename(&merged, from, to) ||
			    !test(&merged, data)) {
				sequence_free(&merged);
				continue;
			}
			sequence_free(sequence);
			*sequence = merged;
			break;
		}
	}
}

void shrink(struct sequence *sequence, shrink_test test, void *data)
{
	unsigned int i;

	remove_operations(sequence, test, data);
	merge(sequence, rename_process, 0, PROCESSES, test, data);
	merge(sequence, rename_variable, FIRST_SEGMENT, SEGMENTS, test, data);
	merge(sequence, rename_variable, FIRST_PLACE, PLACES, test, data);
	for (i = 0; i < sequence->count; i++)
		simplify_operation(sequence, &sequence->operations[i], test,
				   data);
	remove_operations(sequence, test, data);
}
