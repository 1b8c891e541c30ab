/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A race of two: left is this process on the first processor, right a child of
 * it, or a thread, on the second. In each round both wait for each other and then
 * do what the pair is of; when both are through, it is judged.
 *
 * What may happen is listed by the pair, and each of that has to be seen at
 * least once: what always ends the same way is no race.
 */

#ifndef SELFTESTS_RACE_H
#define SELFTESTS_RACE_H

#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "../aftermath.h"
#include "../clock.h"

#define OUTCOMES 6

/* Instead of an outcome: the promise that was broken is in @fault. */
#define FAULT (-1)

/* How long one side waits for the other before it is taken for hung. */
#define RACE_PATIENCE_NS (120 * 1000000000ULL)

enum side { LEFT, RIGHT };

/* What the right side is to do. */
enum step { ENTER, RUN, LEAVE, END };

struct race;

struct pair {
	const char *name;
	const char *outcomes[OUTCOMES];
	/* Windows are opened in these instead of in the whole module. */
	const char *const *functions;
	const char *const *kernel_functions;
	/* One in so many of the usual rounds: for what is slow. */
	unsigned int share;
	/* The right side is a thread of this process. */
	bool thread;
	/* There may be no descriptor, since the module is to be unloaded. */
	bool unloads;
	/* What else distinguishes pairs with the same functions. */
	uint32_t variant;
	/* Each returns 0 or FAULT, but judge the outcome; NULL does nothing. */
	int (*prepare)(struct race *race);
	int (*enter)(struct race *race);
	int (*left)(struct race *race);
	int (*right)(struct race *race);
	int (*judge)(struct race *race);
	int (*leave)(struct race *race);
};

/* Shared by both sides. */
struct race {
	const struct pair *pair;
	unsigned int round;
	unsigned int seen[OUTCOMES];
	size_t page;
	/* Decides what differs between rounds. */
	uint32_t dice;
	/* Where the module lies, and with what parameters. */
	char parameters[512];

	/* Steps that the right side was asked for, and that it did. */
	unsigned int asked;
	unsigned int done;
	enum step step;
	/* The right side is ready to run; both may. */
	unsigned int ready;
	unsigned int go;
	/* How long after the other has begun, if that is set; or after both may run. */
	uint64_t offset[2];
	bool follows[2];
	/* The round that each side has begun. */
	unsigned int begun[2];
	/* How long each side usually takes, in nanoseconds. */
	uint64_t usual[2];

	int faults;
	char fault[256];

	/* Whose device is open, for each side. */
	int fd[2];
	pid_t pid;

	/* For the pairs: what both have to know, and what came of it. */
	int id;
	int other;
	int result[2];
	int found[2];
	int handle;
	pid_t child;
	uint64_t key;
	uint64_t mark;
	char *address;
	uint64_t ended[2];
	long mapped;
	bool released;
};

/* Lets the other processor run if it is an emulated one. */
static inline void race_relax(void)
{
	__builtin_ia32_pause();
}

static inline int __attribute__((format(printf, 2, 3)))
race_fault(struct race *race, const char *format, ...)
{
	va_list arguments;

	if (!__atomic_fetch_add(&race->faults, 1, __ATOMIC_SEQ_CST)) {
		va_start(arguments, format);
		vsnprintf(race->fault, sizeof(race->fault), format, arguments);
		va_end(arguments);
	}
	return FAULT;
}

/* What each round has of its own to decide by. */
static inline uint32_t race_choice(const struct race *race, unsigned int which,
				   uint32_t choices)
{
	const uint32_t mixed = (race->dice + which * 0x9e3779b9) * 0x85ebca6b;

	return (mixed >> 16) % choices;
}

static inline void race_pause(uint64_t ns)
{
	const uint64_t end = clock_nanoseconds(CLOCK_MONOTONIC) + ns;

	while (clock_nanoseconds(CLOCK_MONOTONIC) < end)
		race_relax();
}

