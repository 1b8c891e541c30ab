// SPDX-License-Identifier: LGPL-2.1-or-later
#include <dlfcn.h>
#include <err.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/elf.h>

#include "preload.h"
#include "text.h"

#define LIBRARY "libshmregion-sysv.so"

/* Where both were built or installed together. The caller frees it. */
static char *find_beside_command(void)
{
	char *command = realpath("/proc/self/exe", NULL), *slash, *path, *found;

	slash = command ? strrchr(command, '/') : NULL;
	if (!slash) {
		free(command);
		return NULL;
	}
	*slash = '\0';
	path = text("%s/../lib/%s", command, LIBRARY);
	found = realpath(path, NULL);
	free(path);
	free(command);
	return found;
}

void preload_set(void)
{
	const char *others = getenv("LD_PRELOAD");
	char *library = find_beside_command(), *value;

	if (!library) {
		/* Elsewhere, the dynamic linker has to find it by its name. */
		if (!dlopen(LIBRARY, RTLD_LAZY | RTLD_LOCAL))
			errx(EXIT_FAILURE,
			     "cannot find the preload library: %s", dlerror());
		library = text("%s", LIBRARY);
	}
	/* They separate the libraries in LD_PRELOAD, and cannot be escaped. */
	if (strpbrk(library, " :"))
		errx(EXIT_FAILURE,
		     "cannot preload '%s': its path contains a blank or a colon",
		     library);
	if (others && *others)
		value = text("%s:%s", library, others);
	else
		value = text("%s", library);
	if (setenv("LD_PRELOAD", value, 1))
		err(EXIT_FAILURE, "cannot set LD_PRELOAD");
	free(value);
	free(library);
}

static int open_in_path(const char *program)
{
	const char *path = getenv("PATH"), *end;
	int fd = -1;

	if (strchr(program, '/'))
		return open(program, O_RDONLY | O_CLOEXEC);
	for (; path && fd < 0; path = *end ? end + 1 : NULL) {
		char *candidate;

		end = strchrnul(path, ':');
		/* An empty one means the current directory. */
		candidate = text("%.*s/%s", end == path ? 1 : (int)(end - path),
				 end == path ? "." : path, program);
		if (!access(candidate, X_OK))
			fd = open(candidate, O_RDONLY | O_CLOEXEC);
		free(candidate);
	}
	return fd;
}

/* Does the program run with rights that its user has not? */
static bool is_privileged(int fd)
{
	struct stat stat;

	if (fstat(fd, &stat) || !S_ISREG(stat.st_mode))
		return false;
	return ((stat.st_mode & S_ISUID) && stat.st_uid != getuid()) ||
	       ((stat.st_mode & S_ISGID) && stat.st_gid != getgid());
}

/* Is there no word of a dynamic linker in the program's headers? */
static bool is_static(int fd, off_t headers, unsigned int count)
{
	struct elf64_phdr header;

	for (; count; count--, headers += sizeof(header)) {
		if (pread(fd, &header, sizeof(header), headers) !=
		    (ssize_t)sizeof(header))
			return false;
		if (header.p_type == PT_INTERP)
			return false;
	}
	return true;
}

static const char *find_obstacle(int fd)
{
	struct elf64_hdr header;

	if (is_privileged(fd))
		return "is setuid or setgid";
	if (pread(fd, &header, sizeof(header), 0) != (ssize_t)sizeof(header) ||
	    memcmp(header.e_ident, ELFMAG, SELFMAG))
		return NULL;
	if (header.e_ident[EI_CLASS] != ELFCLASS64)
		return "is a 32-bit program";
	if (is_static(fd, header.e_phoff, header.e_phnum))
		return "is statically linked";
	return NULL;
}

const char *preload_obstacle(const char *program)
{
	const int fd = open_in_path(program);
	const char *obstacle;

	if (fd < 0)
		return NULL;
	obstacle = find_obstacle(fd);
	close(fd);
	return obstacle;
}
