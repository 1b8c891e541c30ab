/* SPDX-License-Identifier: GPL-2.0 */
/* Workers: processes that have programs run, until they are told to stop. */
#ifndef FUZZ_WORKER_H
#define FUZZ_WORKER_H

#include <stdint.h>
#include <sys/types.h>

#include "program.h"

/* Runs what it makes up. Returns the worker's process, or -errno. */
pid_t worker_start(unsigned int number);

/* Runs one program, so many times. Returns the worker's process, or -errno. */
pid_t worker_replay(unsigned int number, const struct program *program,
		    uint64_t times);

#endif /* FUZZ_WORKER_H */
