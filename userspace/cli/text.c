// SPDX-License-Identifier: LGPL-2.1-or-later
#include <err.h>
#include <grp.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "text.h"

char *text(const char *format, ...)
{
	va_list arguments;
	char *string;
	int length;

	va_start(arguments, format);
	length = vasprintf(&string, format, arguments);
	va_end(arguments);
	if (length < 0)
		err(EXIT_FAILURE, "cannot allocate a string");
	return string;
}

char *text_of_size(uint64_t size, bool bytes)
{
	const char *unit = "BKMGTPE";
	unsigned int tenths = 0;

	if (bytes)
		return text("%ju", size);
	while (size >= 1024) {
		tenths = (size % 1024 * 10 + 512) / 1024;
		size /= 1024;
		unit++;
	}
	if (tenths == 10) {
		tenths = 0;
		size++;
	}
	if (!tenths)
		return text("%ju%c", size, *unit);
	return text("%ju.%u%c", size, tenths, *unit);
}

char *text_of_key(uint64_t key)
{
	return text("0x%08jx", key);
}

char *text_of_permissions(unsigned int mode)
{
	char *string = text("rwxrwxrwx");

	for (int bit = 0; bit < 9; bit++) {
		if (!(mode & (0400U >> bit)))
			string[bit] = '-';
	}
	return string;
}

char *text_of_time(uint64_t nanoseconds)
{
	time_t seconds = nanoseconds / 1000000000;
	char day_and_time[64], zone[16];
	struct tm tm;

	if (!nanoseconds)
		return NULL;
	if (!localtime_r(&seconds, &tm) ||
	    !strftime(day_and_time, sizeof(day_and_time), "%FT%T", &tm) ||
	    !strftime(zone, sizeof(zone), "%z", &tm))
		return text("%ju", nanoseconds / 1000000000);
	/* strftime(3) leaves out the colon of ISO 8601 in the zone. */
	return text("%s%.3s:%s", day_and_time, zone, zone + 3);
}

char *text_of_user(uid_t uid)
{
	const struct passwd *user = getpwuid(uid);

	return user ? text("%s", user->pw_name) : text("%u", uid);
}

char *text_of_group(gid_t gid)
{
	const struct group *group = getgrgid(gid);

	return group ? text("%s", group->gr_name) : text("%u", gid);
}
