// SPDX-License-Identifier: GPL-2.0
/*
 * Sudden death: processes that work on the same few regions are killed at any
 * moment, by a signal, by the OOM killer, at the limit of their memory cgroup,
 * or end with 64 threads in the midst of calls. However they die, all counts
 * come back to zero, no byte is missing, and the module can be unloaded.
 *
 * SHMREGION_DEATHS says how many are to die; else it is 1000, or fewer where all
 * that they do takes longer. SHMREGION_SEED is where the choices begin, but what
 * comes of them is up to the scheduler.
 */

#include "harness.h"

#include <linux/oom.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "aftermath.h"
#include "environment.h"
#include "kernel_file.h"
#include "memory_cgroup.h"
#include "oom_score.h"
#include "patience.h"
#include "process.h"
#include "setting.h"
#include "storm.h"

#define USER 3001
#define DEATHS 1000
/* With all the threads of some of them nearly 300 tasks make calls at once. */
#define LIVES 150
#define THREADS 64

/*
 * The OOM killer works for whoever asks, but in its own time: behind all that
 * namespaces leave to free. Two requests may be left of it in the end, one that
 * it has begun and one that waits.
 */
#define BYSTANDERS 2

/* Enough for those who live there, and not for what they go on to write. */
#define CGROUP_LIMIT (4 * 1024 * 1024LL)
#define CGROUP_FILL (8 * 1024 * 1024UL)

enum death {
	BY_SIGNAL,
	BY_OOM_KILLER,
	AT_CGROUP_LIMIT,
	WITH_THREADS,
	DEATH_KINDS
};

static const char *const death_names[DEATH_KINDS] = {
	"by a signal",
	"by the OOM killer",
	"at the limit of a memory cgroup",
	"with 64 threads",
};

struct life {
	struct peer peer;
	enum death death;
	unsigned int seed;
	/* Shared with it: it is not just resting. */
	bool *at_work;
};

static int begin_work(struct worker *worker, unsigned int seed)
{
	const int result = worker_begin(worker, seed);

	worker->few_namespaces = true;
	return result;
}

/* A little at a time, because so many at once would only wait for each other. */
static int work_and_rest(struct worker *worker, bool *at_work)
{
	const struct timespec rest = { .tv_nsec = chance(worker, 999999999) };
	unsigned int steps = 1 + chance(worker, 40);
	int result = 0;

	*at_work = true;
	while (steps-- && !result)
		result = storm_step(worker, ERROR(ENOMEM));
	*at_work = false;
	nanosleep(&rest, NULL);
	return result;
}

/* Works until it is killed. */
static int live(const struct life *life)
{
	struct worker worker;
	int result = begin_work(&worker, life->seed);

	while (!result)
		result = work_and_rest(&worker, life->at_work);
	return result;
}

static int live_for_signal(const struct life *life)
{
	const int error = life->seed % 2 ? become_user(USER, USER) : 0;

	return error ? error : live(life);
}

/* The one to be chosen. */
static int live_for_oom_killer(const struct life *life)
{
	const int error = choose_me();

	return error ? error : live(life);
}

/* For an OOM killer that comes when those are gone whom it was asked to kill. */
static int wait_for_oom_killer(struct peer *parent, void *data)
{
	int error = choose_me();
	uint64_t never;

	/* This would hold the module. */
	aftermath_end(data);
	peer_tell(parent, -error);
	return peer_hear(parent, &never);
}

/* A region with room for more than the cgroup may have. */
static char *attach_much(const struct worker *worker)
{
	const uint32_t flags = SHMREGION_GET_CREATE |
			       SHMREGION_GET_LIFETIME_LAST_DETACH;
	char *memory;
	int id;

	/* Others may attach and detach it before, and so end it. */
	do {
		id = region_get(worker->fd, SHMREGION_KEY_PRIVATE, CGROUP_FILL,
				flags, 0600);
		if (id < 0) {
			errno = -id;
			return NULL;
		}
		memory = region_attach(worker->fd, id, 0);
	} while (!memory && (errno == EINVAL || errno == EIDRM));
	return memory;
}

/* Writes to its regions until it is more than the cgroup may have. */
static int live_in_cgroup(const struct life *life)
{
	struct worker worker;
	uint64_t offset = 0;
	int error;
	char *memory;

	error = begin_work(&worker, life->seed);
	if (error)
		return error;
	memory = attach_much(&worker);
	if (!memory)
		return -errno;
	while (!error && offset < CGROUP_FILL) {
		/* Others may look for their mark at the beginning. */
		memory[offset + worker.page / 2] = 1;
		offset += worker.page;
		if (chance(&worker, 256) == 0)
			error = work_and_rest(&worker, life->at_work);
	}
	return error ? error : -ERANGE;
}

static int thread_result;
static pthread_barrier_t all_threads;

