// SPDX-License-Identifier: GPL-2.0
/* The module's limits. */

#include "limits.h"

#include "../kernel_file.h"
#include "../module.h"

#define PARAMETERS MODULE_SYSFS "/parameters/"

/* The largest region fits into a part of the stage. */
static const struct {
	const char *path;
	const char *value;
} limits[LIMITS] = {
	{ PARAMETERS "max_regions", "200" },
	{ PARAMETERS "max_region_bytes", "8388608" },
	{ PARAMETERS "max_bytes", "134217728" },
	{ PARAMETERS "max_user_regions", "150" },
	{ PARAMETERS "max_user_bytes", "67108864" },
};

static char kept[LIMITS][32];

const char *limits_path(uint64_t number)
{
	return limits[number % LIMITS].path;
}

int limits_keep(void)
{
	ssize_t length = 0;
	unsigned int i;

	for (i = 0; i < LIMITS && length >= 0; i++)
		length = kernel_file_read(limits[i].path, kept[i],
					  sizeof(kept[i]));
	return length < 0 ? length : 0;
}

int limits_give_back(void)
{
	unsigned int i;
	int error = 0;

	for (i = 0; i < LIMITS && !error; i++)
		error = kernel_file_write(limits[i].path, kept[i]);
	return error;
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
