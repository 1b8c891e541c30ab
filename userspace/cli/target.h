/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The regions that a command was told to work on, by id or by key. */
#ifndef TARGET_H
#define TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct target {
	bool by_key;
	int id;
	uint64_t key;
};

struct target_list {
	struct target *targets;
	size_t count;
};

/* From what the user wrote; an argument that is wrong ends the program. */
void target_list_add_ids(struct target_list *list, char **arguments);
void target_list_add_key(struct target_list *list, const char *argument);

/* Looks up the id, -1 and errno if there is no such region. */
int target_find(int fd, const struct target *target);

/* "5: no such region", with "id" or "key" before it. */
void target_warn(const struct target *target, const char *reason);

/*
 * Does to each target what @act does, which returns NULL or the reason why it
 * could not. Goes on after a failure; returns the exit status.
 */
int target_list_act(const struct target_list *list,
		    const char *(*act)(int fd, int id, const void *data),
		    const void *data);

#endif /* TARGET_H */