static void *live_as_thread(void *data)
{
	struct worker worker;
	int result = begin_work(&worker, *(unsigned int *)data);

	/* In a hole that one makes another one may attach: none are made. */
	worker.shares_memory = true;
	/* Nobody holds up those who are yet to come. */
	pthread_barrier_wait(&all_threads);
	if (!result)
		result = storm_step(&worker, ERROR(ENOMEM));
	pthread_barrier_wait(&all_threads);
	while (!result)
		result = storm_step(&worker, ERROR(ENOMEM));
	thread_result = result;
	return NULL;
}

static int live_with_threads(const struct life *life)
{
	unsigned int seed = life->seed, seeds[THREADS];
	struct timespec rest;
	int i, error = spare_me();
	pthread_t thread;

	if (error || pthread_barrier_init(&all_threads, NULL, THREADS + 1))
		return error ? error : -EAGAIN;
	for (i = 0; i < THREADS; i++) {
		seeds[i] = rand_r(&seed);
		if (pthread_create(&thread, NULL, live_as_thread, &seeds[i]))
			return -EAGAIN;
	}
	/* The first time all are there, the second time all are at work. */
	pthread_barrier_wait(&all_threads);
	pthread_barrier_wait(&all_threads);
	rest = (struct timespec){ .tv_nsec = rand_r(&seed) % 300000000 };
	nanosleep(&rest, NULL);
	/* By exit_group(2), whatever the others are doing. */
	return thread_result;
}

static int (*const ways[DEATH_KINDS])(const struct life *life) = {
	live_for_signal,
	live_for_oom_killer,
	live_in_cgroup,
	live_with_threads,
};

/*
 * The parent takes precedence over all of them, so that it can kill, and those that
 * have much to do before they die over those that have not. But nobody's priority is
 * raised: khugepaged has the lowest that there is, and where it has to wait for its
 * processor in the midst of a look under RCU, all that wait for RCU wait with it.
 */
static int be_born(struct peer *parent, void *data)
{
	const struct life *life = data;
	const bool is_long = life->death == AT_CGROUP_LIMIT ||
			     life->death == WITH_THREADS;

	(void)parent;
	if (setpriority(PRIO_PROCESS, 0, is_long ? 14 : 19))
		return -errno;
	return ways[life->death](life);
}

FIXTURE(sudden_death)
{
	struct aftermath aftermath;
	struct life lives[LIVES];
	unsigned long deaths[DEATH_KINDS];
	int cgroup;
	long long shmem;
	unsigned int seed;
};

/* Most die by a signal; the others take longer, and more of everything. */
static enum death death_of(unsigned int life)
{
	return life < 2	 ? WITH_THREADS :
	       life < 8	 ? AT_CGROUP_LIMIT :
	       life < 20 ? BY_OOM_KILLER :
			   BY_SIGNAL;
}

/* What the machine has of it, without what a processor has yet to add to the sum. */
static long long shmem_bytes(void)
{
	const int error = kernel_file_write("/proc/sys/vm/stat_refresh", "1");

	return error ? error : meminfo_bytes("Shmem");
}

FIXTURE_SETUP(sudden_death)
{
	unsigned int i;
	bool *at_work;

	ASSERT_TRUE(aftermath_begin(&self->aftermath));
	ASSERT_EQ(0, storm_begin());
	rmdir(CGROUP);
	ASSERT_EQ(0, cgroup_begin(CGROUP_LIMIT, "max"));
	self->cgroup = open(CGROUP, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ASSERT_LE(0, self->cgroup);
	/* Who has to wait for its processor under RCU may do so for longer than 21 s. */
	ASSERT_EQ(0, setting_change("/sys/kernel/rcu_normal", "1"));
	/* It would list all processes each time, for longer than one lives. */
	ASSERT_EQ(0, setting_change("/proc/sys/vm/oom_dump_tasks", "0"));
	memset(self->deaths, 0, sizeof(self->deaths));
	at_work = mmap(NULL, LIVES, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	ASSERT_NE(MAP_FAILED, at_work);
	self->shmem = shmem_bytes();
	ASSERT_LE(0, self->shmem);
	for (i = 0; i < LIVES; i++)
		self->lives[i] = (struct life){ .death = death_of(i),
						.at_work = &at_work[i] };
	self->seed = seed_from_environment();
	TH_LOG("seed %u", self->seed);
}

FIXTURE_TEARDOWN(sudden_death)
{
	close(self->cgroup);
	/* Processes are gone a little before the cgroup knows. */
	EXPECT_TRUE(BECOMES_TRUE(!rmdir(CGROUP)));
	EXPECT_EQ(0, settings_restore());
}

static int begin_life(FIXTURE_DATA(sudden_death) * self, struct life *life)
{
	life->seed = rand_r(&self->seed);
	return peer_start_in(&life->peer, be_born, life,
			     life->death == AT_CGROUP_LIMIT ? self->cgroup :
							      NO_CGROUP);
}

/* Does to one in the midst of its work what it is there for, if it is to be done. */
static void kill_one(FIXTURE_DATA(sudden_death) * self)
{
	const struct life *life = &self->lives[rand_r(&self->seed) % LIVES];

	if (!*life->at_work)
		return;
	if (life->death == BY_SIGNAL)
		kill(life->peer.pid, SIGKILL);
	else if (life->death == BY_OOM_KILLER)
		kernel_file_write("/proc/sysrq-trigger", "f");
}

static struct life *find_life(FIXTURE_DATA(sudden_death) * self, pid_t pid)
{
	unsigned int i;

	for (i = 0; i < LIVES; i++)
		if (self->lives[i].peer.pid == pid)
			return &self->lives[i];
	return NULL;
}

/* The next one that is dead, if any, and what peer_wait() says of it. */
static struct life *find_dead(FIXTURE_DATA(sudden_death) * self, int *result)
{
	siginfo_t info = { 0 };
	struct life *life;

	if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) ||
	    !info.si_pid)
		return NULL;
	life = find_life(self, info.si_pid);
	if (life)
		*life->at_work = false;
	if (!life || info.si_code != CLD_KILLED) {
		*result = life ? peer_wait(&life->peer) : 0;
		return life;
	}
	/* Its children hold its socket, and are not to be waited for. */
	peer_kill(&life->peer);
	*result = PEER_KILLED_BY(info.si_status);
	return life;
}

