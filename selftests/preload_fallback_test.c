// SPDX-License-Identifier: GPL-2.0
/*
 * The System V preload library where the device cannot be used: when the kernel's
 * own System V takes over.
 */

#include "preload_absent.h"

#include <malloc.h>
#include <sys/resource.h>

#define EXECUTED "PRELOAD_TEST_FUNCTION"

static int live_on_the_kernel(struct peer *parent, void *data)
{
	struct shmid_ds ds;
	int id, stage;

	(void)parent;
	(void)data;
	stage = live(&id);
	if (stage)
		return stage;
	if (kernel_get(KEY, 0, 0) != id || kernel_ctl(id, IPC_STAT, &ds))
		return 5;
	/* The device that turns up meanwhile does not know the id. */
	if (umount(access(DEVICE_PATH, F_OK) ? "/dev" : DEVICE_PATH) ||
	    access(DEVICE_PATH, F_OK))
		return 6;
	return shmctl(id, IPC_STAT, &ds) || shmctl(id, IPC_RMID, NULL) ? 7 : 0;
}

/* What the C library has allocated must be the same after the first call. */
static int allocate_nothing(struct peer *parent, void *data)
{
	const struct mallinfo2 before = mallinfo2();
	const int error = preload_call();
	const struct mallinfo2 after = mallinfo2();

	(void)parent;
	(void)data;
	/* The kernel has no segment of that key. */
	if (error != ENOENT)
		return 1;
	return before.uordblks == after.uordblks &&
			       before.arena == after.arena ?
		       0 :
		       2;
}

static int live_on_the_device(struct peer *parent, void *data)
{
	int id, stage = live(&id);

	(void)parent;
	(void)data;
	if (kernel_get(KEY, 0, 0) != -1)
		return 8;
	return stage ? stage : shmctl(id, IPC_RMID, NULL);
}

static int live_after_shortage(struct peer *parent, void *data)
{
	struct rlimit limit = { .rlim_cur = 32, .rlim_max = 32 };
	int fd, last = -1;

	if (setrlimit(RLIMIT_NOFILE, &limit))
		return -errno;
	while ((fd = dup(0)) >= 0)
		last = fd;
	if (all_fail() != EMFILE)
		return 9;
	close(last);
	return live_on_the_device(parent, data);
}

static int lose_device(struct peer *parent, void *data)
{
	int fd;

	if (preload_call() != ENOENT || preload_descriptors(&fd) != 1)
		return -1;
	if (hide_device() || close(fd))
		return -1;
	return fail_here_and_in_child(parent, data);
}

/* What the program does when a test of it executes it. */
static const peer_function functions[] = {
	fail_here_and_in_child, live_on_the_kernel,  allocate_nothing,
	live_on_the_device,	live_after_shortage, lose_device,
};

static void __attribute__((constructor)) be_executed(void)
{
	const char *number = getenv(EXECUTED);

	if (number)
		_exit(functions[atoi(number)](NULL, NULL));
}

struct execution {
	peer_function function;
	/* SHMREGION_FALLBACK, of which only a program that is started hears. */
	const char *fallback;
	int output;
};

static int execute(struct peer *parent, void *data)
{
	const struct execution *execution = data;
	char text[16];
	int number = 0;

	(void)parent;
	while (functions[number] != execution->function)
		number++;
	snprintf(text, sizeof(text), "%d", number);
	setenv(EXECUTED, text, 1);
	setenv("SHMREGION_FALLBACK", execution->fallback, 1);
	say_to(execution->output);
	execl("/proc/self/exe", "preload_fallback_test", NULL);
	return 127;
}

static int execute_and_wait(struct peer *parent, void *data)
{
	int status;
	pid_t child = fork();

	if (!child)
		_exit(execute(parent, data));
	if (waitpid(child, &status, 0) != child || !WIFEXITED(status))
		return -ECHILD;
	return WEXITSTATUS(status);
}

/* Runs @function in a program that was started so. Returns as peer_wait(). */
static int run_with_fallback(const char *value, peer_function function,
			     int output)
{
	struct execution execution = {
		.function = function,
		.fallback = value,
		.output = output,
	};

	return run_in_child(execute_and_wait, &execution);
}

TEST_F(absent, can_be_made_up_for_by_the_kernel)
{
	ASSERT_EQ(0, hide_device());
	EXPECT_EQ(0, run_with_fallback("1", live_on_the_kernel, self->output));
	EXPECT_STREQ(PREFIX MISSING PASSES, what_it_said(self->output));
}

TEST_F(absent, can_be_made_up_for_by_the_kernel_if_hidden)
{
	ASSERT_EQ(0, hide_device_by("/dev/null"));
	EXPECT_EQ(0, run_with_fallback("1", live_on_the_kernel, self->output));
	EXPECT_STREQ(PREFIX NO_DEVICE PASSES, what_it_said(self->output));
}

/* The first call may be one of a signal handler. */
TEST_F(absent, can_be_made_up_for_without_memory)
{
	ASSERT_EQ(0, hide_device());
	EXPECT_EQ(0, run_with_fallback("1", allocate_nothing, self->output));
}

TEST_F(absent, is_made_up_for_only_if_that_is_allowed)
{
	const char *const values[] = { "", "0", "yes", "11", " 1" };
	unsigned int i;

	ASSERT_EQ(0, hide_device());
	for (i = 0; i < ARRAY_SIZE(values); i++)
		EXPECT_EQ(ENOSYS,
			  run_with_fallback(values[i], fail_here_and_in_child,
					    self->output));
	/* Too late for this program. */
	setenv("SHMREGION_FALLBACK", "1", 1);
	EXPECT_EQ(ENOSYS, run_in_child(fail_here_and_in_child, &self->output));
	EXPECT_EQ(-1, kernel_get(KEY, 0, 0));
}

TEST_F(absent, is_not_made_up_for_where_it_is_not)
{
	EXPECT_EQ(0, run_with_fallback("1", live_on_the_device, self->output));
}

/* Too few descriptors at one time must not move the program elsewhere. */
TEST_F(absent, is_something_else_than_a_shortage)
{
	EXPECT_EQ(0, run_with_fallback("1", live_after_shortage, self->output));
}

/* The kernel does not know the ids that the program has by then. */
TEST_F(absent, is_not_made_up_for_if_it_was_not_at_first)
{
	EXPECT_EQ(ENOSYS, run_with_fallback("1", lose_device, self->output));
	EXPECT_STREQ(PREFIX MISSING LOST, what_it_said(self->output));
}

TEST_HARNESS_MAIN
