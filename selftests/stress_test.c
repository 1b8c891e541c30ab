// SPDX-License-Identifier: GPL-2.0
/*
 * A storm: several processes and users create, find, attach, split, bind, lock,
 * list, remove and die, all on the same few keys. Only such errors may come up
 * as a race explains, nobody may see another region's memory, and in the end
 * nothing is left.
 */

#include "harness.h"

#include "clock.h"
#include "deadline.h"
#include "device.h"
#include "module.h"
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

/* How often each operation did what it is for, shared by all workers. */
static unsigned long *successes;

/* Returns 0, or which operation failed in a way that nothing explains. */
static int work(struct worker *worker)
{
	const uint64_t end = end_time();

	while (!is_over(end)) {
		const struct operation *operation = choose(worker);
		int error = operation->run(worker);

		if (!error)
			__atomic_add_fetch(&successes[operation - operations],
					   1, __ATOMIC_RELAXED);
		if (error >= 0 || error == -EIDRM)
			continue;
		if (error < -63 || !(operation->errors & ERROR(-error)))
			return 1000 * (int)(operation - operations + 1) - error;
	}
	return 0;
}

static int run_worker(struct peer *parent, void *data)
{
	struct worker worker = {
		.seed = *(unsigned int *)data,
		.page = sysconf(_SC_PAGESIZE),
		.handle = -1,
		.id = 1,
	};

	(void)parent;
	if (worker.seed % 2 && become_user(USER, USER))
		return -errno;
	worker.fd = device_open(O_RDWR);
	return worker.fd < 0 ? worker.fd : work(&worker);
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
	int fd;
	struct shmregion_info before;
	long references;
};

FIXTURE_SETUP(storm)
{
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	/* Namespaces of earlier tests may still be dying. */
	ASSERT_TRUE(
		BECOMES_TRUE(!device_info(self->fd, &self->before) &&
			     self->before.all_regions == self->before.regions));
	self->references = module_references();
}

FIXTURE_TEARDOWN(storm)
{
	close(self->fd);
}

/* Removes what the workers left: on purpose, persistent regions stay. */
static void remove_rest(int fd)
{
	uint64_t cursor = 0;
	int id;

	while ((id = region_next(fd, &cursor, SHMREGION_NEXT_ANY)) > 0)
		region_remove(fd, id);
}

static bool nothing_is_left(const FIXTURE_DATA(storm) * self)
{
	struct shmregion_info now;

	return !device_info(self->fd, &now) && !now.regions &&
	       !now.all_regions && !now.all_bytes && !now.resident_bytes &&
	       module_references() == self->references;
}

TEST_F_TIMEOUT(storm, leaves_nothing, 100)
{
	unsigned int seeds[WORKERS + 1], i;
	struct peer workers[WORKERS + 1];

	ASSERT_EQ(0, self->before.all_regions);
	successes = mmap(NULL, ARRAY_SIZE(operations) * sizeof(*successes),
			 PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
			 0);
	ASSERT_NE(MAP_FAILED, successes);
	TH_LOG("seed %u", (unsigned int)time(NULL));
	for (i = 0; i <= WORKERS; i++) {
		seeds[i] = 2 * (unsigned int)time(NULL) + i;
		ASSERT_EQ(0, peer_start(&workers[i],
					i < WORKERS ? run_worker : run_mortals,
					&seeds[i]));
	}
	for (i = 0; i <= WORKERS; i++) {
		const int result = peer_wait(&workers[i]);

		EXPECT_EQ(0, result)
		TH_LOG("worker %u: operation %d, error %d", i, result / 1000,
		       result % 1000);
	}
	for (i = 0; i < ARRAY_SIZE(operations); i++) {
		const unsigned long count = successes[i];

		EXPECT_LT(10, count)
		TH_LOG("operation %u succeeded %lu times", i + 1, count);
	}
	remove_rest(self->fd);
	EXPECT_TRUE(BECOMES_TRUE(nothing_is_left(self)));
}

TEST_HARNESS_MAIN