/*
 * Whether it died of what it was to die of. The OOM killer may take others, but
 * for those that end by themselves.
 */
static bool died_as_meant(const struct life *life, int result)
{
	return result ==
	       (life->death == WITH_THREADS ? 0 : PEER_KILLED_BY(SIGKILL));
}

static unsigned long all_deaths(const FIXTURE_DATA(sudden_death) * self)
{
	unsigned long sum = 0;
	unsigned int i;

	for (i = 0; i < DEATH_KINDS; i++)
		sum += self->deaths[i];
	return sum;
}

/* The rarest kind takes longest, but is not to be missing. */
static bool enough_died(const FIXTURE_DATA(sudden_death) * self,
			unsigned long wanted)
{
	unsigned int i;

	for (i = 0; i < DEATH_KINDS; i++)
		if (!self->deaths[i] || self->deaths[i] < wanted / 500)
			return false;
	return all_deaths(self) >= wanted;
}

static void begin_bystanders(struct __test_metadata *_metadata,
			     FIXTURE_DATA(sudden_death) * self,
			     struct peer *bystanders)
{
	uint64_t error;
	int i;

	for (i = 0; i < BYSTANDERS; i++) {
		ASSERT_EQ(0, peer_start(&bystanders[i], wait_for_oom_killer,
					&self->aftermath));
		ASSERT_EQ(0, peer_hear(&bystanders[i], &error));
		ASSERT_EQ(0, error);
	}
}

static unsigned long wanted_deaths(void)
{
	return number_from("SHMREGION_DEATHS", DEATHS / patience());
}

TEST_F_TIMEOUT(sudden_death, leaves_nothing, 3600)
{
	const struct timespec nap = { .tv_nsec = 30000000 };
	const unsigned long wanted = wanted_deaths();
	struct peer bystanders[BYSTANDERS];
	char parameters[512];
	struct life *life;
	long long shmem;
	unsigned int i;
	int result;

	for (i = 0; i < LIVES; i++)
		ASSERT_EQ(0, begin_life(self, &self->lives[i]));
	while (!enough_died(self, wanted)) {
		kill_one(self);
		nanosleep(&nap, NULL);
		while ((life = find_dead(self, &result))) {
			ASSERT_TRUE(died_as_meant(life, result))
			TH_LOG("to die %s: operation %d, error %d",
			       death_names[life->death],
			       STORM_FAILED_OPERATION(result),
			       STORM_FAILED_ERRNO(result));
			self->deaths[life->death]++;
			ASSERT_EQ(0, begin_life(self, life));
		}
	}
	begin_bystanders(_metadata, self, bystanders);
	/* All of them first: those that live on would hold up those that end. */
	for (i = 0; i < LIVES; i++)
		kill(self->lives[i].peer.pid, SIGKILL);
	for (i = 0; i < LIVES; i++)
		peer_kill(&self->lives[i].peer);
	for (i = 0; i < DEATH_KINDS; i++) {
		EXPECT_NE(0, self->deaths[i]);
		TH_LOG("%5lu died %s", self->deaths[i], death_names[i]);
	}
	TH_LOG("%lu deaths", all_deaths(self));
	/* They died in the midst of something. */
	storm_expect_successes(_metadata, 1, true);

	aftermath_remove_rest(&self->aftermath);
	EXPECT_TRUE(aftermath_is_clean(&self->aftermath));
	EXPECT_TRUE(BECOMES_TRUE((shmem = shmem_bytes()) <= self->shmem))
	TH_LOG("%lld bytes of shared memory, %lld before", shmem, self->shmem);
	EXPECT_LE(0, shmem);
	aftermath_end(&self->aftermath);
	ASSERT_EQ(0, module_parameters(parameters, sizeof(parameters)));
	ASSERT_TRUE(BECOMES_TRUE(!module_unload()));
	EXPECT_EQ(0, module_load(parameters));
	for (i = 0; i < BYSTANDERS; i++)
		peer_kill(&bystanders[i]);
}

TEST_HARNESS_MAIN
