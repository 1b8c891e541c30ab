/* SPDX-License-Identifier: GPL-2.0 */
/* The file behind a mapping, opened round the module. */

#ifndef SELFTESTS_MAPPED_FILE_H
#define SELFTESTS_MAPPED_FILE_H

#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pagemap.h"
#include "process.h"

/* Returns a descriptor, and where the mapping begins in the file, or -errno. */
static inline int mapped_file_open(const void *address, int access,
				   unsigned long *offset)
{
	unsigned long start, end;
	char path[128], line[512];
	int fd;

	if (maps_line(getpid(), address, line, sizeof(line)) ||
	    sscanf(line, "%lx-%lx %*s %lx", &start, &end, offset) != 3)
		return -ENOENT;
	snprintf(path, sizeof(path), "/proc/self/map_files/%lx-%lx", start,
		 end);
	fd = open(path, access | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* Maps once more what is mapped at @address, as only root can. NULL on failure. */
static inline void *mapped_file_map(const void *address, size_t size)
{
	unsigned long offset;
	int fd = mapped_file_open(address, O_RDWR, &offset);
	void *memory;

	if (fd < 0)
		return NULL;
	memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		      offset);
	close(fd);
	return memory == MAP_FAILED ? NULL : memory;
}

/* A peer_function that reads there, and dies of it if the file is not that long. */
static inline int mapped_file_read(struct peer *parent, void *data)
{
	(void)parent;
	return *(volatile char *)data;
}

#endif /* SELFTESTS_MAPPED_FILE_H */
