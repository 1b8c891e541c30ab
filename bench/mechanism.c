// SPDX-License-Identifier: GPL-2.0
/* The mechanisms, and what is the same for all. */

#include "mechanism.h"

#include <errno.h>

#include "touch.h"

const struct mechanism *const mechanisms[MECHANISMS] = {
	&mechanism_shmregion,  &mechanism_sysv,	      &mechanism_sysv_hugetlb,
	&mechanism_posix,      &mechanism_posix_huge, &mechanism_memfd,
	&mechanism_memfd_huge,
};

int mechanism_begin(const struct mechanism *mechanism, size_t bytes)
{
	int error = mechanism->begin ? mechanism->begin(bytes) : 0;

	return error ? error : mechanism_enter(mechanism);
}

int mechanism_enter(const struct mechanism *mechanism)
{
	return mechanism->enter ? mechanism->enter() : 0;
}

void mechanism_release(const struct mechanism *mechanism, struct memory *memory)
{
	if (mechanism->release)
		mechanism->release(memory);
}

int mechanism_remove(const struct mechanism *mechanism, struct memory *memory)
{
	int error = mechanism->remove ? mechanism->remove(memory) : 0;

	mechanism_release(mechanism, memory);
	return error;
}

int mechanism_fill(const struct mechanism *mechanism, struct memory *memory,
		   size_t bytes, unsigned int flags)
{
	int error = mechanism->create(memory, flags);
	void *address;

	if (error)
		return error;
	address = mechanism->attach(memory);
	if (!address)
		return -errno;
	touch_write(address, bytes, SMALL_PAGE);
	return mechanism->detach(memory, address);
}
