/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The demo as one step leaves it to the next: its programs and their region. */
#ifndef DEMO_DEMO_H
#define DEMO_DEMO_H

#include <stddef.h>
#include <stdint.h>

#include <shmregion.h>

#include "program.h"

struct demo {
	/* Path of the demo's own file, and of the shmregion command beside it. */
	char *self;
	char *command;
	int device;
	/* Of the region, while it is to be removed; else 0. */
	int id;
	struct program writer;
	struct program reader;
	struct program latecomer;
	/* Where they have the region. */
	uint64_t writer_address;
	uint64_t reader_address;
	/* Shared memory of the whole system, and of the module, at first. */
	uint64_t system_bytes;
	uint64_t module_bytes;
	/* Physical pages that writer and reader share. */
	size_t same_pages;
};

/* Starts this very file again as a program that knows the key. */
void demo_start(struct demo *demo, struct program *program, const char *name);

/*
 * Has the program "create" or "find" the region. Returns its address there; each
 * program has to meet the same region.
 */
uint64_t demo_join(struct demo *demo, struct program *program,
		   const char *command);

/* Has the program read the whole content; each word of it has to be right. */
void demo_verify(struct program *program);

void demo_say_where(const struct program *program, uint64_t address,
		    const char *did);

void demo_stat(const struct demo *demo, struct shmregion_stat *stat);

#endif /* DEMO_DEMO_H */
