// SPDX-License-Identifier: GPL-2.0
/*
 * Process-shared mutexes and read-write locks inside a region.
 */

#include "harness.h"

#include <pthread.h>
#include <sched.h>

#include "meeting.h"

#define WORKERS 3
#define ROUNDS 10000

struct table {
	pthread_mutex_t mutex;
	pthread_rwlock_t rwlock;
	/* Plain, so that only the lock keeps increments from being lost. */
	unsigned long counter;
};

FIXTURE(mutex)
{
	struct meeting meeting;
	struct table *table;
};

FIXTURE_VARIANT(mutex)
{
	bool huge;
};

/* clang-format off */
FIXTURE_VARIANT_ADD(mutex, small_pages) {
	.huge = false,
};

FIXTURE_VARIANT_ADD(mutex, huge_pages) {
	.huge = true,
};

/* clang-format on */

FIXTURE_SETUP(mutex)
{
	ASSERT_EQ(0, meeting_open(&self->meeting, variant->huge));
	self->table = meeting_place(&self->meeting);
}

FIXTURE_TEARDOWN(mutex)
{
	meeting_close(&self->meeting);
}

/* Returns 0 or an error number. */
static int make_mutex(pthread_mutex_t *mutex, int type, int protocol,
		      int robust)
{
	pthread_mutexattr_t attributes;

	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_settype(&attributes, type);
	pthread_mutexattr_setprotocol(&attributes, protocol);
	pthread_mutexattr_setrobust(&attributes, robust);
	return pthread_mutex_init(mutex, &attributes);
}

static int make_normal(pthread_mutex_t *mutex)
{
	return make_mutex(mutex, PTHREAD_MUTEX_NORMAL, PTHREAD_PRIO_NONE,
			  PTHREAD_MUTEX_STALLED);
}

static int make_robust(pthread_mutex_t *mutex)
{
	return make_mutex(mutex, PTHREAD_MUTEX_NORMAL, PTHREAD_PRIO_NONE,
			  PTHREAD_MUTEX_ROBUST);
}

/* Increments, and now and then lets others run in the middle of it. */
static int count_under_mutex(struct peer *parent, void *data)
{
	struct table *table = meeting_join(data, 0);
	unsigned long seen;
	int i, error;

	(void)parent;
	if (!table)
		return -EFAULT;
	for (i = 0; i < ROUNDS; i++) {
		error = pthread_mutex_lock(&table->mutex);
		if (error)
			return error;
		seen = table->counter;
		if (i % 16 == 0)
			sched_yield();
		table->counter = seen + 1;
		error = pthread_mutex_unlock(&table->mutex);
		if (error)
			return error;
	}
	return 0;
}

TEST_F(mutex, excludes_other_processes)
{
	struct peer workers[WORKERS];
	int i;

	ASSERT_EQ(0, make_normal(&self->table->mutex));
	for (i = 0; i < WORKERS; i++)
		ASSERT_EQ(0, peer_start(&workers[i], count_under_mutex,
					&self->meeting));
	for (i = 0; i < WORKERS; i++)
		EXPECT_EQ(0, peer_wait(&workers[i]));
	EXPECT_EQ(WORKERS * ROUNDS, self->table->counter);
}

TEST_F(mutex, excludes_in_a_removed_region)
{
	struct peer worker;

	ASSERT_EQ(0, make_normal(&self->table->mutex));
	ASSERT_EQ(0, region_remove(self->meeting.fd, self->meeting.id));
	ASSERT_EQ(0, peer_start(&worker, count_under_mutex, &self->meeting));
	EXPECT_EQ(0, peer_wait(&worker));
	EXPECT_EQ(ROUNDS, self->table->counter);
}

static int try_mutex(struct peer *parent, void *data)
{
	struct table *table = meeting_join(data, 0);
	struct timespec soon;
	int error;

	(void)parent;
	if (!table)
		return -EFAULT;
	error = pthread_mutex_trylock(&table->mutex);
	if (error != EBUSY)
		return error;
	clock_gettime(CLOCK_REALTIME, &soon);
	soon.tv_sec++;
	return pthread_mutex_timedlock(&table->mutex, &soon);
}

TEST_F(mutex, is_busy_for_other_processes)
{
	ASSERT_EQ(0, make_normal(&self->table->mutex));
	ASSERT_EQ(0, pthread_mutex_lock(&self->table->mutex));
	EXPECT_EQ(ETIMEDOUT, run_in_child(try_mutex, &self->meeting));
	EXPECT_EQ(0, pthread_mutex_unlock(&self->table->mutex));
	EXPECT_EQ(0, run_in_child(try_mutex, &self->meeting));
}

