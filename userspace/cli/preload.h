/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The System V preload library: where it is, and where it is of no use. */
#ifndef PRELOAD_H
#define PRELOAD_H

/* Puts the library into LD_PRELOAD, or ends the program. */
void preload_set(void);

/*
 * Why the dynamic linker will not load the library into @program, which is
 * found as execvp(3) does; NULL if it will, or if that cannot be told.
 */
const char *preload_obstacle(const char *program);

#endif /* PRELOAD_H */
