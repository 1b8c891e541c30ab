/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Changing settings of the kernel and of the module for the time of a test.
 */

#ifndef SELFTESTS_SETTING_H
#define SELFTESTS_SETTING_H

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

#include "kernel_file.h"

#define PARAMETER(name) "/sys/module/shmregion/parameters/" name

#define SETTINGS_REMEMBERED 64

struct setting {
	char path[128];
	char value[128];
};

static struct setting settings_changed[SETTINGS_REMEMBERED];
static unsigned int settings_changed_count;

/*
 * Of choices that are listed the one that holds is in brackets; it is what can be
 * written back. Returns 0 or -errno.
 */
static inline int setting_read(const char *path, char *value, size_t size)
{
	ssize_t length = kernel_file_read(path, value, size);
	char *start, *end;

	if (length < 0)
		return (int)length;
	start = strchr(value, '[');
	end = start ? strchr(start, ']') : NULL;
	if (end) {
		*end = '\0';
		memmove(value, start + 1, end - start);
	}
	return 0;
}

/* Writes a value, once it is known how to get back. Returns 0 or -errno. */
static inline int setting_change(const char *path, const char *value)
{
	struct setting *setting;
	int error;

	if (settings_changed_count == SETTINGS_REMEMBERED)
		return -ENOSPC;
	setting = &settings_changed[settings_changed_count];
	snprintf(setting->path, sizeof(setting->path), "%s", path);
	error = setting_read(path, setting->value, sizeof(setting->value));
	if (!error)
		error = kernel_file_write(path, value);
	if (!error)
		settings_changed_count++;
	return error;
}

static inline int setting_change_number(const char *path, uint64_t value)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	return setting_change(path, text);
}

/*
 * For the teardown of a fixture: the other way round, because some settings
 * change others. Returns 0 or the first -errno.
 */
static inline int settings_restore(void)
{
	int error, first = 0;

	while (settings_changed_count) {
		struct setting *setting =
			&settings_changed[--settings_changed_count];

		error = kernel_file_write(setting->path, setting->value);
		if (error && !first)
			first = error;
	}
	return first;
}

#endif /* SELFTESTS_SETTING_H */
