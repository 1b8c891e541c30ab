// SPDX-License-Identifier: GPL-2.0
/*
 * The System V preload library where the device cannot be used: what it says,
 * and what the calls return.
 */

#include "preload_absent.h"

#include <sys/sysmacros.h>

#define USER 65534

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

TEST_F(absent, is_said_once)
{
	ASSERT_EQ(0, hide_device());
	EXPECT_EQ(ENOSYS, run_in_child(fail_here_and_in_child, &self->output));
	EXPECT_STREQ(PREFIX MISSING FAILS, what_it_said(self->output));
}

TEST_F(absent, may_be_a_matter_of_permission)
{
	ASSERT_EQ(0, make_node(S_IFCHR | 0600, self->device));
	EXPECT_EQ(EACCES,
		  run_as(USER, USER, fail_here_and_in_child, &self->output));
	EXPECT_STREQ(PREFIX "Permission denied" FAILS,
		     what_it_said(self->output));
}

/* As a redirection leaves one behind where the module is not loaded. */
TEST_F(absent, may_be_hidden_by_a_file)
{
	ASSERT_EQ(0, make_node(S_IFREG | 0666, 0));
	EXPECT_EQ(ENOSYS, run_in_child(fail_here_and_in_child, &self->output));
	EXPECT_STREQ(PREFIX NO_DEVICE FAILS, what_it_said(self->output));
}

TEST_F(absent, may_be_hidden_by_another_device)
{
	ASSERT_EQ(0, hide_device_by("/dev/null"));
	EXPECT_EQ(ENOSYS, run_in_child(fail_here_and_in_child, &self->output));
	EXPECT_STREQ(PREFIX NO_DEVICE FAILS, what_it_said(self->output));
}

TEST_F(absent, may_have_a_node_without_a_module)
{
	ASSERT_EQ(0, make_node(S_IFCHR | 0666, makedev(10, 250)));
	EXPECT_EQ(ENOSYS, run_in_child(fail_here_and_in_child, &self->output));
	EXPECT_EQ(0,
		  strncmp(PREFIX "No such device", what_it_said(self->output),
			  strlen(PREFIX "No such device")));
}

/* Nobody reads what is said, which kills those who write it carelessly. */
TEST_F(absent, is_survived_without_standard_error)
{
	int ends[2], none = -1;

	ASSERT_EQ(0, hide_device());
	ASSERT_EQ(0, pipe(ends));
	close(ends[0]);
	EXPECT_EQ(ENOSYS, run_in_child(fail_here_and_in_child, &ends[1]));
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
	close(ends[0]);
	EXPECT_EQ(ENOSYS, run_in_child(fail_here_and_in_child, &ends[1]));
	EXPECT_EQ(ENOSYS, run_in_child(fail_here_and_in_child, &none));
}

/* Writes as much as there is room for. Returns 0 or -errno. */
static int fill(int fd)
{
	const int flags = fcntl(fd, F_GETFL);
	static const char nothing[4096];

	if (fcntl(fd, F_SETFL, flags | O_NONBLOCK))
		return -errno;
	while (write(fd, nothing, sizeof(nothing)) > 0)
		continue;
	while (write(fd, nothing, 1) > 0)
		continue;
	if (errno != EAGAIN)
		return -errno;
	return fcntl(fd, F_SETFL, flags) ? -errno : 0;
}

TEST_F(absent, does_not_wait_for_a_reader)
{
	int ends[2];

	ASSERT_EQ(0, hide_device());
	ASSERT_EQ(0, pipe(ends));
	ASSERT_EQ(0, fill(ends[1]));
	EXPECT_EQ(ENOSYS, run_in_child(fail_here_and_in_child, &ends[1]));
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
	ASSERT_EQ(0, fill(ends[1]));
	EXPECT_EQ(ENOSYS, run_in_child(fail_here_and_in_child, &ends[1]));
}

static const char *read_last_words(int ends[2])
{
	static char text[1024];
	ssize_t length;

	close(ends[1]);
	length = read(ends[0], text, sizeof(text) - 1);
	text[length < 0 ? 0 : length] = '\0';
	return text;
}

TEST_F(absent, is_said_in_pipes_and_sockets)
{
	int ends[2];

	ASSERT_EQ(0, hide_device());
	ASSERT_EQ(0, pipe(ends));
	EXPECT_EQ(ENOSYS, run_in_child(fail_here_and_in_child, &ends[1]));
	EXPECT_STREQ(PREFIX MISSING FAILS, read_last_words(ends));
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
	EXPECT_EQ(ENOSYS, run_in_child(fail_here_and_in_child, &ends[1]));
	EXPECT_STREQ(PREFIX MISSING FAILS, read_last_words(ends));
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
