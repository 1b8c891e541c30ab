// SPDX-License-Identifier: GPL-2.0
/*
 * Process-shared condition variables, barriers and unnamed semaphores inside a
 * region.
 */

#include "harness.h"

#include <pthread.h>
#include <semaphore.h>

#include "meeting.h"

#define WORKERS 3
#define ROUNDS 1000
#define BARRIER_ROUNDS 50

struct room {
	pthread_mutex_t mutex;
	pthread_cond_t turned;
	pthread_barrier_t barrier;
	sem_t semaphore;
	/* Under the mutex: whose turn it is, how many wait, whether to go. */
	int turn;
	int waiting;
	int open;
	/* Under no lock, but each round by the one process that is chosen. */
	int chosen[BARRIER_ROUNDS];
	/* One for each worker: the round that it is in. */
	int round[WORKERS];
};

FIXTURE(sync)
{
	struct meeting meeting;
	struct room *room;
};

FIXTURE_VARIANT(sync)
{
	bool huge;
};

/* clang-format off */
FIXTURE_VARIANT_ADD(sync, small_pages) {
	.huge = false,
};

FIXTURE_VARIANT_ADD(sync, huge_pages) {
	.huge = true,
};

/* clang-format on */

FIXTURE_SETUP(sync)
{
	pthread_mutexattr_t mutex;
	pthread_condattr_t condition;
	pthread_barrierattr_t barrier;

	ASSERT_EQ(0, meeting_open(&self->meeting, variant->huge));
	self->room = meeting_place(&self->meeting);
	pthread_mutexattr_init(&mutex);
	pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_SHARED);
	ASSERT_EQ(0, pthread_mutex_init(&self->room->mutex, &mutex));
	pthread_condattr_init(&condition);
	pthread_condattr_setpshared(&condition, PTHREAD_PROCESS_SHARED);
	ASSERT_EQ(0, pthread_cond_init(&self->room->turned, &condition));
	pthread_barrierattr_init(&barrier);
	pthread_barrierattr_setpshared(&barrier, PTHREAD_PROCESS_SHARED);
	ASSERT_EQ(0, pthread_barrier_init(&self->room->barrier, &barrier,
					  WORKERS));
	ASSERT_EQ(0, sem_init(&self->room->semaphore, 1, 0));
}

FIXTURE_TEARDOWN(sync)
{
	meeting_close(&self->meeting);
}

/* Takes every turn whose number is odd or even, as @parity is. */
static int take_turns(struct room *room, int parity)
{
	int i, error;

	for (i = 0; i < ROUNDS; i++) {
		error = pthread_mutex_lock(&room->mutex);
		while (!error && room->turn % 2 != parity)
			error = pthread_cond_wait(&room->turned, &room->mutex);
		if (error)
			return error;
		room->turn++;
		pthread_cond_signal(&room->turned);
		pthread_mutex_unlock(&room->mutex);
	}
	return 0;
}

static int take_odd_turns(struct peer *parent, void *data)
{
	struct room *room = meeting_join(data, 0);

	(void)parent;
	return room ? take_turns(room, 1) : -EFAULT;
}

TEST_F(sync, condition_passes_the_turn_between_processes)
{
	struct peer other;

	ASSERT_EQ(0, peer_start(&other, take_odd_turns, &self->meeting));
	EXPECT_EQ(0, take_turns(self->room, 0));
	EXPECT_EQ(0, peer_wait(&other));
	EXPECT_EQ(2 * ROUNDS, self->room->turn);
}

/* Waits for the door to open. Returns 0 or an error number. */
static int wait_at_the_door(struct peer *parent, void *data)
{
	struct room *room = meeting_join(data, 0);
	int error;

	(void)parent;
	if (!room)
		return -EFAULT;
	error = pthread_mutex_lock(&room->mutex);
	room->waiting++;
	while (!error && !room->open)
		error = pthread_cond_wait(&room->turned, &room->mutex);
	room->waiting--;
	pthread_mutex_unlock(&room->mutex);
	return error;
}

