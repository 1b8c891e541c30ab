// SPDX-License-Identifier: GPL-2.0
/* This module, by its library, as System V is used by the C library. */

#include "mechanism.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <shmregion.h>
#include <unistd.h>

#include "machine.h"
#include "setting.h"

static int device = -1;

/* Limits cost the same however high they are. */
static int region_begin(size_t bytes)
{
	static const char *const limits[] = { PARAMETER("max_regions"),
					      PARAMETER("max_user_regions"),
					      PARAMETER("max_bytes"),
					      PARAMETER("max_user_bytes"),
					      PARAMETER("max_region_bytes") };
	size_t i;
	int error = 0;

	(void)bytes;
	for (i = 0; i < sizeof(limits) / sizeof(*limits) && !error; i++)
		error = machine_set_number(limits[i], LONG_MAX);
	return error;
}

static int region_enter(void)
{
	device = shmregion_open(O_RDWR);
	return device < 0 ? -errno : 0;
}

static int region_create(struct memory *memory, unsigned int flags)
{
	unsigned int get = SHMREGION_GET_CREATE | SHMREGION_GET_EXCL;

	if (flags & MEMORY_NORESERVE)
		get |= SHMREGION_GET_NORESERVE;
	if (flags & MEMORY_NO_HUGE)
		get |= SHMREGION_GET_HUGE_NEVER;
	memory->id =
		shmregion_get(device, memory->key, memory->size, get, 0600);
	return memory->id < 0 ? -errno : 0;
}

static int region_find(struct memory *memory)
{
	memory->id = shmregion_get(device, memory->key, 0, 0, 0600);
	return memory->id < 0 ? -errno : 0;
}

static void *region_attach(const struct memory *memory)
{
	void *address = shmregion_attach(device, memory->id, NULL, 0, NULL);

	return address == SHMREGION_FAILED ? NULL : address;
}

static int region_detach(const struct memory *memory, void *address)
{
	(void)memory;
	return shmregion_detach(device, address) ? -errno : 0;
}

static int region_remove(const struct memory *memory)
{
	return shmregion_remove(device, memory->id) ? -errno : 0;
}

const struct mechanism mechanism_shmregion = {
	.name = "shmregion",
	.begin = region_begin,
	.enter = region_enter,
	.create = region_create,
	.find = region_find,
	.attach = region_attach,
	.detach = region_detach,
	.remove = region_remove,
};
