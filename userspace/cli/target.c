// SPDX-License-Identifier: LGPL-2.1-or-later
#include <err.h>
#include <errno.h>
#include <stdlib.h>

#include <shmregion.h>

#include "device.h"
#include "parse.h"
#include "target.h"
#include "text.h"

static void target_list_add(struct target_list *list,
			    const struct target *target)
{
	list->targets = reallocarray(list->targets, list->count + 1,
				     sizeof(*list->targets));
	if (!list->targets)
		err(EXIT_FAILURE, "cannot allocate the list of regions");
	list->targets[list->count++] = *target;
}

void target_list_add_ids(struct target_list *list, char **arguments)
{
	for (; *arguments; arguments++) {
		const struct target target = {
			.id = parse_id(*arguments),
		};

		target_list_add(list, &target);
	}
}

void target_list_add_key(struct target_list *list, const char *argument)
{
	const struct target target = {
		.by_key = true,
		.key = parse_key(argument),
	};

	if (target.key == SHMREGION_KEY_PRIVATE)
		errx(EXIT_FAILURE,
		     "key 0 is that of private regions, give an id instead");
	target_list_add(list, &target);
}

int target_find(int fd, const struct target *target)
{
	if (!target->by_key)
		return target->id;
	return shmregion_get(fd, target->key, 0, 0, 0);
}

void target_warn(const struct target *target, const char *reason)
{
	char *key;

	if (!target->by_key) {
		warnx("id %d: %s", target->id, reason);
		return;
	}
	key = text_of_key(target->key);
	warnx("key %s: %s", key, reason);
	free(key);
}

int target_list_act(const struct target_list *list,
		    const char *(*act)(int fd, int id, const void *data),
		    const void *data)
{
	int status = EXIT_SUCCESS;
	int fd = device_open();

	for (size_t i = 0; i < list->count; i++) {
		const struct target *target = &list->targets[i];
		int id = target_find(fd, target);
		const char *reason = id < 0 ? device_reason(errno) :
					      act(fd, id, data);

		if (!reason)
			continue;
		target_warn(target, reason);
		status = EXIT_FAILURE;
	}
	return status;
}
