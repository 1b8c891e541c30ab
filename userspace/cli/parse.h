/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What users write, as values. All of an argument must make sense: a function
 * that does not understand it says so and ends the program.
 */
#ifndef PARSE_H
#define PARSE_H

#include <stdint.h>
#include <sys/types.h>

int parse_id(const char *argument);

/* Decimal, octal or hexadecimal, as C writes numbers. */
uint64_t parse_key(const char *argument);

/* K or KiB for 1024, KB for 1000, and so on; bytes without. */
uint64_t parse_size(const char *argument);

uint64_t parse_count(const char *argument);

/* Nine permission bits, octal. */
mode_t parse_mode(const char *argument);

/* In seconds, or with one of the units s, m, h, d, w; returns seconds. */
uint64_t parse_duration(const char *argument);

/* Names or numbers. */
uid_t parse_user(const char *argument);
gid_t parse_group(const char *argument);

#endif /* PARSE_H */