/* How many wait, now that nobody is on the way to it. */
static int count_waiting(struct room *room)
{
	int waiting;

	pthread_mutex_lock(&room->mutex);
	waiting = room->waiting;
	pthread_mutex_unlock(&room->mutex);
	return waiting;
}

TEST_F(sync, condition_broadcast_wakes_all)
{
	struct peer workers[WORKERS];
	int i;

	for (i = 0; i < WORKERS; i++)
		ASSERT_EQ(0, peer_start(&workers[i], wait_at_the_door,
					&self->meeting));
	EXPECT_TRUE(BECOMES_TRUE(count_waiting(self->room) == WORKERS));
	for (i = 0; i < WORKERS; i++)
		EXPECT_TRUE(meeting_waits(&workers[i]));
	pthread_mutex_lock(&self->room->mutex);
	self->room->open = 1;
	pthread_mutex_unlock(&self->room->mutex);
	EXPECT_EQ(WORKERS, count_waiting(self->room));
	EXPECT_EQ(0, pthread_cond_broadcast(&self->room->turned));
	for (i = 0; i < WORKERS; i++)
		EXPECT_EQ(0, peer_wait(&workers[i]));
	EXPECT_EQ(0, count_waiting(self->room));
}

/* Waits for a short time, for nobody signals. Returns an error number. */
static int wait_in_vain(struct peer *parent, void *data)
{
	struct room *room = meeting_join(data, 0);
	struct timespec soon;
	int error = 0;

	(void)parent;
	if (!room)
		return -EFAULT;
	clock_gettime(CLOCK_REALTIME, &soon);
	soon.tv_sec++;
	pthread_mutex_lock(&room->mutex);
	while (!error)
		error = pthread_cond_timedwait(&room->turned, &room->mutex,
					       &soon);
	pthread_mutex_unlock(&room->mutex);
	return error;
}

TEST_F(sync, condition_wait_times_out)
{
	EXPECT_EQ(ETIMEDOUT, run_in_child(wait_in_vain, &self->meeting));
	EXPECT_EQ(0, pthread_mutex_trylock(&self->room->mutex));
}

struct worker {
	struct meeting *meeting;
	int number;
};

/* Are all of the workers in this round? */
static int in_step(const struct room *room, int round)
{
	int i, count = 0;

	for (i = 0; i < WORKERS; i++)
		count += __atomic_load_n(&room->round[i], __ATOMIC_SEQ_CST) ==
			 round;
	return count == WORKERS;
}

/* Goes from round to round; returns the first in which somebody was out of step. */
static int walk_in_step(struct peer *parent, void *data)
{
	const struct worker *self = data;
	struct room *room = meeting_join(self->meeting, 0);
	int i, result;

	(void)parent;
	if (!room)
		return -EFAULT;
	for (i = 0; i < BARRIER_ROUNDS; i++) {
		__atomic_store_n(&room->round[self->number], i + 1,
				 __ATOMIC_SEQ_CST);
		result = pthread_barrier_wait(&room->barrier);
		if (result == PTHREAD_BARRIER_SERIAL_THREAD)
			__atomic_fetch_add(&room->chosen[i], 1,
					   __ATOMIC_SEQ_CST);
		else if (result)
			return -result;
		if (!in_step(room, i + 1))
			return i + 1;
		/* Nobody may go on to the next round while others still look. */
		result = pthread_barrier_wait(&room->barrier);
		if (result && result != PTHREAD_BARRIER_SERIAL_THREAD)
			return -result;
	}
	return 0;
}

