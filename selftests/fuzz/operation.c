// SPDX-License-Identifier: GPL-2.0
/* The table of operations. */

#include "operation.h"

#include <string.h>

#include "act.h"

#define FIELD(word, what)                          \
	{                                          \
		.name = #word, .kind = KIND_##what \
	}

#define OPERATION(word, often, is_alone, ...)                          \
	{                                                              \
		.name = #word, .weight = (often), .alone = (is_alone), \
		.run = act_##word, .fields = {                         \
			__VA_ARGS__                                    \
		}                                                      \
	}

const struct operation operations[] = {
	[OPERATION_FORK] = { "fork",
			     4,
			     true,
			     NULL,
			     { FIELD(calls, CALLS), FIELD(end, END) } },
	OPERATION(get, 60, false, FIELD(fd, DESCRIPTOR), FIELD(key, KEY),
		  FIELD(size, SIZE), FIELD(flags, GET_FLAGS), FIELD(mode, MODE),
		  FIELD(reserved, NO_FLAGS), FIELD(to, NEW_REGION),
		  FIELD(pointer, POINTER), FIELD(form, FORM)),
	OPERATION(attach, 60, false, FIELD(fd, DESCRIPTOR), FIELD(id, ID),
		  FIELD(address, ADDRESS), FIELD(flags, ATTACH_FLAGS),
		  FIELD(to, NEW_MAPPING), FIELD(pointer, POINTER),
		  FIELD(form, FORM)),
	OPERATION(detach, 30, false, FIELD(fd, DESCRIPTOR),
		  FIELD(address, TAKEN_ADDRESS), FIELD(flags, NO_FLAGS),
		  FIELD(reserved, NO_FLAGS), FIELD(pointer, POINTER),
		  FIELD(form, FORM)),
	OPERATION(bind, 40, false, FIELD(fd, DESCRIPTOR), FIELD(id, ID),
		  FIELD(flags, NO_FLAGS), FIELD(pointer, POINTER),
		  FIELD(form, FORM)),
	OPERATION(stat, 20, false, FIELD(fd, DESCRIPTOR), FIELD(id, ID),
		  FIELD(flags, STAT_FLAGS), FIELD(pointer, POINTER),
		  FIELD(form, FORM)),
	OPERATION(next, 12, false, FIELD(fd, DESCRIPTOR), FIELD(cursor, PAGE),
		  FIELD(flags, NEXT_FLAGS), FIELD(to, NEW_REGION),
		  FIELD(pointer, POINTER), FIELD(form, FORM)),
	OPERATION(set, 20, false, FIELD(fd, DESCRIPTOR), FIELD(id, ID),
		  FIELD(flags, SET_FLAGS), FIELD(uid, USER), FIELD(gid, USER),
		  FIELD(mode, MODE), FIELD(reserved, NO_FLAGS),
		  FIELD(pointer, POINTER), FIELD(form, FORM)),
	OPERATION(remove, 20, false, FIELD(fd, DESCRIPTOR), FIELD(id, ID),
		  FIELD(flags, NO_FLAGS), FIELD(pointer, POINTER),
		  FIELD(form, FORM)),
	OPERATION(lock, 12, false, FIELD(fd, DESCRIPTOR), FIELD(id, ID),
		  FIELD(flags, NO_FLAGS), FIELD(pointer, POINTER),
		  FIELD(form, FORM)),
	OPERATION(unlock, 12, false, FIELD(fd, DESCRIPTOR), FIELD(id, ID),
		  FIELD(flags, NO_FLAGS), FIELD(pointer, POINTER),
		  FIELD(form, FORM)),
	OPERATION(info, 8, false, FIELD(fd, DESCRIPTOR), FIELD(flags, NO_FLAGS),
		  FIELD(pointer, POINTER), FIELD(form, FORM)),
	OPERATION(open, 12, false, FIELD(to, NEW_DESCRIPTOR),
		  FIELD(access, ACCESS)),
	OPERATION(close, 8, false, FIELD(fd, DESCRIPTOR)),
	OPERATION(dup, 4, false, FIELD(fd, DESCRIPTOR),
		  FIELD(to, NEW_DESCRIPTOR)),
	OPERATION(send, 6, false, FIELD(fd, HANDLE)),
	OPERATION(receive, 6, false, FIELD(to, NEW_DESCRIPTOR)),
	OPERATION(poll, 10, false, FIELD(fd, HANDLE)),
	OPERATION(watch, 4, false, FIELD(fd, HANDLE)),
	OPERATION(mmap, 40, false, FIELD(fd, HANDLE), FIELD(address, ADDRESS),
		  FIELD(page, PAGE), FIELD(pages, PAGES),
		  FIELD(prot, PROTECTION), FIELD(flags, MAP_FLAGS),
		  FIELD(to, NEW_MAPPING)),
	OPERATION(munmap, 15, false, FIELD(at, MAPPING), FIELD(page, PAGE),
		  FIELD(pages, PAGES)),
	OPERATION(mprotect, 12, false, FIELD(at, MAPPING), FIELD(page, PAGE),
		  FIELD(pages, PAGES), FIELD(prot, PROTECTION)),
	OPERATION(madvise, 15, false, FIELD(at, MAPPING), FIELD(page, PAGE),
		  FIELD(pages, PAGES), FIELD(advice, ADVICE)),
	OPERATION(mremap, 12, false, FIELD(at, MAPPING), FIELD(page, PAGE),
		  FIELD(pages, PAGES), FIELD(new, PAGES),
		  FIELD(flags, MOVE_FLAGS), FIELD(address, ADDRESS),
		  FIELD(to, NEW_MAPPING)),
	OPERATION(remap, 8, false, FIELD(at, MAPPING), FIELD(page, PAGE),
		  FIELD(pages, PAGES), FIELD(from, PAGE)),
	OPERATION(mbind, 3, false, FIELD(at, MAPPING), FIELD(page, PAGE),
		  FIELD(pages, PAGES), FIELD(policy, POLICY),
		  FIELD(flags, POLICY_FLAGS)),
	OPERATION(mlock, 5, false, FIELD(at, MAPPING), FIELD(page, PAGE),
		  FIELD(pages, PAGES)),
	OPERATION(munlock, 4, false, FIELD(at, MAPPING), FIELD(page, PAGE),
		  FIELD(pages, PAGES)),
	OPERATION(msync, 5, false, FIELD(at, MAPPING), FIELD(page, PAGE),
		  FIELD(pages, PAGES), FIELD(flags, SYNC_FLAGS)),
	OPERATION(mincore, 2, false, FIELD(at, MAPPING), FIELD(page, PAGE),
		  FIELD(pages, PAGES)),
	OPERATION(touch, 25, false, FIELD(at, MAPPING), FIELD(page, PAGE),
		  FIELD(how, WRITES)),
	OPERATION(foreign, 4, false, FIELD(at, MAPPING), FIELD(page, PAGE),
		  FIELD(how, WRITES)),
	OPERATION(user, 10, false, FIELD(uid, USER)),
	OPERATION(alarm, 6, true, FIELD(after, MICROSECONDS)),
	OPERATION(memlock, 4, true, FIELD(bytes, AMOUNT)),
	OPERATION(limit, 1, false, FIELD(which, LIMIT), FIELD(to, AMOUNT)),
	OPERATION(read, 8, false, FIELD(file, FILE), FIELD(fd, HANDLE),
		  FIELD(from, PAGE)),
	OPERATION(scope, 1, true, FIELD(of, SCOPE)),
	OPERATION(yield, 1, false),
	OPERATION(leave, 3, true),
	{ 0 },
};

bool operation_find(const char *name, uint8_t *number)
{
	unsigned int i;

	for (i = 0; operations[i].name; i++)
		if (!strcmp(operations[i].name, name)) {
			*number = i;
			return true;
		}
	return false;
}

uint8_t operation_random(struct chance *chance)
{
	static unsigned int sum;
	unsigned int i, chosen;

	if (!sum)
		for (i = 0; operations[i].name; i++)
			sum += operations[i].weight;
	chosen = chance_below(chance, sum);
	for (i = 0; chosen >= operations[i].weight; i++)
		chosen -= operations[i].weight;
	return i;
}
