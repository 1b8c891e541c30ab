// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * By the C library and not by system calls: it knows how the structures of each
 * architecture are translated, and other libraries may want to see the calls.
 */
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "kernel.h"

enum call {
	SHMGET,
	SHMAT,
	SHMDT,
	SHMCTL,
	SHMCTL64,
	CALLS,
};

static const char *const names[CALLS] = {
	"shmget", "shmat", "shmdt", "shmctl", "__shmctl64",
};

/*
 * Looked up in advance, since that takes locks. Threads may do so at the same
 * time, but they find the same.
 */
static atomic_uintptr_t functions[CALLS];

bool kernel_is_wanted(void)
{
	const char *value = getenv("SHMREGION_FALLBACK");

	return value && !strcmp(value, "1");
}

void kernel_prepare(void)
{
	for (int i = 0; i < CALLS; i++)
		atomic_store(&functions[i],
			     (uintptr_t)dlsym(RTLD_NEXT, names[i]));
}

static void *find(enum call call)
{
	return (void *)atomic_load(&functions[call]);
}

int kernel_shmget(key_t key, size_t size, int flags)
{
	typeof(kernel_shmget) *function = find(SHMGET);

	return function(key, size, flags);
}

void *kernel_shmat(int id, const void *address, int flags)
{
	typeof(kernel_shmat) *function = find(SHMAT);

	return function(id, address, flags);
}

int kernel_shmdt(const void *address)
{
	typeof(kernel_shmdt) *function = find(SHMDT);

	return function(address);
}

int kernel_shmctl(int id, int command, void *buffer)
{
	typeof(kernel_shmctl) *function = find(SHMCTL);

	return function(id, command, buffer);
}

#ifndef __LP64__
int kernel_shmctl64(int id, int command, void *buffer)
{
	typeof(kernel_shmctl64) *function = find(SHMCTL64);

	return function(id, command, buffer);
}
#endif