TEST_F(sync, barrier_keeps_processes_in_step)
{
	struct worker workers[WORKERS];
	struct peer peers[WORKERS];
	int i;

	for (i = 0; i < WORKERS; i++) {
		workers[i] = (struct worker){ .meeting = &self->meeting,
					      .number = i };
		ASSERT_EQ(0, peer_start(&peers[i], walk_in_step, &workers[i]));
	}
	for (i = 0; i < WORKERS; i++)
		EXPECT_EQ(0, peer_wait(&peers[i]));
	for (i = 0; i < BARRIER_ROUNDS; i++)
		EXPECT_EQ(1, self->room->chosen[i]);
}

/* Waits until it gets one. Returns 0 or -errno. */
static int take_one(struct peer *parent, void *data)
{
	struct room *room = meeting_join(data, 0);

	(void)parent;
	if (!room)
		return -EFAULT;
	return sem_wait(&room->semaphore) ? -errno : 0;
}

static int count_blocked(const struct peer *peers, int count)
{
	int i, blocked = 0;

	for (i = 0; i < count; i++)
		blocked += is_blocked_in(peers[i].pid, SYS_futex);
	return blocked;
}

TEST_F(sync, semaphore_lets_through_as_many_as_were_posted)
{
	struct peer workers[WORKERS];
	int i;

	for (i = 0; i < WORKERS; i++)
		ASSERT_EQ(0, peer_start(&workers[i], take_one, &self->meeting));
	EXPECT_TRUE(BECOMES_TRUE(count_blocked(workers, WORKERS) == WORKERS));
	for (i = 1; i <= WORKERS; i++) {
		EXPECT_EQ(0, sem_post(&self->room->semaphore));
		EXPECT_TRUE(BECOMES_TRUE(count_blocked(workers, WORKERS) ==
					 WORKERS - i));
	}
	for (i = 0; i < WORKERS; i++)
		EXPECT_EQ(0, peer_wait(&workers[i]));
	EXPECT_EQ(-1, sem_trywait(&self->room->semaphore));
	EXPECT_EQ(EAGAIN, errno);
}

/* Posts once for this process's parent. */
static int post_one(struct peer *parent, void *data)
{
	struct room *room = meeting_join(data, 0);

	(void)parent;
	if (!room)
		return -EFAULT;
	return sem_post(&room->semaphore) ? -errno : 0;
}

TEST_F(sync, semaphore_counts_for_all)
{
	int value = -1;

	EXPECT_EQ(0, run_in_child(post_one, &self->meeting));
	EXPECT_EQ(0, run_in_child(post_one, &self->meeting));
	EXPECT_EQ(0, sem_getvalue(&self->room->semaphore, &value));
	EXPECT_EQ(2, value);
	EXPECT_EQ(0, run_in_child(take_one, &self->meeting));
	EXPECT_EQ(0, sem_trywait(&self->room->semaphore));
	EXPECT_EQ(-1, sem_trywait(&self->room->semaphore));
	EXPECT_EQ(EAGAIN, errno);
}

TEST_F(sync, semaphore_survives_a_killed_waiter)
{
	struct peer victim;

	ASSERT_EQ(0, peer_start(&victim, take_one, &self->meeting));
	EXPECT_TRUE(meeting_waits(&victim));
	peer_kill(&victim);
	EXPECT_EQ(0, sem_post(&self->room->semaphore));
	EXPECT_EQ(0, run_in_child(take_one, &self->meeting));
}

/* Waits on the semaphore for a short time. Returns 0 or -errno. */
static int take_one_soon(struct peer *parent, void *data)
{
	struct room *room = meeting_join(data, 0);
	struct timespec soon;

	(void)parent;
	if (!room)
		return -EFAULT;
	clock_gettime(CLOCK_REALTIME, &soon);
	soon.tv_sec++;
	return sem_timedwait(&room->semaphore, &soon) ? -errno : 0;
}

TEST_F(sync, semaphore_wait_times_out)
{
	EXPECT_EQ(-ETIMEDOUT, run_in_child(take_one_soon, &self->meeting));
}

TEST_HARNESS_MAIN
