/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is left after a storm has to be nothing.
 */

#ifndef SELFTESTS_AFTERMATH_H
#define SELFTESTS_AFTERMATH_H

#include <stdbool.h>

#include "deadline.h"
#include "device.h"
#include "module.h"
#include "slab.h"

struct aftermath {
	int fd;
	long references;
};

static inline bool no_region_is_left(int fd)
{
	struct shmregion_info now;

	return !device_info(fd, &now) && !now.regions && !now.all_regions &&
	       !now.all_bytes && !now.resident_bytes;
}

/* A region that nobody can see any more is there for as long as somebody holds it. */
static inline bool no_object_is_left(void)
{
	return slab_objects(MODULE_NAME) <= 0;
}

/* Before the storm. Says whether there is nothing yet. */
static inline bool aftermath_begin(struct aftermath *aftermath)
{
	aftermath->fd = device_open(O_RDWR);
	if (aftermath->fd < 0)
		return false;
	/* Namespaces of earlier tests may still be dying. */
	if (!BECOMES_TRUE(no_region_is_left(aftermath->fd)) ||
	    !BECOMES_TRUE(no_object_is_left()))
		return false;
	aftermath->references = module_references();
	return true;
}

/* Removes what was left on purpose: persistent regions stay. */
static inline void aftermath_remove_rest(const struct aftermath *aftermath)
{
	uint64_t cursor = 0;
	int id;

	while ((id = region_next(aftermath->fd, &cursor, SHMREGION_NEXT_ANY)) >
	       0)
		region_remove(aftermath->fd, id);
}

static inline bool aftermath_is_clean(const struct aftermath *aftermath)
{
	unsigned int deadlines;

	/* Namespaces are freed one after another, and there may be hundreds. */
	for (deadlines = 0; deadlines < 12; deadlines++)
		if (BECOMES_TRUE(no_region_is_left(aftermath->fd) &&
				 module_references() == aftermath->references))
			return BECOMES_TRUE(no_object_is_left());
	return false;
}

static inline void aftermath_end(struct aftermath *aftermath)
{
	close(aftermath->fd);
}

#endif /* SELFTESTS_AFTERMATH_H */
