/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the programs of the demo have agreed on before they meet: the meaning of
 * a region's bytes. They hold no pointers, for each program has the region at an
 * address of its own.
 */
#ifndef DEMO_LAYOUT_H
#define DEMO_LAYOUT_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#define DEMO_KEY 0xdecaf
#define DEMO_SIZE ((size_t)64 << 20)
#define DEMO_PAGES (DEMO_SIZE / 4096)
#define DEMO_ROUNDS 10000U

/* The second page and all that follow hold words that can be computed. */
#define CONTENT_OFFSET 4096
#define CONTENT_WORDS ((DEMO_SIZE - CONTENT_OFFSET) / sizeof(uint64_t))

struct layout {
	pthread_mutex_t mutex;
	pthread_cond_t turned;
	/* Under mutex. Even: it is the first player's turn; odd: the second's. */
	uint64_t turns;
	char message[256];
};

_Static_assert(sizeof(struct layout) <= CONTENT_OFFSET,
	       "the layout is one page");

static inline uint64_t content_word(uint64_t index)
{
	return index * 0x9e3779b97f4a7c15ULL + 1;
}

#endif /* DEMO_LAYOUT_H */
