/* SPDX-License-Identifier: GPL-2.0 */
/* The executor: a process that runs programs, one after the other. */
#ifndef FUZZ_EXECUTOR_H
#define FUZZ_EXECUTOR_H

#include "program.h"
#include "stage.h"

/* Once in a process that runs programs; the stage is made. Returns 0 or -errno. */
int executor_start(struct stage *stage);

/* Runs a program; what it did is in stage->record. Returns 0 or -errno. */
int executor_run(struct stage *stage, const struct program *program);

#endif /* FUZZ_EXECUTOR_H */
