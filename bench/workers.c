// SPDX-License-Identifier: GPL-2.0
/* Processes that do something at once. */

#include "workers.h"

#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/mman.h>

#include "clock.h"
#include "process.h"

#define SECONDS 0.5

enum phase {
	PHASE_GATHER,
	PHASE_WORK,
	PHASE_END,
};

/* Shared by all. */
struct board {
	enum phase phase;
	unsigned int ready;
	double rates[WORKERS];
};

/* What a child is told. */
struct task {
	const struct run *run;
	worker_step step;
	unsigned int number;
	struct board *board;
};

int pin_to_processor(unsigned int number)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(number, &set);
	return sched_setaffinity(0, sizeof(set), &set) ? -errno : 0;
}

static enum phase phase_of(const struct board *board)
{
	return __atomic_load_n(&board->phase, __ATOMIC_ACQUIRE);
}

static void announce(struct board *board, enum phase phase)
{
	__atomic_store_n(&board->phase, phase, __ATOMIC_RELEASE);
}

static int work(struct peer *parent, void *data)
{
	const struct task *task = data;
	struct worker worker = {
		.mechanism = task->run->mechanism,
		.memory = { .key = task->number + 1, .size = task->run->bytes },
	};
	uint64_t began, count = 0;
	int error = pin_to_processor(task->number);

	(void)parent;
	if (!error)
		error = mechanism_enter(worker.mechanism);
	__atomic_add_fetch(&task->board->ready, 1, __ATOMIC_RELEASE);
	while (phase_of(task->board) == PHASE_GATHER)
		sched_yield();
	began = clock_nanoseconds(CLOCK_MONOTONIC);
	while (phase_of(task->board) == PHASE_WORK && !error) {
		error = task->step(&worker);
		count++;
	}
	task->board->rates[task->number] =
		count * 1e9 / (clock_nanoseconds(CLOCK_MONOTONIC) - began);
	return error;
}

static void wait_until_ready(const struct board *board, unsigned int count)
{
	while (__atomic_load_n(&board->ready, __ATOMIC_ACQUIRE) < count)
		sched_yield();
}

static int run_on(struct board *board, const struct run *run,
		  const worker_step steps[], unsigned int count)
{
	const struct timespec length = { .tv_nsec = SECONDS * 1e9 };
	struct peer children[WORKERS];
	unsigned int i, started;
	int error = 0, result;

	for (started = 0; started < count && !error; started++) {
		struct task task = { run, steps[started], started, board };

		error = peer_start(&children[started], work, &task);
	}
	if (error) {
		started--;
	} else {
		wait_until_ready(board, count);
		announce(board, PHASE_WORK);
		nanosleep(&length, NULL);
	}
	announce(board, PHASE_END);
	for (i = 0; i < started; i++) {
		result = peer_wait(&children[i]);
		if (!error)
			error = result;
	}
	return error;
}

int workers_run(const struct run *run, const worker_step steps[],
		unsigned int count, double rates[])
{
	struct board *board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int error;

	if (board == MAP_FAILED)
		return -errno;
	error = run_on(board, run, steps, count);
	memcpy(rates, board->rates, count * sizeof(*rates));
	munmap(board, sizeof(*board));
	return error;
}
