// SPDX-License-Identifier: LGPL-2.1-or-later
#include <err.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <linux/shmregion.h>

#include "attributes.h"

struct choice {
	const char *name;
	uint32_t flag;
};

/* The words of tmpfs(5) for its huge= option. */
static const struct choice huge_policies[] = {
	{ "default", SHMREGION_GET_HUGE_DEFAULT },
	{ "never", SHMREGION_GET_HUGE_NEVER },
	{ "within_size", SHMREGION_GET_HUGE_WITHIN_SIZE },
	{ "always", SHMREGION_GET_HUGE_ALWAYS },
	{ "advise", SHMREGION_GET_HUGE_ADVISE },
	{},
};

static const struct choice lifetimes[] = {
	{ "persistent", SHMREGION_GET_LIFETIME_PERSISTENT },
	{ "last-detach", SHMREGION_GET_LIFETIME_LAST_DETACH },
	{ "owner", SHMREGION_GET_LIFETIME_OWNER },
	{},
};

static const char *find_name(const struct choice *choice, uint32_t flag)
{
	for (; choice->name; choice++) {
		if (choice->flag == flag)
			return choice->name;
	}
	return "unknown";
}

static const struct choice *find_choice(const struct choice *choice,
					const char *name)
{
	for (; choice->name; choice++) {
		if (!strcmp(choice->name, name))
			return choice;
	}
	return NULL;
}

const char *huge_policy_name(uint32_t attributes)
{
	return find_name(huge_policies, attributes & SHMREGION_GET_HUGE_MASK);
}

const char *lifetime_name(uint32_t attributes)
{
	return find_name(lifetimes, attributes & SHMREGION_GET_LIFETIME_MASK);
}

uint32_t parse_huge_policy(const char *argument)
{
	const struct choice *choice = find_choice(huge_policies, argument);

	if (!choice)
		errx(EXIT_FAILURE, "invalid huge page policy '%s'", argument);
	return choice->flag;
}

uint32_t parse_lifetime(const char *argument)
{
	const struct choice *choice = find_choice(lifetimes, argument);

	if (!choice)
		errx(EXIT_FAILURE, "invalid lifetime '%s'", argument);
	return choice->flag;
}