/* Mostly little: up to 1000 << @steps nanoseconds, each magnitude as likely. */
static inline uint64_t race_moment(unsigned int steps, unsigned int *seed)
{
	const uint64_t most = 1000ULL << rand_r(seed) % (steps + 1);

	return rand_r(seed) % most;
}

/*
 * When each side starts, in nanoseconds. Both do within half a millisecond; or one
 * of them comes at any moment of what the other usually does, or after it, however
 * long that takes on this machine; or it comes up to 33 ms late, since what usually
 * happens may be that it is not late enough for anything else. Who is late follows
 * the other, which may have to wait for its processor.
 */
static inline void race_time(struct race *race, unsigned int *seed)
{
	const enum side late = rand_r(seed) % 2 ? LEFT : RIGHT;
	enum side side;

	race->offset[!late] = 0;
	race->follows[!late] = false;
	race->follows[late] = true;
	switch (rand_r(seed) % 3) {
	case 0:
		race->offset[late] =
			rand_r(seed) % (race->usual[!late] * 3 / 2 + 1);
		break;
	case 1:
		race->offset[late] = race_moment(15, seed);
		break;
	default:
		race->follows[late] = false;
		for (side = LEFT; side <= RIGHT; side++)
			race->offset[side] =
				rand_r(seed) % 2 ? 0 : race_moment(9, seed);
	}
}

/* Follows the mean, of which a round that was interrupted is but a small part. */
static inline void race_took(struct race *race, enum side side, uint64_t start)
{
	const uint64_t took = clock_nanoseconds(CLOCK_MONOTONIC) - start;
	uint64_t *usual = &race->usual[side];
	const uint64_t most = *usual * 4 + 100000;

	if (!*usual)
		*usual = took;
	else
		*usual = (*usual * 7 + (took < most ? took : most)) / 8;
}

static inline int race_pin(enum side side)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(side, &set);
	return sched_setaffinity(0, sizeof(set), &set) ? -errno : 0;
}

/* Waits until the right side has done what it was asked for. */
static inline int race_await(struct race *race, const unsigned int *what,
			     unsigned int value)
{
	const uint64_t start = clock_nanoseconds(CLOCK_MONOTONIC);
	unsigned int turns = 0;

	while (__atomic_load_n(what, __ATOMIC_ACQUIRE) != value) {
		race_relax();
		if (++turns % 1024)
			continue;
		if (race->pid && waitpid(race->pid, NULL, WNOHANG)) {
			race->pid = 0;
			/* Unless this was the last that it had to do. */
			if (__atomic_load_n(what, __ATOMIC_ACQUIRE) == value)
				return 0;
			return race_fault(race, "the right side died");
		}
		if (clock_nanoseconds(CLOCK_MONOTONIC) - start >
		    RACE_PATIENCE_NS)
			return race_fault(race, "the right side hangs");
	}
	return 0;
}

static inline void race_ask(struct race *race, enum step step)
{
	race->step = step;
	__atomic_add_fetch(&race->asked, 1, __ATOMIC_RELEASE);
}

static inline int race_ask_and_await(struct race *race, enum step step)
{
	race_ask(race, step);
	return race_await(race, &race->done, race->asked);
}

/* When it is this side's time. */
static inline void race_begin(struct race *race, enum side side)
{
	race_pause(race->offset[side]);
	__atomic_store_n(&race->begun[side], race->round, __ATOMIC_RELEASE);
}

static inline void race_run_right(struct race *race)
{
	const unsigned int round = race->round;
	const unsigned int *until = race->follows[RIGHT] ? &race->begun[LEFT] :
							   &race->go;
	uint64_t start;

	__atomic_store_n(&race->ready, round, __ATOMIC_RELEASE);
	while (__atomic_load_n(until, __ATOMIC_ACQUIRE) != round)
		race_relax();
	race_begin(race, RIGHT);
	start = clock_nanoseconds(CLOCK_MONOTONIC);
	race->pair->right(race);
	race_took(race, RIGHT, start);
}

