// SPDX-License-Identifier: GPL-2.0
/* What is mapped: segments, and whatever lies where sequences put them. */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "answer.h"
#include "play.h"

/* The places that sequences name; all else is up to the kernel. */
#define LOWEST_PLACES 0x100000UL
#define PLACES_BEGIN 0x600000000000UL
#define PLACES_END 0x700000000000UL

#define PAGE 4096UL
#define HUGE_PAGE (2UL << 20)

struct mapping {
	unsigned long start, end, offset;
	int inode;
	char permissions[8], name[128];
};

static bool is_segment(const struct mapping *mapping)
{
	return !strncmp(mapping->name, "/SYSV", 5) ||
	       !strncmp(mapping->name, "/shmregion:", 11);
}

static bool is_named(const struct mapping *mapping)
{
	return mapping->end <= LOWEST_PLACES ||
	       (mapping->start >= PLACES_BEGIN && mapping->start < PLACES_END);
}

static bool parse(const char *line, struct mapping *mapping)
{
	mapping->name[0] = '\0';
	return sscanf(line, "%lx-%lx %7s %lx %*s %d %127s", &mapping->start,
		      &mapping->end, mapping->permissions, &mapping->offset,
		      &mapping->inode, mapping->name) >= 5;
}

/* Without the C library's streams, which would need memory of their own. */
static bool read_file(const char *path, char *text, size_t size)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t length = 0;
	ssize_t got;

	if (fd < 0)
		return false;
	do {
		got = read(fd, text + length, size - 1 - length);
		length += got > 0 ? got : 0;
	} while (got > 0);
	close(fd);
	text[length] = '\0';
	return !got && length < size - 1;
}

static char maps[256 * 1024], listing[256 * 1024];

/*
 * Where in its file a segment begins: one that is smaller than a huge page at the
 * second page, of the library's.
 */
static unsigned long begin_of(const struct mapping *mapping)
{
	unsigned long size;
	char *line;
	int id;

	if (strncmp(mapping->name, "/shmregion:", 11) ||
	    !read_file("/proc/shmregion", listing, sizeof(listing)))
		return 0;
	for (line = listing; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (sscanf(line, "%*s %d %*s %lu", &id, &size) == 2 &&
		    id == mapping->inode)
			return size <= HUGE_PAGE - PAGE ? PAGE : 0;
	}
	return 0;
}

static void answer_mapping(const struct mapping *mapping)
{
	answer_field("place", "%lx-%lx", mapping->start, mapping->end);
	answer_field("permissions", "%s", mapping->permissions);
	if (!is_segment(mapping))
		return;
	answer_field("offset", "%#lx", mapping->offset - begin_of(mapping));
	answer_id("inode", mapping->inode);
	answer_field("name", "%s", mapping->name);
}

unsigned long play_page_at(const void *address)
{
	const unsigned long place = (unsigned long)address;
	struct mapping mapping;
	char *line, *end;

	if (!read_file("/proc/self/maps", maps, sizeof(maps)))
		return 0;
	for (line = maps; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		if (parse(line, &mapping) && place >= mapping.start &&
		    place < mapping.end)
			return (place - mapping.start + mapping.offset -
				begin_of(&mapping)) /
			       PAGE;
	}
	return 0;
}

void play_maps(const struct argument *arguments)
{
	struct mapping mapping;
	char *line, *end;

	(void)arguments;
	answer_expect();
	if (!read_file("/proc/self/maps", maps, sizeof(maps))) {
		answer_result(false);
		return;
	}
	for (line = maps; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		if (parse(line, &mapping) &&
		    (is_segment(&mapping) || is_named(&mapping)))
			answer_mapping(&mapping);
	}
}
