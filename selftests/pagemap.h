/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel tells about the memory behind an address: page frame numbers
 * (to root), the line of /proc/PID/maps, the fields of /proc/PID/smaps.
 */

#ifndef SELFTESTS_PAGEMAP_H
#define SELFTESTS_PAGEMAP_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <unistd.h>

#define PAGEMAP_PRESENT 0x8000000000000000ULL
/* Written since clear_refs forgot what was. */
#define PAGEMAP_SOFT_DIRTY 0x0080000000000000ULL
#define PAGEMAP_PFN_MASK 0x007fffffffffffffULL

/*
 * Reads the entries of @count pages from @address on. Returns 0, -ENODATA if there
 * are fewer, or -errno.
 */
static inline int pagemap_entries(pid_t pid, const void *address, size_t count,
				  uint64_t *entries)
{
	const long page = sysconf(_SC_PAGESIZE);
	char path[64];
	ssize_t got;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/pagemap", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	got = pread(fd, entries, count * sizeof(*entries),
		    (off_t)((uintptr_t)address / page * sizeof(*entries)));
	close(fd);
	if (got != (ssize_t)(count * sizeof(*entries)))
		return got < 0 ? -errno : -ENODATA;
	return 0;
}

/*
 * Reads the frame numbers of @count pages from @address on. Returns 0, -ENODATA
 * if a page is not mapped, -EPERM if the kernel hides the numbers, or -errno.
 */
static inline int pagemap_frames(pid_t pid, const void *address, size_t count,
				 uint64_t *frames)
{
	int error = pagemap_entries(pid, address, count, frames);
	size_t i;

	if (error)
		return error;
	for (i = 0; i < count; i++) {
		if (!(frames[i] & PAGEMAP_PRESENT))
			return -ENODATA;
		frames[i] &= PAGEMAP_PFN_MASK;
		if (!frames[i])
			return -EPERM;
	}
	return 0;
}

/*
 * Copies the line of /proc/PID/maps for the mapping that holds @address.
 * Returns 0, -ENOENT if nothing is mapped there, or -errno.
 */
static inline int maps_line(pid_t pid, const void *address, char *line,
			    size_t size)
{
	unsigned long start, end;
	char path[64];
	FILE *maps;
	int result = -ENOENT;

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	maps = fopen(path, "re");
	if (!maps)
		return -errno;
	while (result && fgets(line, (int)size, maps))
		if (sscanf(line, "%lx-%lx", &start, &end) == 2 &&
		    (unsigned long)address >= start &&
		    (unsigned long)address < end)
			result = 0;
	fclose(maps);
	return result;
}

static inline bool is_mapped(const void *address)
{
	char line[512];

	return !maps_line(getpid(), address, line, sizeof(line));
}

/*
 * Returns a field of /proc/PID/smaps in bytes for the mapping that holds
 * @address, for example "ShmemPmdMapped", or -ENOENT or -errno.
 */
static inline long long smaps_bytes(pid_t pid, const void *address,
				    const char *field)
{
	const size_t length = strlen(field);
	bool here = false;
	unsigned long start, end;
	char path[64], line[512];
	long long result = -ENOENT;
	FILE *smaps;

	snprintf(path, sizeof(path), "/proc/%d/smaps", (int)pid);
	smaps = fopen(path, "re");
	if (!smaps)
		return -errno;
	while (result < 0 && fgets(line, sizeof(line), smaps)) {
		if (sscanf(line, "%lx-%lx ", &start, &end) == 2)
			here = (unsigned long)address >= start &&
			       (unsigned long)address < end;
		else if (here && !strncmp(line, field, length) &&
			 line[length] == ':')
			result = atoll(line + length + 1) * 1024;
	}
	fclose(smaps);
	return result;
}

/* Page faults of this process that needed no input or output. */
static inline long minor_faults(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_minflt;
}

#endif /* SELFTESTS_PAGEMAP_H */
