// SPDX-License-Identifier: GPL-2.0
/* The module's limits. */

#include "limits.h"

#include "../kernel_file.h"
#include "../setting.h"

/* The largest region fits into a part of the stage. */
static const struct {
	const char *path;
	const char *value;
} limits[LIMITS] = {
	{ PARAMETER("max_regions"), "200" },
	{ PARAMETER("max_region_bytes"), "8388608" },
	{ PARAMETER("max_bytes"), "134217728" },
	{ PARAMETER("max_user_regions"), "150" },
	{ PARAMETER("max_user_bytes"), "67108864" },
};

const char *limits_path(uint64_t number)
{
	return limits[number % LIMITS].path;
}

int limits_begin(void)
{
	unsigned int i;
	int error = 0;

	for (i = 0; i < LIMITS && !error; i++)
		error = setting_change(limits[i].path, limits[i].value);
	return error;
}

int limits_give_back(void)
{
	return settings_restore();
}

int limits_set(unsigned int which)
{
	unsigned int i;
	int error = 0;

	for (i = 0; i < LIMITS && !error; i++)
		if (which & 1U << i)
			error = kernel_file_write(limits[i].path,
						  limits[i].value);
	return error;
}
