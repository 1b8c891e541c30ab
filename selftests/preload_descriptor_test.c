// SPDX-License-Identifier: GPL-2.0
/*
 * The System V preload library's descriptor, in programs that do what they like
 * with descriptors. Built as a 32-bit program as well.
 */

#include "harness.h"

#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>

#include "device.h"
#include "preload.h"
#include "process.h"

#define EXECUTED "PRELOAD_TEST_COUNT"

/* What the program does when a test of it executes it. */
static void __attribute__((constructor)) be_executed(void)
{
	int fd;

	if (getenv(EXECUTED))
		_exit(preload_descriptors(&fd));
}

FIXTURE(descriptor)
{
	int id;
	/* The library's, once it was called. */
	int fd;
};

FIXTURE_SETUP(descriptor)
{
	const int fd = device_open(O_RDWR);

	ASSERT_LE(0, fd);
	self->id = region_get(fd, SHMREGION_KEY_PRIVATE, sizeof(int),
			      SHMREGION_GET_CREATE, 0600);
	ASSERT_LT(0, self->id);
	close(fd);
}

FIXTURE_TEARDOWN(descriptor)
{
	const int fd = device_open(O_RDWR);

	EXPECT_EQ(0, region_remove(fd, self->id));
	close(fd);
}

/* Uses the region in every way. Returns 0 or -errno. */
static int use(int id)
{
	struct shmid_ds ds;
	int *number = shmat(id, NULL, 0);

	if (number == (void *)-1)
		return -errno;
	++*number;
	if (shmctl(id, IPC_STAT, &ds) || shmdt(number))
		return -errno;
	return 0;
}

TEST_F(descriptor, is_opened_by_the_first_call)
{
	int lowest, fd;

	lowest = dup(0);
	close(lowest);
	EXPECT_EQ(0, preload_descriptors(&fd));
	EXPECT_EQ(0, use(self->id));
	ASSERT_EQ(1, preload_descriptors(&fd));
	EXPECT_EQ(FD_CLOEXEC, fcntl(fd, F_GETFD));
	/* The numbers that the program will be given are the same. */
	EXPECT_EQ(lowest, dup(0));
}

TEST_F(descriptor, is_opened_once)
{
	int i, fd, other;

	ASSERT_EQ(0, use(self->id));
	ASSERT_EQ(1, preload_descriptors(&fd));
	for (i = 0; i < 200; i++)
		EXPECT_EQ(0, use(self->id));
	EXPECT_EQ(1, preload_descriptors(&other));
	EXPECT_EQ(fd, other);
}

TEST_F(descriptor, is_not_a_standard_stream)
{
	int fd;

	close(0);
	EXPECT_EQ(0, use(self->id));
	ASSERT_EQ(1, preload_descriptors(&fd));
	EXPECT_LT(2, fd);
	EXPECT_EQ(-1, fcntl(0, F_GETFD));
}

TEST_F(descriptor, has_a_high_number_within_the_limit)
{
	const rlim_t limits[] = { 16, 64, 256, 1024, 4096, RLIM_INFINITY };
	struct rlimit limit;
	unsigned int i;
	int fd;

	ASSERT_EQ(0, getrlimit(RLIMIT_NOFILE, &limit));
	for (i = 0; i < ARRAY_SIZE(limits); i++) {
		limit.rlim_cur = limits[i] < limit.rlim_max ? limits[i] :
							      limit.rlim_max;
		ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &limit));
		EXPECT_EQ(0, use(self->id));
		ASSERT_EQ(1, preload_descriptors(&fd));
		EXPECT_GT(limit.rlim_cur, (rlim_t)fd);
		if (limits[i] > 64)
			EXPECT_LT(limits[i] < 1024 ? limits[i] / 2 : 900,
				  (rlim_t)fd);
		/* Where select(2) ends, many programs do. */
		EXPECT_GT(FD_SETSIZE, fd);
		close(fd);
	}
}

TEST_F(descriptor, needs_room_in_the_table)
{
	struct rlimit limit;
	int fd, last = -1;

	ASSERT_EQ(0, getrlimit(RLIMIT_NOFILE, &limit));
	limit.rlim_cur = 32;
	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &limit));
	while ((fd = dup(0)) >= 0)
		last = fd;
	ASSERT_EQ(EMFILE, errno);
	EXPECT_EQ(-EMFILE, use(self->id));
	close(last);
	EXPECT_EQ(0, use(self->id));
	/* The only number that was free is its number now. */
	EXPECT_TRUE(preload_owns(last));
	close(last);
}

TEST_F(descriptor, may_be_closed_with_all_others)
{
	int *number, fd;

	number = shmat(self->id, NULL, 0);
	ASSERT_NE((void *)-1, number);
	ASSERT_EQ(0, close_range(3, ~0U, 0));
	*number = 4;
	EXPECT_EQ(0, shmdt(number));
	ASSERT_EQ(0, close_range(3, ~0U, 0));
	EXPECT_EQ(0, use(self->id));
	EXPECT_EQ(1, preload_descriptors(&fd));
}

/* Puts @other on the library's number and uses the region. */
static int replace_and_use(int other, int id, int *replaced)
{
	if (use(id) || preload_descriptors(replaced) != 1)
		return -EBADF;
	if (dup2(other, *replaced) != *replaced)
		return -errno;
	return use(id);
}

