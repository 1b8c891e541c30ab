/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Loading and unloading the module.
 */

#ifndef SELFTESTS_MODULE_H
#define SELFTESTS_MODULE_H

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "kernel_file.h"

#define MODULE_NAME "shmregion"
#define MODULE_SYSFS "/sys/module/" MODULE_NAME

/* Is @directory named by how the kernel's release begins, as "6.1" is? */
static inline bool module_is_for(const char *directory, const char *release)
{
	const char *name = strrchr(directory, '/') + 1;
	const size_t length = strlen(name);

	return !strncmp(name, release, length) && strchr(".-", release[length]);
}

/*
 * Finds the module's file: the one named by $SHMREGION_MODULE, or the one that
 * was built for this kernel beside this program. Returns 0 or -errno.
 */
static inline int module_find(char *path, size_t size)
{
	const char *named = getenv("SHMREGION_MODULE");
	struct utsname system;
	char self[512], *slash;
	glob_t directories;
	ssize_t length;
	size_t i;
	int error = -ENOENT;

	if (named && *named) {
		snprintf(path, size, "%s", named);
		return 0;
	}
	length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (length < 0 || uname(&system))
		return -errno;
	self[length] = '\0';
	slash = strrchr(self, '/');
	snprintf(slash, sizeof(self) - (slash - self), "/../module/*");
	if (glob(self, GLOB_ONLYDIR, NULL, &directories))
		return -ENOENT;
	for (i = 0; i < directories.gl_pathc && error; i++) {
		const char *directory = directories.gl_pathv[i];

		if (!module_is_for(directory, system.release))
			continue;
		snprintf(path, size, "%s/" MODULE_NAME ".ko", directory);
		error = 0;
	}
	globfree(&directories);
	return error;
}

/* @parameters: as for insmod(8), separated by blanks. Returns 0 or -errno. */
static inline int module_insert(const char *path, const char *parameters)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	int error = 0;

	if (fd < 0)
		return -errno;
	if (syscall(SYS_finit_module, fd, parameters, 0))
		error = -errno;
	close(fd);
	return error;
}

/* As module_insert(). */
static inline int module_load(const char *parameters)
{
	char path[1024];
	int error = module_find(path, sizeof(path));

	return error ? error : module_insert(path, parameters);
}

/* Returns 0 or -errno; -EWOULDBLOCK if the module is in use. */
static inline int module_unload(void)
{
	return syscall(SYS_delete_module, MODULE_NAME, O_NONBLOCK) ? -errno : 0;
}

static inline bool module_is_loaded(void)
{
	return !access(MODULE_SYSFS "/initstate", F_OK);
}

/* How many things hold the module, or -errno. */
static inline long module_references(void)
{
	char text[32];
	ssize_t length =
		kernel_file_read(MODULE_SYSFS "/refcnt", text, sizeof(text));

	return length < 0 ? length : atol(text);
}

/*
 * Writes down the parameters that the module has, so that it can be loaded with
 * them again. Returns 0 or -errno.
 */
static inline int module_parameters(char *parameters, size_t size)
{
	const char *const directory = MODULE_SYSFS "/parameters/";
	glob_t files;
	size_t i, used = 0;
	int error = 0;

	parameters[0] = '\0';
	if (glob(MODULE_SYSFS "/parameters/*", 0, NULL, &files))
		return -ENOENT;
	for (i = 0; i < files.gl_pathc && !error; i++) {
		const char *path = files.gl_pathv[i];
		char value[128];
		ssize_t length = kernel_file_read(path, value, sizeof(value));

		if (length < 0) {
			error = (int)length;
			break;
		}
		value[strcspn(value, "\n")] = '\0';
		used += snprintf(parameters + used, size - used, "%s=%s ",
				 path + strlen(directory), value);
		if (used >= size)
			error = -ENOSPC;
	}
	globfree(&files);
	return error;
}

#endif /* SELFTESTS_MODULE_H */
