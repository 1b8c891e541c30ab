// SPDX-License-Identifier: GPL-2.0
/*
 * Raw futexes and atomic instructions inside a region.
 */

#include "harness.h"

#include <limits.h>
#include <linux/futex.h>
#include <time.h>

#include "meeting.h"

#define WORKERS 3
#define ROUNDS 100000

struct words {
	uint32_t futex;
	uint32_t other;
	uint32_t small;
	uint64_t large;
};

FIXTURE(futex)
{
	struct meeting meeting;
	struct words *words;
};

FIXTURE_VARIANT(futex)
{
	bool huge;
};

/* clang-format off */
FIXTURE_VARIANT_ADD(futex, small_pages) {
	.huge = false,
};

FIXTURE_VARIANT_ADD(futex, huge_pages) {
	.huge = true,
};

/* clang-format on */

FIXTURE_SETUP(futex)
{
	ASSERT_EQ(0, meeting_open(&self->meeting, variant->huge));
	self->words = meeting_place(&self->meeting);
}

FIXTURE_TEARDOWN(futex)
{
	meeting_close(&self->meeting);
}

/* Sleeps while the word has this value. Returns 0 or -errno. */
static int futex_wait(uint32_t *word, uint32_t value,
		      const struct timespec *timeout)
{
	return syscall(SYS_futex, word, FUTEX_WAIT, value, timeout, NULL, 0) ?
		       -errno :
		       0;
}

/* Returns how many were woken, or -errno. */
static int futex_wake(uint32_t *word, int count)
{
	long woken = syscall(SYS_futex, word, FUTEX_WAKE, count, NULL, NULL, 0);

	return woken < 0 ? -errno : (int)woken;
}

static int sleep_on_futex(struct peer *parent, void *data)
{
	struct words *words = meeting_join(data, 0);

	(void)parent;
	return words ? futex_wait(&words->futex, 0, NULL) : -EFAULT;
}

static int sleep_on_futex_read_only(struct peer *parent, void *data)
{
	struct words *words = meeting_join(data, SHMREGION_ATTACH_RDONLY);

	(void)parent;
	return words ? futex_wait(&words->futex, 0, NULL) : -EFAULT;
}

TEST_F(futex, does_not_wait_if_the_value_is_another)
{
	self->words->futex = 1;
	EXPECT_EQ(-EAGAIN, run_in_child(sleep_on_futex, &self->meeting));
}

TEST_F(futex, wait_times_out)
{
	const struct timespec soon = { .tv_nsec = 10000000 };

	EXPECT_EQ(-ETIMEDOUT, futex_wait(&self->words->futex, 0, &soon));
}

TEST_F(futex, wakes_as_many_as_asked_for)
{
	struct peer sleepers[WORKERS];
	int i;

	EXPECT_EQ(0, futex_wake(&self->words->futex, INT_MAX));
	for (i = 0; i < WORKERS; i++)
		ASSERT_EQ(0, peer_start(&sleepers[i], sleep_on_futex,
					&self->meeting));
	for (i = 0; i < WORKERS; i++)
		EXPECT_TRUE(meeting_waits(&sleepers[i]));
	EXPECT_EQ(1, futex_wake(&self->words->futex, 1));
	EXPECT_EQ(WORKERS - 1, futex_wake(&self->words->futex, INT_MAX));
	EXPECT_EQ(0, futex_wake(&self->words->futex, INT_MAX));
	for (i = 0; i < WORKERS; i++)
		EXPECT_EQ(0, peer_wait(&sleepers[i]));
}

TEST_F(futex, wakes_from_a_second_attach)
{
	char *second = region_attach(self->meeting.fd, self->meeting.id, 0);
	struct peer sleeper;
	struct words *words;

	ASSERT_NE(NULL, second);
	words = (struct words *)(second + MEETING_OFFSET);
	ASSERT_EQ(0, peer_start(&sleeper, sleep_on_futex, &self->meeting));
	EXPECT_TRUE(meeting_waits(&sleeper));
	EXPECT_EQ(1, futex_wake(&words->futex, INT_MAX));
	EXPECT_EQ(0, peer_wait(&sleeper));
	EXPECT_EQ(0, region_detach(self->meeting.fd, second));
}

