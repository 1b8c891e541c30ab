// SPDX-License-Identifier: GPL-2.0
/*
 * Two processes on two processors that find and attach each another memory: how
 * many times as much they do as one alone.
 */

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "row.h"
#include "workers.h"

#define SAMPLES 9

static int find_and_attach(struct worker *worker)
{
	const struct mechanism *mechanism = worker->mechanism;
	int error = mechanism->find(&worker->memory);
	void *address;

	if (error)
		return error;
	address = mechanism->attach(&worker->memory);
	if (!address)
		return -errno;
	error = mechanism->detach(&worker->memory, address);
	mechanism_release(mechanism, &worker->memory);
	return error;
}

/* A call that takes nothing that another process could have. */
static int call_nothing(struct worker *worker)
{
	(void)worker;
	return syscall(SYS_getppid) < 0 ? -errno : 0;
}

static int add_sample(struct row *row, const struct run *run, worker_step step)
{
	const worker_step steps[WORKERS] = { step, step };
	double alone[WORKERS], both[WORKERS];
	int error = workers_run(run, steps, 1, alone);

	if (!error)
		error = workers_run(run, steps, 2, both);
	if (!error)
		row_add(row, (both[0] + both[1]) / alone[0]);
	return error;
}

static int measure(const struct run *run, worker_step step)
{
	unsigned int i;
	struct row row;
	int error = 0;

	row_begin(&row, run->benchmark->name, "times", run->bytes);
	for (i = 0; i < SAMPLES && !error; i++)
		error = add_sample(&row, run, step);
	if (!error)
		row_print(&row, run->mechanism->name);
	return error;
}

int run_contention(const struct run *run)
{
	const struct mechanism *mechanism = run->mechanism;
	struct memory memories[WORKERS];
	unsigned int i;
	int error = 0;

	for (i = 0; i < WORKERS && !error; i++) {
		memories[i] = (struct memory){ i + 1, run->bytes, -1 };
		error = mechanism->create(&memories[i], 0);
	}
	if (!error)
		error = measure(run, find_and_attach);
	for (i = 0; i < WORKERS && !error; i++)
		error = mechanism_remove(mechanism, &memories[i]);
	return error;
}

int run_contention_of_nothing(const struct run *run)
{
	return measure(run, call_nothing);
}
