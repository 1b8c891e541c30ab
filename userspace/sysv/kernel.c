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
#ifndef __LP64__
	SHMCTL64,
#endif
	CALLS,
};

static const char *const names[CALLS] = {
	[SHMGET] = "shmget",	   [SHMAT] = "shmat",
	[SHMDT] = "shmdt",	   [SHMCTL] = "shmctl",
#ifndef __LP64__
	[SHMCTL64] = "__shmctl64",
#endif
};

static atomic_uintptr_t functions[CALLS];
static atomic_bool prepared, wanted;

/*
 * In advance, since it takes locks and may allocate, and the first call may come
 * from a signal handler. Threads may do so at the same time, but they find the
 * same.
 */
static void __attribute__((constructor)) prepare(void)
{
	const char *value = getenv("SHMREGION_FALLBACK");

	if (value && !strcmp(value, "1")) {
		for (int i = 0; i < CALLS; i++)
			atomic_store(&functions[i],
				     (uintptr_t)dlsym(RTLD_NEXT, names[i]));
		atomic_store(&wanted, true);
	}
	atomic_store(&prepared, true);
}

bool kernel_is_wanted(void)
{
	/* Other libraries' constructors may come first, and make calls. */
	if (!atomic_load(&prepared))
		prepare();
	return atomic_load(&wanted);
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
