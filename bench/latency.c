// SPDX-License-Identifier: GPL-2.0
/*
 * How long a word takes from one process to another and back, each on a processor
 * of its own: by looking at it all the time, and by waiting on a futex.
 */

#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "clock.h"
#include "process.h"
#include "row.h"
#include "workers.h"

#define SAMPLES 9

/* Whose turn it is. */
#define OURS 0
#define THEIRS 1

/* One way to tell the other that it is its turn. */
struct way {
	unsigned int rounds;
	void (*give)(uint32_t *turn, uint32_t to);
	void (*await)(uint32_t *turn, uint32_t own);
};

static void give_silently(uint32_t *turn, uint32_t to)
{
	__atomic_store_n(turn, to, __ATOMIC_RELEASE);
}

static void await_awake(uint32_t *turn, uint32_t own)
{
	while (__atomic_load_n(turn, __ATOMIC_ACQUIRE) != own)
		continue;
}

static void give_by_futex(uint32_t *turn, uint32_t to)
{
	give_silently(turn, to);
	syscall(SYS_futex, turn, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static void await_asleep(uint32_t *turn, uint32_t own)
{
	while (__atomic_load_n(turn, __ATOMIC_ACQUIRE) != own)
		syscall(SYS_futex, turn, FUTEX_WAIT, !own, NULL, NULL, 0);
}

static const struct way watching = { 20000, give_silently, await_awake };
static const struct way sleeping = { 2000, give_by_futex, await_asleep };

struct game {
	const struct mechanism *mechanism;
	const struct memory *memory;
	const struct way *way;
};

static int answer(struct peer *parent, void *data)
{
	const struct game *game = data;
	const struct way *way = game->way;
	uint32_t *turn = game->mechanism->attach(game->memory);
	unsigned int i;
	int error = turn ? pin_to_processor(1) : -errno;

	if (error)
		return error;
	error = peer_tell(parent, 0);
	for (i = 0; i < SAMPLES * way->rounds && !error; i++) {
		way->await(turn, THEIRS);
		way->give(turn, OURS);
	}
	return error;
}

static double round_trip(const struct way *way, uint32_t *turn)
{
	const uint64_t began = clock_nanoseconds(CLOCK_MONOTONIC);
	unsigned int i;

	for (i = 0; i < way->rounds; i++) {
		way->give(turn, THEIRS);
		way->await(turn, OURS);
	}
	return (double)(clock_nanoseconds(CLOCK_MONOTONIC) - began) /
	       way->rounds;
}

static int play(struct game *game, struct row *row)
{
	uint32_t *turn = game->mechanism->attach(game->memory);
	struct peer child;
	unsigned int i;
	uint64_t word;
	int error = turn ? pin_to_processor(0) : -errno;

	if (!error)
		error = peer_start(&child, answer, game);
	if (error)
		return error;
	error = peer_hear(&child, &word);
	for (i = 0; i < SAMPLES && !error; i++)
		row_add(row, round_trip(game->way, turn));
	if (!error)
		error = peer_wait(&child);
	return error ? error : game->mechanism->detach(game->memory, turn);
}

static int measure(const struct run *run, const struct way *way)
{
	struct memory memory = { .key = 1, .size = run->bytes };
	struct game game = { run->mechanism, &memory, way };
	struct row row;
	int error;

	row_begin(&row, run->benchmark->name, "ns", run->bytes);
	error = run->mechanism->create(&memory, 0);
	if (!error)
		error = play(&game, &row);
	if (error)
		return error;
	row_print(&row, run->mechanism->name);
	return mechanism_remove(run->mechanism, &memory);
}

int run_latency(const struct run *run)
{
	return measure(run, &watching);
}

int run_latency_futex(const struct run *run)
{
	return measure(run, &sleeping);
}
