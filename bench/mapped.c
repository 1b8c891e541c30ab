// SPDX-License-Identifier: GPL-2.0
/* Memory that is a file. */

#include "mapped.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

int mapped_resize(const struct memory *memory)
{
	if (memory->id < 0)
		return -errno;
	return ftruncate(memory->id, memory->size) ? -errno : 0;
}

void mapped_release(struct memory *memory)
{
	close(memory->id);
	memory->id = -1;
}

void *mapped_attach(const struct memory *memory)
{
	void *address = mmap(NULL, memory->size, PROT_READ | PROT_WRITE,
			     MAP_SHARED, memory->id, 0);

	return address == MAP_FAILED ? NULL : address;
}

int mapped_detach(const struct memory *memory, void *address)
{
	return munmap(address, memory->size) ? -errno : 0;
}
