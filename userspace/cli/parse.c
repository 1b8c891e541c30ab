// SPDX-License-Identifier: LGPL-2.1-or-later
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "parse.h"

/*
 * strtoull(3) without what it is too kind to: signs, blanks, no digits, and
 * numbers that do not fit. Returns what follows the number, NULL if there is
 * none.
 */
static const char *read_number(const char *argument, int base, uint64_t *number)
{
	char *end;

	if (!isdigit((unsigned char)*argument))
		return NULL;
	errno = 0;
	*number = strtoull(argument, &end, base);
	return errno || end == argument ? NULL : end;
}

static bool read_whole_number(const char *argument, int base, uint64_t max,
			      uint64_t *number)
{
	const char *rest = read_number(argument, base, number);

	return rest && !*rest && *number <= max;
}

int parse_id(const char *argument)
{
	uint64_t id;

	if (!read_whole_number(argument, 10, INT_MAX, &id))
		errx(EXIT_FAILURE, "invalid id '%s'", argument);
	return id;
}

uint64_t parse_key(const char *argument)
{
	uint64_t key;

	if (!read_whole_number(argument, 0, UINT64_MAX, &key))
		errx(EXIT_FAILURE, "invalid key '%s'", argument);
	return key;
}

uint64_t parse_count(const char *argument)
{
	uint64_t count;

	if (!read_whole_number(argument, 10, UINT64_MAX, &count))
		errx(EXIT_FAILURE, "invalid number '%s'", argument);
	return count;
}

mode_t parse_mode(const char *argument)
{
	uint64_t mode;

	if (!read_whole_number(argument, 8, 0777, &mode))
		errx(EXIT_FAILURE,
		     "invalid mode '%s', it must be octal, from 0 to 0777",
		     argument);
	return mode;
}

static bool read_unit(const char *suffix, uint64_t *unit)
{
	static const char prefixes[] = "KMGTPE";
	unsigned int step = 1024;
	const char *prefix;

	*unit = 1;
	if (!*suffix)
		return true;
	prefix = strchr(prefixes, toupper((unsigned char)*suffix));
	if (!prefix)
		return false;
	if (!strcmp(suffix + 1, "B"))
		step = 1000;
	else if (suffix[1] && strcmp(suffix + 1, "iB"))
		return false;
	for (const char *power = prefixes; power <= prefix; power++)
		*unit *= step;
	return true;
}

uint64_t parse_size(const char *argument)
{
	const char *suffix;
	uint64_t size, unit;

	suffix = read_number(argument, 10, &size);
	if (!suffix || !read_unit(suffix, &unit) ||
	    __builtin_mul_overflow(size, unit, &size))
		errx(EXIT_FAILURE, "invalid size '%s'", argument);
	return size;
}

static bool read_time_unit(const char *suffix, uint64_t *seconds)
{
	static const struct {
		const char *suffix;
		unsigned int seconds;
	} units[] = {
		{ "", 1 },	{ "s", 1 },	 { "m", 60 }, { "h", 3600 },
		{ "d", 86400 }, { "w", 604800 }, {},
	};

	for (size_t i = 0; units[i].suffix; i++) {
		if (strcmp(suffix, units[i].suffix))
			continue;
		*seconds = units[i].seconds;
		return true;
	}
	return false;
}

uint64_t parse_duration(const char *argument)
{
	uint64_t duration, unit;
	const char *suffix = read_number(argument, 10, &duration);

	if (!suffix || !read_time_unit(suffix, &unit) ||
	    __builtin_mul_overflow(duration, unit, &duration))
		errx(EXIT_FAILURE, "invalid duration '%s'", argument);
	return duration;
}

/*
 * chown(2) and the library take the highest number for "keep the present one",
 * so it is no user and no group.
 */
static bool read_identity(const char *argument, uint64_t *identity)
{
	return read_whole_number(argument, 10, UINT32_MAX - 1, identity);
}

uid_t parse_user(const char *argument)
{
	const struct passwd *user = getpwnam(argument);
	uint64_t uid;

	if (user)
		return user->pw_uid;
	if (!read_identity(argument, &uid))
		errx(EXIT_FAILURE, "no such user: '%s'", argument);
	return uid;
}

gid_t parse_group(const char *argument)
{
	const struct group *group = getgrnam(argument);
	uint64_t gid;

	if (group)
		return group->gr_gid;
	if (!read_identity(argument, &gid))
		errx(EXIT_FAILURE, "no such group: '%s'", argument);
	return gid;
}