static inline void *race_right(void *data)
{
	struct race *race = data;
	const struct pair *pair = race->pair;
	unsigned int done = 0;
	enum step step;

	if (race_pin(RIGHT))
		race_fault(race, "there is no second processor");
	race->fd[RIGHT] = pair->unloads ? -1 : device_open(O_RDWR);
	do {
		while (__atomic_load_n(&race->asked, __ATOMIC_ACQUIRE) == done)
			race_relax();
		step = race->step;
		if (step == ENTER && pair->enter)
			pair->enter(race);
		if (step == RUN)
			race_run_right(race);
		if (step == LEAVE && pair->leave)
			pair->leave(race);
		if (step == END && race->fd[RIGHT] >= 0)
			close(race->fd[RIGHT]);
		__atomic_store_n(&race->done, ++done, __ATOMIC_RELEASE);
	} while (step != END);
	return NULL;
}

/* One round. Returns its outcome or FAULT. */
static inline int race_once(struct race *race, unsigned int *seed)
{
	const struct pair *pair = race->pair;
	uint64_t start;
	int outcome;

	race->dice = (uint32_t)rand_r(seed) << 16 ^ rand_r(seed);
	race_time(race, seed);
	race->mark = 0x6d61726b00000000ULL + race->round;
	if (pair->prepare && pair->prepare(race))
		return FAULT;
	if (race_ask_and_await(race, ENTER))
		return FAULT;

	race_ask(race, RUN);
	if (race_await(race, &race->ready, race->round))
		return FAULT;
	__atomic_store_n(&race->go, race->round, __ATOMIC_RELEASE);
	if (race->follows[LEFT] &&
	    race_await(race, &race->begun[RIGHT], race->round))
		return FAULT;
	race_begin(race, LEFT);
	start = clock_nanoseconds(CLOCK_MONOTONIC);
	if (!race->faults)
		pair->left(race);
	race_took(race, LEFT, start);
	if (race_await(race, &race->done, race->asked) || race->faults)
		return FAULT;

	outcome = pair->judge(race);
	if (race_ask_and_await(race, LEAVE) || race->faults)
		return FAULT;
	if (!pair->unloads && !BECOMES_TRUE(no_region_is_left(race->fd[LEFT])))
		return race_fault(race, "something is left of it");
	return outcome;
}

/* Returns 0 or -errno. */
static inline int race_start_right(struct race *race, pthread_t *thread)
{
	pid_t pid;

	if (race->pair->thread)
		return -pthread_create(thread, NULL, race_right, race);
	pid = fork();
	if (pid < 0)
		return -errno;
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		race_right(race);
		_exit(0);
	}
	race->pid = pid;
	return 0;
}

static inline int race_end_right(struct race *race, pthread_t thread)
{
	pid_t pid = race->pid;

	if (race->pair->thread) {
		/* One that hangs is left to the end of the process. */
		if (race_ask_and_await(race, END))
			return FAULT;
		pthread_join(thread, NULL);
		return 0;
	}
	if (!race->faults)
		race_ask_and_await(race, END);
	if (race->faults && race->pid)
		kill(race->pid, SIGKILL);
	if (race->pid)
		waitpid(pid, NULL, 0);
	race->pid = 0;
	return race->faults ? FAULT : 0;
}

static inline int race_run(struct race *race, unsigned int rounds,
			   unsigned int *seed)
{
	const unsigned int first = race->round + 1;
	pthread_t thread;
	int outcome = 0;

	race->asked = 0;
	race->done = 0;
	race->pid = 0;
	if (race_start_right(race, &thread))
		return race_fault(race, "the right side cannot be started");
	while (race->round < first + rounds - 1 && outcome != FAULT) {
		race->round++;
		outcome = race_once(race, seed);
		if (outcome >= 0)
			race->seen[outcome]++;
	}
	return race_end_right(race, thread);
}

/* Names the outcome that never came, or NULL. */
static inline const char *race_missing(const struct race *race)
{
	unsigned int i;

	for (i = 0; i < OUTCOMES && race->pair->outcomes[i]; i++)
		if (!race->seen[i])
			return race->pair->outcomes[i];
	return NULL;
}

#endif /* SELFTESTS_RACE_H */