static int unlock_mutex(struct peer *parent, void *data)
{
	struct table *table = meeting_join(data, 0);

	(void)parent;
	return table ? pthread_mutex_unlock(&table->mutex) : -EFAULT;
}

TEST_F(mutex, belongs_to_who_locked_it)
{
	ASSERT_EQ(0, make_mutex(&self->table->mutex, PTHREAD_MUTEX_ERRORCHECK,
				PTHREAD_PRIO_NONE, PTHREAD_MUTEX_STALLED));
	ASSERT_EQ(0, pthread_mutex_lock(&self->table->mutex));
	EXPECT_EQ(EDEADLK, pthread_mutex_lock(&self->table->mutex));
	EXPECT_EQ(EPERM, run_in_child(unlock_mutex, &self->meeting));
	EXPECT_EQ(0, pthread_mutex_unlock(&self->table->mutex));
}

/* Locks, writes, unlocks. Returns what locking returned. */
static int lock_and_mark(struct peer *parent, void *data)
{
	struct table *table = meeting_join(data, 0);
	int error;

	(void)parent;
	if (!table)
		return -EFAULT;
	error = pthread_mutex_lock(&table->mutex);
	if (error)
		return error;
	table->counter++;
	return pthread_mutex_unlock(&table->mutex);
}

TEST_F(mutex, unlocking_wakes_a_waiter)
{
	struct peer waiter;

	ASSERT_EQ(0, make_normal(&self->table->mutex));
	ASSERT_EQ(0, pthread_mutex_lock(&self->table->mutex));
	ASSERT_EQ(0, peer_start(&waiter, lock_and_mark, &self->meeting));
	EXPECT_TRUE(meeting_waits(&waiter));
	EXPECT_EQ(0, self->table->counter);
	EXPECT_EQ(0, pthread_mutex_unlock(&self->table->mutex));
	EXPECT_EQ(0, peer_wait(&waiter));
	EXPECT_EQ(1, self->table->counter);
}

/* The kernel itself hands such a mutex over, and writes into the region for it. */
TEST_F(mutex, with_priority_inheritance_is_handed_over)
{
	struct peer waiter;

	ASSERT_EQ(0, make_mutex(&self->table->mutex, PTHREAD_MUTEX_NORMAL,
				PTHREAD_PRIO_INHERIT, PTHREAD_MUTEX_STALLED));
	ASSERT_EQ(0, pthread_mutex_lock(&self->table->mutex));
	ASSERT_EQ(0, peer_start(&waiter, lock_and_mark, &self->meeting));
	EXPECT_TRUE(meeting_waits(&waiter));
	EXPECT_EQ(0, self->table->counter);
	EXPECT_EQ(0, pthread_mutex_unlock(&self->table->mutex));
	EXPECT_EQ(0, peer_wait(&waiter));
	EXPECT_EQ(1, self->table->counter);
}

/* Locks, says so, and holds on until it is killed or told to end. */
static int lock_and_hold(struct peer *parent, void *data)
{
	struct table *table = meeting_join(data, 0);
	uint64_t end;
	int error = table ? pthread_mutex_lock(&table->mutex) : -EFAULT;

	peer_tell(parent, error);
	peer_hear(parent, &end);
	return error;
}

TEST_F(mutex, robust_one_outlives_a_killed_holder)
{
	struct peer holder;
	uint64_t error = -1;

	ASSERT_EQ(0, make_robust(&self->table->mutex));
	ASSERT_EQ(0, peer_start(&holder, lock_and_hold, &self->meeting));
	ASSERT_EQ(0, peer_hear(&holder, &error));
	ASSERT_EQ(0, error);
	EXPECT_EQ(EBUSY, pthread_mutex_trylock(&self->table->mutex));
	peer_kill(&holder);

	EXPECT_EQ(EOWNERDEAD, pthread_mutex_lock(&self->table->mutex));
	EXPECT_EQ(0, pthread_mutex_consistent(&self->table->mutex));
	EXPECT_EQ(0, pthread_mutex_unlock(&self->table->mutex));
	EXPECT_EQ(0, run_in_child(lock_and_mark, &self->meeting));
}

