// SPDX-License-Identifier: GPL-2.0
/*
 * The System V preload library where the device cannot be used: what it says,
 * what the calls return, and when the kernel's own System V takes over.
 */

#include "kselftest_harness.h"

#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/sysmacros.h>

#include "device.h"
#include "preload.h"
#include "process.h"

#define KEY ((key_t)0x9e1000b1)
#define USER 65534
#define PREFIX "libshmregion-sysv: cannot open /dev/shmregion: "
#define FAILS \
	"; no System V shared memory (SHMREGION_FALLBACK=1 passes calls on to the kernel's own)\n"
#define LOST "; the program has closed it, and can have no more shared memory\n"
#define PASSES "; using the kernel's own System V shared memory\n"
#define MISSING "No such file or directory (is the module loaded?)"

FIXTURE(absent)
{
	dev_t device;
	/* What is written to standard error. */
	int output;
};

FIXTURE_SETUP(absent)
{
	struct stat stat;

	ASSERT_EQ(0, lstat(DEVICE_PATH, &stat));
	self->device = stat.st_rdev;
	self->output = memfd_create("stderr", MFD_CLOEXEC);
	ASSERT_LE(0, self->output);
	/* In a /dev of our own nobody else is disturbed. */
	ASSERT_EQ(0, unshare(CLONE_NEWNS));
	ASSERT_EQ(0, mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	unsetenv("SHMREGION_FALLBACK");
}

FIXTURE_TEARDOWN(absent)
{
	const int id = kernel_get(KEY, 0, 0);

	if (id >= 0)
		kernel_ctl(id, IPC_RMID, NULL);
}

static int hide_device(void)
{
	return mount("none", "/dev", "tmpfs", 0, "mode=755") ? -errno : 0;
}

static int make_node(mode_t mode, dev_t device)
{
	const int error = hide_device();

	if (error)
		return error;
	/* Whatever the umask. */
	if (mknod(DEVICE_PATH, mode, device) || chmod(DEVICE_PATH, mode & 0777))
		return -errno;
	return 0;
}

/* Makes each of the calls. Returns the errno that all of them fail with, or -1. */
static int all_fail(void)
{
	struct shmid_ds ds;
	int error;

	if (shmget(KEY, 1, IPC_CREAT | 0600) != -1)
		return -1;
	error = errno;
	if (shmat(1, NULL, 0) != (void *)-1 || errno != error)
		return -1;
	if (shmdt(&ds) != -1 || errno != error)
		return -1;
	if (shmctl(1, IPC_STAT, &ds) != -1 || errno != error)
		return -1;
	return error;
}

struct failure {
	/* Where standard error goes to meanwhile. */
	int output;
	int error;
};

static int fail_here_and_in_child(struct peer *parent, void *data)
{
	struct failure *failure = data;
	int child;

	(void)parent;
	close(STDERR_FILENO);
	dup2(failure->output, STDERR_FILENO);
	failure->error = all_fail();
	child = fork();
	if (!child)
		_exit(all_fail());
	waitpid(child, &child, 0);
	if (!WIFEXITED(child) || WEXITSTATUS(child) != failure->error)
		return -1;
	return failure->error;
}

static const char *what_it_said(int output)
{
	static char text[1024];
	ssize_t length = pread(output, text, sizeof(text) - 1, 0);

	text[length < 0 ? 0 : length] = '\0';
	return text;
}

TEST_F(absent, is_said_once)
{
	struct failure failure = { .output = self->output };

	ASSERT_EQ(0, hide_device());
	EXPECT_EQ(ENOSYS, run_in_child(fail_here_and_in_child, &failure));
	EXPECT_STREQ(PREFIX MISSING FAILS, what_it_said(self->output));
}

TEST_F(absent, may_be_a_matter_of_permission)
{
	struct failure failure = { .output = self->output };

	ASSERT_EQ(0, make_node(S_IFCHR | 0600, self->device));
	EXPECT_EQ(EACCES, run_as(USER, USER, fail_here_and_in_child, &failure));
	EXPECT_STREQ(PREFIX "Permission denied" FAILS,
		     what_it_said(self->output));
}

/* As a redirection leaves one behind where the module is not loaded. */
TEST_F(absent, may_be_hidden_by_a_file)
{
	struct failure failure = { .output = self->output };

	ASSERT_EQ(0, make_node(S_IFREG | 0666, 0));
	EXPECT_EQ(ENOSYS, run_in_child(fail_here_and_in_child, &failure));
	EXPECT_STREQ(PREFIX "No such device (is the module loaded?)" FAILS,
		     what_it_said(self->output));
}

TEST_F(absent, may_be_hidden_by_another_device)
{
	struct failure failure = { .output = self->output };

	ASSERT_EQ(0, make_node(S_IFCHR | 0666, makedev(1, 3)));
	EXPECT_EQ(ENOSYS, run_in_child(fail_here_and_in_child, &failure));
	EXPECT_STREQ(PREFIX "No such device (is the module loaded?)" LOST,
		     what_it_said(self->output));
}

TEST_F(absent, may_have_a_node_without_a_module)
{
	struct failure failure = { .output = self->output };

	ASSERT_EQ(0, make_node(S_IFCHR | 0666, makedev(10, 250)));
	EXPECT_EQ(ENOSYS, run_in_child(fail_here_and_in_child, &failure));
	EXPECT_EQ(0,
		  strncmp(PREFIX "No such device", what_it_said(self->output),
			  strlen(PREFIX "No such device")));
}

/* Nobody reads what is said, which kills those who write it carelessly. */
TEST_F(absent, is_survived_without_standard_error)
{
	int ends[2];

	ASSERT_EQ(0, pipe(ends));
	ASSERT_EQ(0, hide_device());
	close(ends[0]);
	struct failure failure = { .output = ends[1] };

	EXPECT_EQ(ENOSYS, run_in_child(fail_here_and_in_child, &failure));
	failure.output = -1;
	EXPECT_EQ(ENOSYS, run_in_child(fail_here_and_in_child, &failure));
}

/* A life of a segment. Returns 0 or a number that says how far it came. */
static int live(int *id)
{
	struct shmid_ds ds;
	int *number;

	*id = shmget(KEY, sizeof(int), IPC_CREAT | IPC_EXCL | 0600);
	if (*id < 0)
		return 1;
	number = shmat(*id, NULL, 0);
	if (number == (void *)-1)
		return 2;
	*number = 5;
	if (shmctl(*id, IPC_STAT, &ds) || ds.shm_nattch != 1 ||
	    ds.shm_segsz != sizeof(int))
		return 3;
	return shmdt(number) ? 4 : 0;
}

static int live_on_the_kernel(struct peer *parent, void *data)
{
	struct shmid_ds ds;
	int id, stage;

	(void)parent;
	dup2(*(int *)data, STDERR_FILENO);
	stage = live(&id);
	if (stage)
		return stage;
	if (kernel_get(KEY, 0, 0) != id || kernel_ctl(id, IPC_STAT, &ds))
		return 5;
	/* The device that turns up meanwhile does not know the id. */
	if (umount("/dev") || access(DEVICE_PATH, R_OK))
		return 6;
	return shmctl(id, IPC_STAT, &ds) || shmctl(id, IPC_RMID, NULL) ? 7 : 0;
}

TEST_F(absent, can_be_made_up_for_by_the_kernel)
{
	ASSERT_EQ(0, hide_device());
	setenv("SHMREGION_FALLBACK", "1", 1);
	EXPECT_EQ(0, run_in_child(live_on_the_kernel, &self->output));
	EXPECT_STREQ(PREFIX MISSING PASSES, what_it_said(self->output));
}

TEST_F(absent, is_made_up_for_only_if_that_is_allowed)
{
	const char *const values[] = { "", "0", "yes", "11", " 1" };
	struct failure failure = { .output = self->output };
	unsigned int i;

	ASSERT_EQ(0, hide_device());
	for (i = 0; i < ARRAY_SIZE(values); i++) {
		setenv("SHMREGION_FALLBACK", values[i], 1);
		EXPECT_EQ(ENOSYS,
			  run_in_child(fail_here_and_in_child, &failure));
	}
	EXPECT_EQ(-1, kernel_get(KEY, 0, 0));
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

TEST_F(absent, is_not_made_up_for_where_it_is_not)
{
	setenv("SHMREGION_FALLBACK", "1", 1);
	EXPECT_EQ(0, run_in_child(live_on_the_device, NULL));
}

static int live_after_shortage(struct peer *parent, void *data)
{
	struct rlimit limit = { .rlim_cur = 32, .rlim_max = 32 };
	int fd, last = -1;

	(void)parent;
	(void)data;
	if (setrlimit(RLIMIT_NOFILE, &limit))
		return -errno;
	while ((fd = dup(0)) >= 0)
		last = fd;
	if (all_fail() != EMFILE)
		return 9;
	close(last);
	return live_on_the_device(parent, NULL);
}

/* Too few descriptors at one time must not move the program elsewhere. */
TEST_F(absent, is_something_else_than_a_shortage)
{
	setenv("SHMREGION_FALLBACK", "1", 1);
	EXPECT_EQ(0, run_in_child(live_after_shortage, NULL));
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

/* The kernel does not know the ids that the program has by then. */
TEST_F(absent, is_not_made_up_for_if_it_was_not_at_first)
{
	struct failure failure = { .output = self->output };

	setenv("SHMREGION_FALLBACK", "1", 1);
	EXPECT_EQ(ENOSYS, run_in_child(lose_device, &failure));
	EXPECT_STREQ(PREFIX MISSING LOST, what_it_said(self->output));
}

static int change_root(struct peer *parent, void *data)
{
	int id, stage;

	(void)parent;
	(void)data;
	if (preload_call() != ENOENT)
		return -1;
	if (chroot("/proc/self/fdinfo") || !access(DEVICE_PATH, F_OK))
		return -2;
	stage = live(&id);
	return stage ? stage : shmctl(id, IPC_RMID, NULL);
}

TEST_F(absent, is_no_trouble_once_it_was_opened)
{
	EXPECT_EQ(0, run_in_child(change_root, NULL));
}

TEST_HARNESS_MAIN