TEST_F(futex, who_only_reads_is_woken_as_well)
{
	struct peer sleeper;

	ASSERT_EQ(0, peer_start(&sleeper, sleep_on_futex_read_only,
				&self->meeting));
	EXPECT_TRUE(meeting_waits(&sleeper));
	EXPECT_EQ(1, futex_wake(&self->words->futex, INT_MAX));
	EXPECT_EQ(0, peer_wait(&sleeper));
}

TEST_F(futex, works_in_a_removed_region)
{
	struct peer sleeper;

	ASSERT_EQ(0, peer_start(&sleeper, sleep_on_futex, &self->meeting));
	EXPECT_TRUE(meeting_waits(&sleeper));
	EXPECT_EQ(0, region_remove(self->meeting.fd, self->meeting.id));
	EXPECT_EQ(1, futex_wake(&self->words->futex, INT_MAX));
	EXPECT_EQ(0, peer_wait(&sleeper));
}

TEST_F(futex, of_another_region_wakes_nobody)
{
	struct meeting other;
	struct peer sleeper;
	struct words *words;

	ASSERT_EQ(0, meeting_open(&other, variant->huge));
	words = meeting_place(&other);
	ASSERT_EQ(0, peer_start(&sleeper, sleep_on_futex, &self->meeting));
	EXPECT_TRUE(meeting_waits(&sleeper));
	EXPECT_EQ(0, futex_wake(&words->futex, INT_MAX));
	EXPECT_EQ(0, futex_wake(&self->words->other, INT_MAX));
	EXPECT_EQ(1, futex_wake(&self->words->futex, INT_MAX));
	EXPECT_EQ(0, peer_wait(&sleeper));
	EXPECT_EQ(0, region_detach(other.fd, other.attach));
	close(other.fd);
}

TEST_F(futex, sleepers_move_to_another_word)
{
	struct peer sleepers[WORKERS];
	int i;

	for (i = 0; i < WORKERS; i++)
		ASSERT_EQ(0, peer_start(&sleepers[i], sleep_on_futex,
					&self->meeting));
	for (i = 0; i < WORKERS; i++)
		EXPECT_TRUE(meeting_waits(&sleepers[i]));
	/* One is woken, the others are moved; the call counts both. */
	EXPECT_EQ(WORKERS,
		  syscall(SYS_futex, &self->words->futex, FUTEX_CMP_REQUEUE, 1,
			  (long)INT_MAX, &self->words->other, 0));
	EXPECT_EQ(0, futex_wake(&self->words->futex, INT_MAX));
	EXPECT_EQ(WORKERS - 1, futex_wake(&self->words->other, INT_MAX));
	for (i = 0; i < WORKERS; i++)
		EXPECT_EQ(0, peer_wait(&sleepers[i]));
}

/* Adds to one word by adding, to the other by comparing and exchanging. */
static int add_atomically(struct peer *parent, void *data)
{
	struct words *words = meeting_join(data, 0);
	uint32_t seen;
	int i;

	(void)parent;
	if (!words)
		return -EFAULT;
	for (i = 0; i < ROUNDS; i++) {
		__atomic_fetch_add(&words->large, 1ULL << 32, __ATOMIC_RELAXED);
		seen = __atomic_load_n(&words->small, __ATOMIC_RELAXED);
		while (!__atomic_compare_exchange_n(
			&words->small, &seen, seen + 1, false, __ATOMIC_SEQ_CST,
			__ATOMIC_RELAXED))
			continue;
	}
	return 0;
}

TEST_F(futex, atomic_instructions_lose_nothing)
{
	struct peer workers[WORKERS];
	int i;

	for (i = 0; i < WORKERS; i++)
		ASSERT_EQ(0, peer_start(&workers[i], add_atomically,
					&self->meeting));
	for (i = 0; i < WORKERS; i++)
		EXPECT_EQ(0, peer_wait(&workers[i]));
	EXPECT_EQ((uint64_t)WORKERS * ROUNDS << 32, self->words->large);
	EXPECT_EQ(WORKERS * ROUNDS, self->words->small);
}

TEST_HARNESS_MAIN