TEST_F(descriptor, may_be_replaced_by_another_file)
{
	const int memory = memfd_create("other", MFD_CLOEXEC);
	struct stat before, after;
	int number, fd;
	char text[8] = { 0 };

	ASSERT_EQ(4, write(memory, "mine", 4));
	ASSERT_EQ(0, fstat(memory, &before));
	ASSERT_EQ(0, replace_and_use(memory, self->id, &number));
	/* Neither closed nor touched. */
	ASSERT_EQ(0, fstat(number, &after));
	EXPECT_EQ(before.st_ino, after.st_ino);
	EXPECT_EQ(4, after.st_size);
	EXPECT_EQ(4, pread(number, text, sizeof(text), 0));
	EXPECT_STREQ("mine", text);
	ASSERT_EQ(1, preload_descriptors(&fd));
	EXPECT_NE(number, fd);
}

TEST_F(descriptor, may_be_replaced_by_another_device)
{
	const char *const devices[] = { "/dev/null", "/dev/zero" };
	unsigned int i;
	int number, fd;

	for (i = 0; i < ARRAY_SIZE(devices); i++) {
		fd = open(devices[i], O_RDWR | O_SYNC);
		ASSERT_LE(0, fd);
		ASSERT_EQ(0, use(self->id));
		for (number = FD_SETSIZE; number > fd; number--)
			if (preload_owns(number))
				break;
		ASSERT_LT(fd, number);
		ASSERT_EQ(number, dup2(fd, number));
		EXPECT_EQ(0, use(self->id));
		EXPECT_EQ(0, close(number));
		close(fd);
	}
}

/* The same device, but what can be done through it is less. */
TEST_F(descriptor, may_be_replaced_by_one_of_the_programs_own)
{
	const int accesses[] = { O_RDONLY, O_WRONLY, O_RDWR };
	unsigned int i;
	int number, fd;

	for (i = 0; i < ARRAY_SIZE(accesses); i++) {
		fd = device_open(accesses[i]);
		ASSERT_LE(0, fd);
		EXPECT_EQ(0, replace_and_use(fd, self->id, &number));
		EXPECT_EQ(accesses[i], fcntl(number, F_GETFL) & O_ACCMODE);
		close(fd);
	}
}

static int execute_self(struct peer *parent, void *data)
{
	int status, fd;
	pid_t child;

	(void)parent;
	if (use(*(int *)data) || preload_descriptors(&fd) != 1)
		return -EBADF;
	setenv(EXECUTED, "1", 1);
	child = vfork();
	if (!child) {
		execl("/proc/self/exe", "preload_descriptor_test", NULL);
		_exit(127);
	}
	if (waitpid(child, &status, 0) != child || !WIFEXITED(status))
		return -ECHILD;
	return WEXITSTATUS(status);
}

TEST_F(descriptor, is_not_handed_to_what_is_executed)
{
	EXPECT_EQ(0, run_in_child(execute_self, &self->id));
}

static int use_and_close(struct peer *parent, void *data)
{
	int fd, error = use(*(int *)data);

	(void)parent;
	if (error)
		return error;
	if (preload_descriptors(&fd) != 1 || close(fd))
		return -EBADF;
	return use(*(int *)data);
}

TEST_F(descriptor, is_shared_with_what_is_forked)
{
	int fd;

	ASSERT_EQ(0, use(self->id));
	ASSERT_EQ(1, preload_descriptors(&fd));
	EXPECT_EQ(0, run_in_child(use_and_close, &self->id));
	EXPECT_TRUE(preload_owns(fd));
	EXPECT_EQ(0, use(self->id));
}

static int use_as_clone(void *data)
{
	return use(*(int *)data) ? 1 : 0;
}

/*
 * The two have the library's memory in common, but not its descriptors: as a
 * child of vfork(2) before it executes something.
 */
TEST_F(descriptor, can_differ_where_memory_is_shared)
{
	static char stack[65536] __attribute__((aligned(16)));
	int i, fd, status;
	pid_t child;

	for (i = 0; i < 20; i++) {
		child = clone(use_as_clone, stack + sizeof(stack),
			      CLONE_VM | CLONE_VFORK | SIGCHLD, &self->id);
		ASSERT_LT(0, child);
		ASSERT_EQ(child, waitpid(child, &status, 0));
		EXPECT_EQ(0, status);
		EXPECT_EQ(0, use(self->id));
		EXPECT_EQ(1, preload_descriptors(&fd));
		/* Now the child's number can be another one. */
		ASSERT_EQ(fd, dup2(0, fd));
	}
}

static void *close_all(void *stop)
{
	while (!__atomic_load_n((bool *)stop, __ATOMIC_SEQ_CST))
		close_range(3, ~0U, 0);
	return NULL;
}

TEST_F(descriptor, may_be_closed_at_any_time)
{
	const time_t end = time(NULL) + 3;
	unsigned int calls = 0, errors = 0;
	pthread_t threads[2];
	unsigned int i;
	bool stop = false;

	ASSERT_EQ(0, use(self->id));
	for (i = 0; i < ARRAY_SIZE(threads); i++)
		ASSERT_EQ(0,
			  pthread_create(&threads[i], NULL, close_all, &stop));
	for (; time(NULL) < end; calls++)
		if (use(self->id))
			errors++;
	__atomic_store_n(&stop, true, __ATOMIC_SEQ_CST);
	for (i = 0; i < ARRAY_SIZE(threads); i++)
		ASSERT_EQ(0, pthread_join(threads[i], NULL));
	EXPECT_EQ(0, errors)
	TH_LOG("of %u", calls);
}

TEST_HARNESS_MAIN
