// SPDX-License-Identifier: GPL-2.0
#include <dlfcn.h>
#include <err.h>
#include <gnu/lib-names.h>
#include <stdlib.h>

#include "calls.h"

const char *const side_names[SIDES] = {
	[SYSTEM_V] = "system-v",
	[LIBRARY] = "library",
};

struct calls calls;
enum side calls_side;

static void *find(void *libc, const char *name)
{
	void *function = dlsym(libc, name);

	if (!function)
		errx(EXIT_FAILURE, "the C library has no %s", name);
	return function;
}

void calls_choose(enum side side)
{
	void *libc = dlopen(LIBC_SO, RTLD_LAZY | RTLD_NOLOAD);

	if (!libc)
		errx(EXIT_FAILURE, "%s", dlerror());
	calls = (struct calls){
		.get = find(libc, "shmget"),
		.at = find(libc, "shmat"),
		.dt = find(libc, "shmdt"),
		.ctl = find(libc, "shmctl"),
	};
	if (calls.get == shmget)
		errx(EXIT_FAILURE, "no library is preloaded");
	calls_side = side;
	if (side == LIBRARY)
		calls = (struct calls){ shmget, shmat, shmdt, shmctl };
}
