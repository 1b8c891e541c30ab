/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Holding up whoever is in the module, by the kernel module of delay/: it lies
 * in a directory of that name beside the module's file.
 */

#ifndef SELFTESTS_DELAYS_H
#define SELFTESTS_DELAYS_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../kernel_file.h"
#include "../module.h"

#define DELAYS_MODULE "shmregion_delay"
#define DELAYS_SYSFS "/sys/module/" DELAYS_MODULE "/parameters/"

/*
 * Functions of the module, and where they lie behind the beginning of its code:
 * to find one by its name takes the kernel long, and to load the module again
 * changes only the beginning.
 */
#define DELAYS_FUNCTIONS 400

static struct delays_function {
	char name[80];
	long offset;
} delays_functions[DELAYS_FUNCTIONS];

static unsigned int delays_functions_count;

static inline unsigned long delays_code(void)
{
	char text[64];

	if (kernel_file_read(MODULE_SYSFS "/sections/.text", text,
			     sizeof(text)) < 0)
		return 0;
	return strtoul(text, NULL, 16);
}

/* Returns 0 or -errno. */
static inline int delays_set(const char *parameter, unsigned int value)
{
	char path[128], text[16];

	snprintf(path, sizeof(path), DELAYS_SYSFS "%s", parameter);
	snprintf(text, sizeof(text), "%u", value);
	return kernel_file_write(path, text);
}

/* What the module counts: opened, reached, visits, delays. */
static inline long long delays_count(const char *what)
{
	return kernel_file_number(DELAYS_SYSFS "windows", what);
}

/* @everywhere: not just at calls. Returns 0 or -errno. */
static inline int delays_open_at(const struct delays_function *function,
				 bool everywhere)
{
	char text[32];

	snprintf(text, sizeof(text), "%#lx%s", delays_code() + function->offset,
		 everywhere ? "*" : "");
	return kernel_file_write(DELAYS_SYSFS "function", text);
}

/* Some names stand twice. Returns 0 or -errno; -ENOENT if there is no such function. */
static inline int delays_open_named(const char *name, bool everywhere)
{
	int error = -ENOENT;
	unsigned int i;

	for (i = 0; i < delays_functions_count; i++)
		if (!strcmp(delays_functions[i].name, name))
			error = delays_open_at(&delays_functions[i],
					       everywhere);
	return error;
}

/* Of the module; the last one is NULL. Returns 0 or -errno. */
static inline int delays_open_list(const char *const *names, bool everywhere)
{
	int error = 0;

	for (; *names && !error; names++)
		error = delays_open_named(*names, everywhere);
	return error;
}

/* A function of the kernel. Returns 0 or -errno. */
static inline int delays_open_kernel(const char *name)
{
	return kernel_file_write(DELAYS_SYSFS "function", name);
}

static inline int delays_close_all(void)
{
	return kernel_file_write(DELAYS_SYSFS "function", "\n");
}

/* All functions of the module, but what compilers and tracing put in. */
static inline int delays_find_functions(void)
{
	FILE *file = fopen("/proc/kallsyms", "re");
	const unsigned long code = delays_code();
	unsigned long address;
	char line[512], type;

	if (!file)
		return -errno;
	delays_functions_count = 0;
	while (fgets(line, sizeof(line), file) &&
	       delays_functions_count < DELAYS_FUNCTIONS) {
		struct delays_function *function =
			&delays_functions[delays_functions_count];

		if (!strstr(line, "[" MODULE_NAME "]") ||
		    sscanf(line, "%lx %c %79s", &address, &type,
			   function->name) != 3 ||
		    !strchr("tT", type) || strstr(function->name, ".cold") ||
		    strstr(function->name, "trace") ||
		    strstr(function->name, "SCT") ||
		    strstr(function->name, "__pfx_") ||
		    strstr(function->name, "_sub_"))
			continue;
		function->offset = (long)(address - code);
		delays_functions_count++;
	}
	fclose(file);
	return delays_functions_count < DELAYS_FUNCTIONS ? 0 : -E2BIG;
}

/*
 * Where something matters between two calls: what is looked up under RCU is
 * taken hold of, and what is changed together is read together.
 */
static const char *const delays_everywhere[] = {
	"shmregion_registry_by_id", "shmregion_registry_by_index",
	"shmregion_registry_next", "shmregion_control_set", NULL
};

/* These the compiler may make a part of those. */
static const char *const delays_inlined[] = { "load", "set_owner" };

/* Returns 0 or -errno. */
static inline int delays_open_module(void)
{
	const int error = delays_open_list(delays_everywhere, true);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(delays_inlined); i++)
		delays_open_named(delays_inlined[i], true);
	/* Some of the others cannot be probed, which does not matter. */
	for (i = 0; i < delays_functions_count; i++)
		delays_open_at(&delays_functions[i], false);
	return error;
}

/*
 * Optimised, a probe costs less, but while kprobes does that it makes whoever
 * opens the next window wait for seconds.
 */
#define DELAYS_OPTIMIZATION "/proc/sys/debug/kprobes-optimization"

/* Returns 0 or -errno; -ENOENT if the module was not built. */
static inline int delays_load(unsigned int seed)
{
	char path[1024], parameters[64];
	int error = module_find(path, sizeof(path));
	char *slash = error ? NULL : strrchr(path, '/');

	if (!slash)
		return error ? error : -ENOENT;
	snprintf(slash, sizeof(path) - (slash - path),
		 "/delay/" DELAYS_MODULE ".ko");
	kernel_file_write(DELAYS_OPTIMIZATION, "0");
	snprintf(parameters, sizeof(parameters), "seed=%u", seed);
	error = module_insert(path, parameters);
	return error ? error : delays_find_functions();
}

static inline int delays_unload(void)
{
	kernel_file_write(DELAYS_OPTIMIZATION, "1");
	return syscall(SYS_delete_module, DELAYS_MODULE, O_NONBLOCK) ? -errno :
								       0;
}

#endif /* SELFTESTS_DELAYS_H */
