// SPDX-License-Identifier: GPL-2.0
/* The executor: threads and children that make the calls of a program. */

#include "executor.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "act.h"
#include "operation.h"

/* A child that waits to be killed does not for ever. */
#define REPEATS 5
/* How often to look whether the second thread has begun. */
#define PATIENCE 30

static void note_call(struct lane *lane, const struct call *call, int result)
{
	struct record *record = lane->stage->record;

	coverage_end(&lane->coverage, call->operation, result);
	if (lane->coverage.news)
		record->news = true;
	lane->coverage.news = false;
	/* What is not even a descriptor is answered before the module is asked. */
	if (result != NOTHING && result != -EBADF)
		__atomic_add_fetch(&record->calls, 1, __ATOMIC_RELAXED);
}

static void make_call(struct lane *lane, const struct call *call)
{
	coverage_begin(&lane->coverage);
	note_call(lane, call,
		  operations[call->operation].run(lane, call->values));
}

static void be_root(struct lane *lane)
{
	const uint64_t root = USER_ROOT;

	if (lane->demoted)
		act_user(lane, &root);
}

static void wait_for(sem_t *semaphore)
{
	while (sem_wait(semaphore))
		continue;
}

static void *run_second(void *argument)
{
	struct stage *stage = argument;

	lane_here = &stage->second;
	if (coverage_enable(&stage->second.coverage))
		return NULL;
	for (;;) {
		wait_for(&stage->second_start);
		stage->second_begun = true;
		make_call(&stage->second, stage->second_call);
		be_root(&stage->second);
		stage->second_busy = false;
		sem_post(&stage->second_done);
	}
	return NULL;
}

int executor_start(struct stage *stage)
{
	pthread_t second;
	int error;

	lane_handle_faults();
	lane_here = &stage->first;
	error = coverage_enable(&stage->first.coverage);
	if (error || sem_init(&stage->second_start, 0, 0) ||
	    sem_init(&stage->second_done, 0, 0))
		return error ? error : -errno;
	return -pthread_create(&second, NULL, run_second, stage);
}

/* Waits until the second thread has nothing to do any more. */
static void join_second(struct stage *stage)
{
	if (stage->has_second)
		wait_for(&stage->second_done);
	stage->has_second = false;
}

static void call_beside(struct stage *stage, const struct call *call)
{
	unsigned int i;

	join_second(stage);
	stage->second_call = call;
	stage->second_begun = false;
	stage->second_busy = true;
	stage->has_second = true;
	sem_post(&stage->second_start);
	/* It takes longer to wake up than most calls take; but not for ever. */
	for (i = 0; i < PATIENCE && !stage->second_begun; i++)
		sched_yield();
}

static void make_calls(struct lane *lane, const struct call *calls,
		       unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (calls[i].operation != OPERATION_FORK)
			make_call(lane, &calls[i]);
}

struct crowd {
	struct lane *lane;
	const struct call *calls;
	unsigned int count;
};

static void *run_in_crowd(void *argument)
{
	const struct crowd *crowd = argument;
	unsigned int i;

	lane_here = crowd->lane;
	for (i = 0; i < REPEATS; i++)
		make_calls(crowd->lane, crowd->calls, crowd->count);
	return NULL;
}

/* A child; it has all that the program has so far. */
static void run_child(struct stage *stage, const struct call *calls,
		      unsigned int count, uint64_t end)
{
	struct crowd crowd = { &stage->second, calls, count };
	pthread_t other;
	unsigned int i;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	stage->in_child = true;
	stage->second_busy = end == END_GROUP;
	stage->has_second = false;
	stage->first.buffer = &stage->buffers[2 * (1 + stage->child_count)];
	stage->second.buffer = stage->first.buffer + 1;
	stage->first.coverage = stage->child_coverage;
	/* Another child may have it. */
	if (coverage_enable(&stage->first.coverage))
		stage->first.coverage.trace = NULL;
	stage->second.coverage.trace = NULL;

	if (stage->second_busy)
		pthread_create(&other, NULL, run_in_crowd, &crowd);
	make_calls(&stage->first, calls, count);
	for (i = 0; i < REPEATS && end == END_KILLED; i++)
		make_calls(&stage->first, calls, count);
	if (end == END_KILL)
		kill(getpid(), SIGKILL);
	_exit(0);
}

/* Returns how many of the calls are the child's and not its parent's. */
static unsigned int fork_child(struct stage *stage, const struct call *call,
			       unsigned int left)
{
	const uint64_t end = call->values[FORK_END];
	unsigned int count = call->values[FORK_CALLS] % CALLS;
	pid_t pid;

	count = count < left ? count : left;
	if (stage->child_count == CHILDREN)
		return count;
	/* It may hold a lock of the library that a child would wait for. */
	join_second(stage);
	coverage_begin(&stage->first.coverage);
	pid = fork();
	if (!pid)
		run_child(stage, call + 1, count, end);
	note_call(&stage->first, call, pid < 0 ? -errno : 0);
	if (pid > 0)
		stage->children[stage->child_count++] =
			(struct child){ pid, end == END_KILLED };
	return count;
}

int executor_run(struct stage *stage, const struct program *program)
{
	unsigned int i;
	int error = stage_begin(stage);

	if (error)
		return error;
	for (i = 0; i < program->length; i++) {
		const struct call *call = &program->calls[i];

		if (call->operation == OPERATION_FORK)
			i += fork_child(stage, call, program->length - i - 1);
		else if (call->beside && !operations[call->operation].alone)
			call_beside(stage, call);
		else
			make_call(&stage->first, call);
	}
	join_second(stage);
	be_root(&stage->first);
	stage_end(stage);
	return 0;
}
