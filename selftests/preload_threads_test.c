// SPDX-License-Identifier: GPL-2.0
/*
 * The System V preload library in many threads, their children and signal
 * handlers. Built as a 32-bit program as well.
 */

#include "harness.h"

#include <pthread.h>
#include <signal.h>
#include <sys/uio.h>
#include <time.h>

#include "deadline.h"
#include "device.h"
#include "preload.h"
#include "process.h"

#define THREADS 64
#define REMOVERS 4
#define SEGMENTS 8
#define ROUNDS 100

static int segments[SEGMENTS];
static pthread_barrier_t start;

static int make_segment(void)
{
	return shmget(IPC_PRIVATE, THREADS * sizeof(long), 0600);
}

static int segment(unsigned int number)
{
	return __atomic_load_n(&segments[number % SEGMENTS], __ATOMIC_SEQ_CST);
}

FIXTURE(threads)
{
	int fd;
};

FIXTURE_SETUP(threads)
{
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, pthread_barrier_init(&start, NULL, THREADS));
}

/* A region that the test lost sight of would be left. */
FIXTURE_TEARDOWN(threads)
{
	uint64_t cursor = 0;

	EXPECT_EQ(-ENOENT, region_next(self->fd, &cursor, SHMREGION_NEXT_ANY));
	close(self->fd);
}

/* Runs @function in all threads. Returns how many did not return NULL. */
static int run_threads(void *(*function)(void *number))
{
	pthread_t threads[THREADS];
	int i, errors = 0;
	void *result;

	for (i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, function,
				   (void *)(long)i))
			abort();
	for (i = 0; i < THREADS; i++) {
		pthread_join(threads[i], &result);
		errors += !!result;
	}
	return errors;
}

static void *call_first(void *number)
{
	int id;

	(void)number;
	pthread_barrier_wait(&start);
	id = make_segment();
	return (void *)(long)(id < 0 || shmctl(id, IPC_RMID, NULL));
}

TEST_F(threads, can_all_make_the_first_call)
{
	int fd;

	EXPECT_EQ(0, run_threads(call_first));
	EXPECT_EQ(1, preload_descriptors(&fd));
}

/* System V has no other errors for a segment that is taken away. */
static bool is_gone(int error)
{
	return error == EINVAL || error == EIDRM;
}

static int attach_and_detach(unsigned int number)
{
	struct shmid_ds ds;
	const int id = segment(number);
	long *numbers = shmat(id, NULL, 0), mine;

	if (numbers == (void *)-1)
		return is_gone(errno) ? 0 : errno;
	/* Attached, it is there whoever removes it. */
	mine = ++numbers[number % THREADS];
	if (shmctl(id, IPC_STAT, &ds) || !ds.shm_nattch)
		return EIO;
	if (numbers[number % THREADS] != mine)
		return EIO;
	return shmdt(numbers) ? errno : 0;
}

static int remove_and_make(unsigned int number)
{
	int *place = &segments[number % SEGMENTS], id;

	id = __atomic_exchange_n(place, make_segment(), __ATOMIC_SEQ_CST);
	return id < 0 || shmctl(id, IPC_RMID, NULL) ? errno : 0;
}

static void *attach_or_remove(void *data)
{
	const unsigned int number = (unsigned long)data;
	unsigned int round;
	int error = 0;

	pthread_barrier_wait(&start);
	for (round = 0; round <= ROUNDS / patience() && !error; round++) {
		if (number < REMOVERS)
			error = remove_and_make(number + round);
		else
			error = attach_and_detach(number + round * THREADS);
	}
	return (void *)(long)error;
}

TEST_F(threads, can_attach_what_others_remove)
{
	int i;

	for (i = 0; i < SEGMENTS; i++) {
		segments[i] = make_segment();
		ASSERT_LT(0, segments[i]);
	}
	EXPECT_EQ(0, run_threads(attach_or_remove));
	for (i = 0; i < SEGMENTS; i++)
		EXPECT_EQ(0, shmctl(segments[i], IPC_RMID, NULL));
}

/* The child finds the library as whatever thread left it in. */
static void *fork_and_call(void *data)
{
	unsigned int round;
	int status, id;
	pid_t child;

	(void)data;
	for (round = 0; round < 4; round++) {
		id = make_segment();
		child = fork();
		if (!child)
			_exit(shmdt(shmat(id, NULL, 0)) ||
			      shmctl(id, IPC_RMID, NULL));
		if (waitpid(child, &status, 0) != child || status)
			return (void *)1L;
		if (shmctl(id, IPC_RMID, NULL) == 0)
			return (void *)2L;
	}
	return NULL;
}

TEST_F(threads, can_fork)
{
	EXPECT_EQ(0, run_threads(fork_and_call));
}

