/* SPDX-License-Identifier: GPL-2.0 */
/* What all processes of the fuzzer know, in memory that they share. */
#ifndef FUZZ_SHARED_H
#define FUZZ_SHARED_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "coverage.h"
#include "program.h"

#define ENTRIES 4096
#define WORKERS 16
/* What a worker ran last. */
#define HISTORY 2

#define NOBODY (-1)

/*
 * Where a program comes from. It follows from the two entries of the corpus and
 * the seed, whenever that is worked out.
 */
struct lineage {
	/* An entry, or NOBODY: made from nothing. */
	int32_t parent;
	/* The entry from which calls may be taken, or NOBODY. */
	int32_t donor;
	/* 0: the parent as it is. */
	uint64_t seed;
};

struct entry {
	/* Set last. */
	bool ready;
	struct program program;
};

struct worker {
	uint64_t inputs;
	uint64_t calls;
	/* Executors that died of what they did. */
	unsigned int deaths;
	struct program last[HISTORY];
};

struct shared {
	uint64_t seed;
	bool stop;
	/* Set once, by the first who has something to tell. */
	bool failed;
	char failure[512];
	struct coverage_total total;
	/* Of those that were given, which ones somebody has taken up. */
	unsigned int given_taken;
	unsigned int given;
	unsigned int entries;
	struct entry corpus[ENTRIES];
	struct worker workers[WORKERS];
};

extern struct shared *shared;

/* Before anything else. Returns 0 or -errno. */
int shared_make(void);

/* Adds to the corpus, unless it is full. */
void shared_add(const struct program *program, const struct lineage *lineage);

uint64_t shared_calls(void);

#endif /* FUZZ_SHARED_H */