TEST_F(mutex, robust_one_outlives_a_holder_that_exits)
{
	struct peer holder;
	uint64_t error = -1;

	ASSERT_EQ(0, make_robust(&self->table->mutex));
	ASSERT_EQ(0, peer_start(&holder, lock_and_hold, &self->meeting));
	ASSERT_EQ(0, peer_hear(&holder, &error));
	ASSERT_EQ(0, error);
	EXPECT_EQ(0, peer_wait(&holder));
	EXPECT_EQ(EOWNERDEAD, pthread_mutex_lock(&self->table->mutex));
	EXPECT_EQ(0, pthread_mutex_consistent(&self->table->mutex));
	EXPECT_EQ(0, pthread_mutex_unlock(&self->table->mutex));
}

TEST_F(mutex, killing_the_holder_of_a_robust_one_wakes_a_waiter)
{
	struct peer holder, waiter;
	uint64_t error = -1;

	ASSERT_EQ(0, make_robust(&self->table->mutex));
	ASSERT_EQ(0, peer_start(&holder, lock_and_hold, &self->meeting));
	ASSERT_EQ(0, peer_hear(&holder, &error));
	ASSERT_EQ(0, error);
	ASSERT_EQ(0, peer_start(&waiter, lock_and_mark, &self->meeting));
	EXPECT_TRUE(meeting_waits(&waiter));
	peer_kill(&holder);
	EXPECT_EQ(EOWNERDEAD, peer_wait(&waiter));
}

TEST_F(mutex, robust_one_that_nobody_repairs_is_lost)
{
	struct peer holder;
	uint64_t error = -1;

	ASSERT_EQ(0, make_robust(&self->table->mutex));
	ASSERT_EQ(0, peer_start(&holder, lock_and_hold, &self->meeting));
	ASSERT_EQ(0, peer_hear(&holder, &error));
	ASSERT_EQ(0, error);
	peer_kill(&holder);
	EXPECT_EQ(EOWNERDEAD, pthread_mutex_lock(&self->table->mutex));
	EXPECT_EQ(0, pthread_mutex_unlock(&self->table->mutex));
	EXPECT_EQ(ENOTRECOVERABLE, pthread_mutex_lock(&self->table->mutex));
	EXPECT_EQ(ENOTRECOVERABLE, run_in_child(lock_and_mark, &self->meeting));
}

/* Tries to read and to write. Returns what came of it: 1000 * read + write. */
static int try_rwlock(struct peer *parent, void *data)
{
	struct table *table = meeting_join(data, 0);
	int reading, writing;

	(void)parent;
	if (!table)
		return -EFAULT;
	reading = pthread_rwlock_tryrdlock(&table->rwlock);
	if (!reading)
		pthread_rwlock_unlock(&table->rwlock);
	writing = pthread_rwlock_trywrlock(&table->rwlock);
	if (!writing)
		pthread_rwlock_unlock(&table->rwlock);
	return 1000 * reading + writing;
}

/* Locks for writing and marks. */
static int write_under_rwlock(struct peer *parent, void *data)
{
	struct table *table = meeting_join(data, 0);
	int error;

	(void)parent;
	if (!table)
		return -EFAULT;
	error = pthread_rwlock_wrlock(&table->rwlock);
	if (error)
		return error;
	table->counter++;
	return pthread_rwlock_unlock(&table->rwlock);
}

TEST_F(mutex, read_write_lock_lets_readers_share)
{
	pthread_rwlockattr_t attributes;
	struct peer writer;

	pthread_rwlockattr_init(&attributes);
	pthread_rwlockattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
	ASSERT_EQ(0, pthread_rwlock_init(&self->table->rwlock, &attributes));

	EXPECT_EQ(0, run_in_child(try_rwlock, &self->meeting));
	EXPECT_EQ(0, pthread_rwlock_wrlock(&self->table->rwlock));
	EXPECT_EQ(1000 * EBUSY + EBUSY,
		  run_in_child(try_rwlock, &self->meeting));
	EXPECT_EQ(0, pthread_rwlock_unlock(&self->table->rwlock));
	EXPECT_EQ(0, pthread_rwlock_rdlock(&self->table->rwlock));
	EXPECT_EQ(EBUSY, run_in_child(try_rwlock, &self->meeting));

	ASSERT_EQ(0, peer_start(&writer, write_under_rwlock, &self->meeting));
	EXPECT_TRUE(meeting_waits(&writer));
	EXPECT_EQ(0, self->table->counter);
	EXPECT_EQ(0, pthread_rwlock_unlock(&self->table->rwlock));
	EXPECT_EQ(0, peer_wait(&writer));
	EXPECT_EQ(1, self->table->counter);
}

TEST_HARNESS_MAIN
