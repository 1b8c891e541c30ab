// SPDX-License-Identifier: GPL-2.0
/* Workers. */

#include "worker.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../aftermath.h"
#include "executor.h"
#include "limits.h"
#include "mutate.h"
#include "trail.h"

/* How many programs an executor runs. */
#define PROGRAMS 200
/* What others have left that nobody removes is removed from here on. */
#define MANY_REGIONS 60

static void run(struct stage *stage, struct worker *worker,
		const struct program *program)
{
	int error;

	worker->last[worker->inputs % HISTORY] = *program;
	worker->inputs++;
	error = executor_run(stage, program);
	if (error)
		stage_fail("cannot begin a program: %s", strerror(-error));
	worker->calls += stage->record->calls;
}

static struct stage *begin_executor(void)
{
	static struct stage stage;
	int error;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* The one before may have died in the middle of changing them. */
	error = limits_set(ALL_LIMITS);
	if (!error)
		error = stage_make(&stage, &shared->total);
	if (!error)
		error = executor_start(&stage);
	if (error) {
		stage_fail("cannot begin an executor: %s", strerror(-error));
		_exit(1);
	}
	return &stage;
}

static void remove_rest(void)
{
	struct aftermath others = { .fd = device_open(O_RDWR) };
	struct shmregion_info info;

	if (!device_info(others.fd, &info) && info.regions > MANY_REGIONS)
		aftermath_remove_rest(&others);
	aftermath_end(&others);
}

static void run_new(unsigned int number)
{
	struct worker *worker = &shared->workers[number];
	/* Another sequence each time, and for each worker. */
	struct chance chance = { shared->seed + (worker->inputs << 8) +
				 number };
	struct stage *stage = begin_executor();
	struct program program;
	struct lineage lineage;
	unsigned int i;

	remove_rest();
	for (i = 0; i < PROGRAMS && !shared->stop; i++) {
		lineage = mutate_choose(&chance);
		mutate(&lineage, &program);
		trail_input(number, &lineage);
		run(stage, worker, &program);
		if (stage->record->news && lineage.seed)
			shared_add(&program, &lineage);
	}
}

static void wait_for_executor(struct worker *worker, pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		continue;
	if (status)
		worker->deaths++;
}

static pid_t start(void)
{
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (!pid)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	return pid < 0 ? -errno : pid;
}

pid_t worker_start(unsigned int number)
{
	pid_t pid = start(), executor;

	if (pid)
		return pid;
	while (!shared->stop) {
		executor = fork();
		if (!executor) {
			run_new(number);
			_exit(0);
		}
		if (executor > 0)
			wait_for_executor(&shared->workers[number], executor);
	}
	_exit(0);
}

pid_t worker_replay(unsigned int number, const struct program *program,
		    uint64_t times)
{
	struct worker *worker = &shared->workers[number];
	pid_t pid = start(), executor;
	struct stage *stage;

	if (pid)
		return pid;
	while (!shared->stop && worker->inputs < times) {
		executor = fork();
		if (!executor) {
			stage = begin_executor();
			while (!shared->stop && worker->inputs < times)
				run(stage, worker, program);
			_exit(0);
		}
		if (executor > 0)
			wait_for_executor(worker, executor);
	}
	_exit(0);
}
