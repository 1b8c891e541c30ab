// SPDX-License-Identifier: GPL-2.0
/*
 * A storm: several processes and users create, find, attach, split, bind, lock,
 * list, remove and die, all on the same few keys. Only such errors may come up
 * as a race explains, nobody may see another region's memory, and in the end
 * nothing is left. SHMREGION_SEED is where the choices begin.
 */

#include "harness.h"

#include "aftermath.h"
#include "clock.h"
#include "environment.h"
#include "process.h"
#include "storm.h"

#define SECONDS 20
#define WORKERS 6
#define USER 3001

/* When the storm is to end. */
static uint64_t end_time(void)
{
	return clock_nanoseconds(CLOCK_MONOTONIC) + SECONDS * 1000000000ULL;
}

static bool is_over(uint64_t end)
{
	return clock_nanoseconds(CLOCK_MONOTONIC) >= end;
}

static int run_worker(struct peer *parent, void *data)
{
	const unsigned int seed = *(unsigned int *)data;
	const uint64_t end = end_time();
	struct worker worker;
	int result;

	(void)parent;
	if (seed % 2 && become_user(USER, USER))
		return -errno;
	result = worker_begin(&worker, seed);
	while (!result && !is_over(end))
		result = storm_step(&worker, 0);
	return result;
}

/* Ends a child in the midst of it, again and again. */
static int run_mortals(struct peer *parent, void *data)
{
	const uint64_t end = end_time();
	unsigned int seed = *(unsigned int *)data;

	(void)parent;
	while (!is_over(end)) {
		const struct timespec life = {
			.tv_nsec = rand_r(&seed) % 200000000,
		};
		struct peer child;

		if (peer_start(&child, run_worker, &seed))
			return -EAGAIN;
		nanosleep(&life, NULL);
		peer_kill(&child);
	}
	return 0;
}

FIXTURE(storm)
{
	struct aftermath aftermath;
};

FIXTURE_SETUP(storm)
{
	ASSERT_TRUE(aftermath_begin(&self->aftermath));
	ASSERT_EQ(0, storm_begin());
}

FIXTURE_TEARDOWN(storm)
{
	aftermath_end(&self->aftermath);
}

TEST_F_TIMEOUT(storm, leaves_nothing, 100)
{
	const unsigned int seed = seed_from_environment();
	unsigned int seeds[WORKERS + 1], i;
	struct peer workers[WORKERS + 1];

	TH_LOG("seed %u", seed);
	for (i = 0; i <= WORKERS; i++) {
		seeds[i] = 2 * seed + i;
		ASSERT_EQ(0, peer_start(&workers[i],
					i < WORKERS ? run_worker : run_mortals,
					&seeds[i]));
	}
	for (i = 0; i <= WORKERS; i++) {
		const int result = peer_wait(&workers[i]);

		EXPECT_EQ(0, result)
		TH_LOG("worker %u: operation %d, error %d", i,
		       STORM_FAILED_OPERATION(result),
		       STORM_FAILED_ERRNO(result));
	}
	storm_expect_successes(_metadata, 11, false);
	aftermath_remove_rest(&self->aftermath);
	EXPECT_TRUE(aftermath_is_clean(&self->aftermath));
}

TEST_HARNESS_MAIN
