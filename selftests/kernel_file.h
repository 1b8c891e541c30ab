/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel shows and takes as text in files: /proc, sysfs, tracefs,
 * control groups.
 */

#ifndef SELFTESTS_KERNEL_FILE_H
#define SELFTESTS_KERNEL_FILE_H

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

/* Reads the whole file as a string. Returns its length or -errno. */
static inline ssize_t kernel_file_read(const char *path, char *text,
				       size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t length = 0;
	ssize_t got = 1;

	if (fd < 0)
		return -errno;
	while (got > 0 && length < size - 1) {
		got = read(fd, text + length, size - 1 - length);
		if (got > 0)
			length += got;
	}
	if (got < 0)
		got = -errno;
	close(fd);
	text[length] = '\0';
	/* What was cut off would look like what is not there. */
	if (got > 0)
		return -EFBIG;
	return got ? got : (ssize_t)length;
}

/* Writes the string in one call, as such files want it. Returns 0 or -errno. */
static inline int kernel_file_write(const char *path, const char *text)
{
	const size_t length = strlen(text);
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t put;
	int error = 0;

	if (fd < 0)
		return -errno;
	put = write(fd, text, length);
	if (put != (ssize_t)length)
		error = put < 0 ? -errno : -EIO;
	close(fd);
	return error;
}

/*
 * Finds the line that begins with @name, and of it the number that follows the
 * name and a colon, blanks or both; as in C, 0x and 0 may introduce it. Returns
 * the number or -errno.
 */
static inline long long kernel_file_number(const char *path, const char *name)
{
	const size_t length = strlen(name);
	long long number = -ENOENT;
	char line[512];
	FILE *file = fopen(path, "re");

	if (!file)
		return -errno;
	while (number < 0 && fgets(line, sizeof(line), file)) {
		if (!strncmp(line, name, length) &&
		    strchr(": \t", line[length]))
			number = strtoll(line + length +
						 strspn(line + length, ": \t"),
					 NULL, 0);
	}
	fclose(file);
	return number;
}

/* A field of /proc/meminfo in bytes, for example "Shmem", or -errno. */
static inline long long meminfo_bytes(const char *field)
{
	long long kilobytes = kernel_file_number("/proc/meminfo", field);

	return kilobytes < 0 ? kilobytes : kilobytes * 1024;
}

#endif /* SELFTESTS_KERNEL_FILE_H */
