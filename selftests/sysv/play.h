/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Carrying out operations. Each function writes fields into the answer, and does
 * nothing that has an effect on memory or descriptors but what it is for.
 */
#ifndef PLAY_H
#define PLAY_H

#include "board.h"
#include "operation.h"

typedef void (*play_function)(const struct argument *arguments);

/* NULL for those that the stage carries out. */
play_function play_of(enum operation_kind kind);

/* Which process this is. */
extern unsigned int play_process;

/* What arguments stand for. */
int play_id(const struct argument *argument);
void *play_address(const struct argument *argument);

/* Gives a place a new meaning. */
void play_set_place(const struct argument *argument, const void *address);

/* The calls: play_calls.c, play_ctl.c, play_all.c. */
void play_get(const struct argument *arguments);
void play_at(const struct argument *arguments);
void play_dt(const struct argument *arguments);
void play_raw(const struct argument *arguments);
void play_ctl(const struct argument *arguments);
void play_set(const struct argument *arguments);
void play_index(const struct argument *arguments);
void play_list(const struct argument *arguments);
void play_contents(const struct argument *arguments);
void play_proc(const struct argument *arguments);

/* Memory: play_memory.c, play_maps.c. */
void play_read(const struct argument *arguments);
void play_write(const struct argument *arguments);
void play_munmap(const struct argument *arguments);
void play_mprotect(const struct argument *arguments);
void play_mmap(const struct argument *arguments);
void play_mremap(const struct argument *arguments);
void play_remap(const struct argument *arguments);
void play_madvise(const struct argument *arguments);
void play_msync(const struct argument *arguments);
void play_mlock(const struct argument *arguments);
void play_munlock(const struct argument *arguments);
void play_mlockall(const struct argument *arguments);
/* Which page of its file is mapped there; 0 if none is. */
unsigned long play_page_at(const void *address);

void play_maps(const struct argument *arguments);

/* Processes: play_process.c. */
void play_fork(const struct argument *arguments);
void play_exec(const struct argument *arguments);
void play_exit(const struct argument *arguments);
void play_become(const struct argument *arguments);
void play_rlimit(const struct argument *arguments);
void play_close(const struct argument *arguments);
void play_unshare(const struct argument *arguments);

#endif /* PLAY_H */