#define REOPENERS 8

static void *call_again(void *number)
{
	(void)number;
	pthread_barrier_wait(&start);
	return (void *)(long)(preload_call() != ENOENT);
}

/* The number that the descriptor had is given to one of many new ones. */
TEST_F(threads, can_all_find_it_closed)
{
	pthread_t threads[REOPENERS];
	int round, i, fd;

	ASSERT_EQ(0, pthread_barrier_init(&start, NULL, REOPENERS));
	ASSERT_EQ(ENOENT, preload_call());
	for (round = 0; round < 100; round++) {
		ASSERT_EQ(1, preload_descriptors(&fd));
		close(fd);
		for (i = 0; i < REOPENERS; i++)
			ASSERT_EQ(0, pthread_create(&threads[i], NULL,
						    call_again, NULL));
		for (i = 0; i < REOPENERS; i++) {
			void *result;

			ASSERT_EQ(0, pthread_join(threads[i], &result));
			EXPECT_EQ(NULL, result);
		}
	}
	EXPECT_EQ(1, preload_descriptors(&fd));
}

/* Is the main thread gone, so that nothing can be had by the process's id? */
static bool is_headless(void)
{
	char byte, other;
	const struct iovec to = { .iov_base = &byte, .iov_len = 1 };
	const struct iovec from = { .iov_base = &other, .iov_len = 1 };

	return process_vm_readv(getpid(), &to, 1, &from, 1, 0) < 0 &&
	       errno == ESRCH;
}

static void *outlive_main_thread(void *data)
{
	struct peer *parent = data;
	struct shmid_ds limits;
	int result = 0;

	if (!BECOMES_TRUE(is_headless()))
		result = 1;
	else if (shmctl(0, IPC_INFO, &limits) < 0)
		result = 2;
	else if (shmctl(0, IPC_INFO, (struct shmid_ds *)8) != -1)
		result = 3;
	else if (errno != EFAULT)
		result = errno;
	peer_tell(parent, result);
	_exit(0);
}

static int end_main_thread(struct peer *parent, void *data)
{
	pthread_t thread;

	(void)data;
	if (pthread_create(&thread, NULL, outlive_main_thread, parent))
		return -EAGAIN;
	/* Without unwinding, for which libraries would be loaded. */
	syscall(SYS_exit, 0);
	return 0;
}

/* A bad pointer is for System V no reason to die. */
TEST_F(threads, can_outlive_the_main_thread)
{
	EXPECT_EQ(0, run_in_child(end_main_thread, NULL));
}

/* So often is everything else interrupted. */
#define INTERRUPTIONS 500

static volatile sig_atomic_t handled, failed;
static timer_t timer;
/* How long one is after the other, at most. */
static long pause_us;

/* Once: if handlers took longer than they are apart, nothing else would be done. */
static void interrupt_soon(void)
{
	/* Not in step with what is interrupted. */
	const long us = pause_us / 2 + handled * 97 % (pause_us / 2);
	const struct itimerspec soon = { .it_value.tv_nsec = us * 1000 };

	if (timer_settime(timer, 0, &soon, NULL))
		failed++;
}

static void handle(int signal)
{
	const int saved_errno = errno;
	struct shmid_ds ds;
	int id = make_segment();
	void *memory = shmat(id, NULL, 0);

	(void)signal;
	if (memory == (void *)-1 || shmctl(id, IPC_STAT, &ds) ||
	    shmdt(memory) || shmctl(id, IPC_RMID, NULL))
		failed++;
	handled++;
	if (handled < INTERRUPTIONS)
		interrupt_soon();
	errno = saved_errno;
}

/* The descriptor is taken away so that each part of each call is interrupted. */
TEST_F(threads, can_call_in_signal_handlers)
{
	struct sigaction action = { .sa_handler = handle,
				    .sa_flags = SA_RESTART };
	int errors = 0, made = 0, fd;

	pause_us = 700 * patience();
	ASSERT_EQ(0, sigaction(SIGALRM, &action, NULL));
	ASSERT_EQ(0, timer_create(CLOCK_MONOTONIC, NULL, &timer));
	interrupt_soon();
	while (handled < INTERRUPTIONS && !failed) {
		const int id = make_segment();

		if (shmdt(shmat(id, NULL, 0)) || shmctl(id, IPC_RMID, NULL))
			errors++;
		close_range(self->fd + 1, ~0U, 0);
		made++;
	}
	ASSERT_EQ(0, timer_delete(timer));
	/* Or there was nothing to interrupt. */
	EXPECT_LE(INTERRUPTIONS / 50, made);
	EXPECT_EQ(0, errors);
	EXPECT_EQ(0, failed);
	EXPECT_GE(1, preload_descriptors(&fd));
}

TEST_HARNESS_MAIN
