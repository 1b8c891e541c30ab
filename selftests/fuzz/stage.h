/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The stage: what a program works on. Places are shared by its threads, and
 * what one puts there while another looks is part of the game.
 */
#ifndef FUZZ_STAGE_H
#define FUZZ_STAGE_H

#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "coverage.h"
#include "value.h"

/*
 * Parts of the address space where programs may map what they like. Each holds
 * the largest region that there is, and lies where huge pages may.
 */
#define PART_BYTES (16UL << 20)
/* No program's mapping is longer. */
#define MAPPING_BYTES (12UL << 20)

/* What programs leave mapped elsewhere, at most. */
#define STRAYS 32
/* Regions that one program creates, at most. */
#define CREATED 64
/* Children of one program, at most. */
#define CHILDREN 2

struct call;

/*
 * For arguments: a page, and behind it one that cannot be used; and the same
 * page again, but read-only.
 */
struct buffer {
	char *page;
	char *readonly;
};

/* A thread that makes calls. */
struct lane {
	struct stage *stage;
	struct coverage coverage;
	/* Where to go on after a fault; used while @guarded. */
	sigjmp_buf resume;
	volatile sig_atomic_t guarded;
	const struct buffer *buffer;
	/* Not root. */
	bool demoted;
};

struct mapping {
	char *address;
	size_t length;
	/* The region, or 0 where something else may be mapped as well. */
	int id;
};

struct handle {
	int fd;
	/* What it is bound to. */
	int id;
	uint64_t size;
};

/* What the program's processes have done, in memory that all share. */
struct record {
	unsigned int created_count;
	int created[CREATED];
	/* The module's limits that they changed, as bits. */
	unsigned int limited;
	/* They met what nobody had met before. */
	bool news;
	unsigned long calls;
};

struct stage {
	struct handle handles[DESCRIPTORS];
	int regions[REGIONS];
	struct mapping mappings[MAPPINGS];
	struct mapping strays[STRAYS];
	unsigned int stray_count;
	struct record *record;

	char *arena;
	int sockets[2];
	int watcher;
	int scope;

	/* The first thread, or a child in its place, and the other one. */
	struct lane first;
	struct lane second;
	bool has_second;
	volatile bool second_begun;
	volatile bool second_busy;
	const struct call *second_call;
	sem_t second_start;
	sem_t second_done;

	/* Two for the program, and two for each child, that none has another's. */
	struct buffer buffers[2 * (1 + CHILDREN)];
	struct coverage child_coverage;
	struct child {
		pid_t pid;
		bool to_be_killed;
	} children[CHILDREN];
	unsigned int child_count;

	bool in_child;
	bool left_scope;
	bool memlock_set;
	/* What has a key stays for others. */
	bool leaves;
};

/* Once. Returns 0 or -errno. */
int stage_make(struct stage *stage, struct coverage_total *total);

/* Around each program. */
int stage_begin(struct stage *stage);
void stage_end(struct stage *stage);

/* Whether nothing that happens now can come from another thread. */
static inline bool stage_is_quiet(const struct stage *stage)
{
	return !stage->second_busy;
}

struct handle *stage_handle(struct stage *stage, uint64_t value);
struct mapping *stage_mapping(struct stage *stage, uint64_t value);
int stage_id(const struct stage *stage, uint64_t value);
char *stage_address(const struct stage *stage, uint64_t value);
/*
 * Whether something may be mapped over what is at that address of that value: behind a mapping
 * that is not in the arena, there may be what the fuzzer itself needs.
 */
bool stage_may_replace(const struct stage *stage, uint64_t value,
		       const char *address);

void stage_put_handle(struct stage *stage, uint64_t to, int fd);
void stage_put_region(struct stage *stage, uint64_t to, int id);
/* Also notes that what was mapped there before is not there any more. */
void stage_put_mapping(struct stage *stage, uint64_t to, char *address,
		       size_t length, int id);
void stage_note_created(struct stage *stage, int id);

/* Copies where a fault may happen. Says whether none did. */
bool lane_copy(struct lane *lane, void *to, const void *from, size_t length);
/* Handles SIGSEGV and SIGBUS. */
void lane_handle_faults(void);
/* Of the calling thread. */
extern __thread struct lane *lane_here;

/* Says what a check found, for whoever started this; the first one counts. */
void stage_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif /* FUZZ_STAGE_H */
