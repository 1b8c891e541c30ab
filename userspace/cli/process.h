/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What can be known about a process of which there is only a number. */
#ifndef PROCESS_H
#define PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

/* Its command line, NULL if it is gone or has none. The caller frees it. */
char *process_command(pid_t pid);

/*
 * Whether no living process has this number. Numbers are used again, so "no"
 * does not mean that the process is still the one that it was.
 */
bool process_is_gone(pid_t pid);

#endif /* PROCESS_H */
