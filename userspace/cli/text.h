/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Values as people read them. Strings are the caller's to free; a function
 * that finds no memory ends the program.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

char *text(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* 1536 as 1.5K; or as it is, in @bytes. */
char *text_of_size(uint64_t size, bool bytes);

/* In hexadecimal, as ipcs(1) shows keys. */
char *text_of_key(uint64_t key);

/* As ls(1) shows the nine permission bits. */
char *text_of_permissions(unsigned int mode);

/* ISO 8601 in local time; NULL for never. */
char *text_of_time(uint64_t nanoseconds);

/* Names, or numbers where there is no name. */
char *text_of_user(uid_t uid);
char *text_of_group(gid_t gid);

#endif /* TEXT_H */
