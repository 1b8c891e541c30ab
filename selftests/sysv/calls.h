/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The two ways to make the four calls. The library is loaded on either side, so
 * that the processes have the same memory layout, but the kernel's own System V
 * is reached through the C library, past it.
 */
#ifndef CALLS_H
#define CALLS_H

#include <sys/shm.h>

enum side {
	SYSTEM_V,
	LIBRARY,
	SIDES,
};

extern const char *const side_names[SIDES];

struct calls {
	int (*get)(key_t key, size_t size, int flags);
	void *(*at)(int id, const void *address, int flags);
	int (*dt)(const void *address);
	int (*ctl)(int id, int command, struct shmid_ds *buffer);
};

extern struct calls calls;
extern enum side calls_side;

/* Sets both, or ends the program. */
void calls_choose(enum side side);

#endif /* CALLS_H */
