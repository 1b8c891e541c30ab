// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "procfs.h"
#include "say.h"

/* Documentation/admin-guide/mm/pagemap.rst */
#define PAGEMAP_PRESENT (UINT64_C(1) << 63)
#define PAGEMAP_FRAME ((UINT64_C(1) << 55) - 1)

void procfs_frames(pid_t pid, uint64_t address, size_t count, uint64_t *frames)
{
	const size_t size = count * sizeof(*frames);
	const off_t start = address / sysconf(_SC_PAGESIZE) * sizeof(*frames);
	char path[64];
	ssize_t got;
	size_t i;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/pagemap", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		fail("%s: %s", path, strerror(errno));
	got = pread(fd, frames, size, start);
	if (got < 0)
		fail("%s: %s", path, strerror(errno));
	if ((size_t)got != size)
		fail("%s: %zd of %zu bytes could be read", path, got, size);
	close(fd);

	for (i = 0; i < count; i++) {
		if (!(frames[i] & PAGEMAP_PRESENT))
			fail("%s: page %zu is not in memory", path, i);
		frames[i] &= PAGEMAP_FRAME;
		if (!frames[i])
			fail("%s: the kernel shows page frame numbers to root alone",
			     path);
	}
}

uint64_t procfs_huge_bytes(pid_t pid, uint64_t address)
{
	char path[64], line[512];
	uint64_t start, end, kilobytes;
	bool here = false;
	FILE *smaps;

	snprintf(path, sizeof(path), "/proc/%d/smaps", pid);
	smaps = fopen(path, "re");
	if (!smaps)
		fail("%s: %s", path, strerror(errno));
	while (fgets(line, sizeof(line), smaps)) {
		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " ", &start, &end) ==
		    2) {
			here = address >= start && address < end;
		} else if (here && sscanf(line, "ShmemPmdMapped: %" SCNu64,
					  &kilobytes) == 1) {
			fclose(smaps);
			return kilobytes * 1024;
		}
	}
	fail("%s: no ShmemPmdMapped for address %#" PRIx64, path, address);
}

uint64_t procfs_shared_bytes(void)
{
	static const char path[] = "/proc/meminfo";
	uint64_t kilobytes;
	char line[128];
	FILE *meminfo;

	meminfo = fopen(path, "re");
	if (!meminfo)
		fail("%s: %s", path, strerror(errno));
	while (fgets(line, sizeof(line), meminfo)) {
		if (sscanf(line, "Shmem: %" SCNu64, &kilobytes) == 1) {
			fclose(meminfo);
			return kilobytes * 1024;
		}
	}
	fail("%s: no Shmem", path);
}
