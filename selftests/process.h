/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Running a function in another process, perhaps as another user, and talking
 * to it meanwhile.
 *
 * The function must not use ASSERT_* or EXPECT_*: in the child they would run
 * the teardown of the fixture and report nothing. It returns what the test is
 * to judge, as a rule 0 or -errno.
 */

#ifndef SELFTESTS_PROCESS_H
#define SELFTESTS_PROCESS_H

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* What peer_wait() returns for a child that died of a signal, or said nothing. */
#define PEER_KILLED_BY(signal) (-1000 - (signal))
#define PEER_SILENT (-2000)

/* Both ends know the other one by this. */
struct peer {
	pid_t pid;
	int socket;
};

/* Sends one value, for example an address. Returns 0 or -errno. */
static inline int peer_tell(struct peer *peer, uint64_t value)
{
	ssize_t sent = send(peer->socket, &value, sizeof(value), MSG_NOSIGNAL);

	return sent < 0 ? -errno : 0;
}

/* Waits for one value. Returns 0 or -errno, -EPIPE if the other end is gone. */
static inline int peer_hear(struct peer *peer, uint64_t *value)
{
	ssize_t got = recv(peer->socket, value, sizeof(*value), 0);

	if (got < 0)
		return -errno;
	return got == sizeof(*value) ? 0 : -EPIPE;
}

/* Sends a copy of a descriptor. Returns 0 or -errno. */
static inline int peer_send_fd(struct peer *peer, int fd)
{
	char control[CMSG_SPACE(sizeof(fd))] = { 0 };
	struct iovec data = { .iov_base = "", .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	return sendmsg(peer->socket, &message, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

/* Returns the descriptor that the other end sent, or -errno. */
static inline int peer_receive_fd(struct peer *peer)
{
	char control[CMSG_SPACE(sizeof(int))], byte;
	struct iovec data = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *header;
	int fd;

	if (recvmsg(peer->socket, &message, MSG_CMSG_CLOEXEC) < 0)
		return -errno;
	header = CMSG_FIRSTHDR(&message);
	if (!header || header->cmsg_type != SCM_RIGHTS)
		return -EPIPE;
	memcpy(&fd, CMSG_DATA(header), sizeof(fd));
	return fd;
}

typedef int (*peer_function)(struct peer *parent, void *data);

/* For a child that is there to be born and to die. */
static inline int do_nothing(struct peer *parent, void *data)
{
	(void)parent;
	(void)data;
	return 0;
}

#define NO_CGROUP -1

/* fork(2) into a cgroup: to move there later may take a second on a busy system. */
static inline pid_t fork_into(int cgroup)
{
	struct clone_args args = {
		.flags = CLONE_INTO_CGROUP,
		.exit_signal = SIGCHLD,
		.cgroup = cgroup,
	};

	return cgroup == NO_CGROUP ? fork() :
				     syscall(SYS_clone3, &args, sizeof(args));
}

/* As peer_start(), in the cgroup whose directory @cgroup is. */
static inline int peer_start_in(struct peer *child, peer_function function,
				void *data, int cgroup)
{
	struct peer parent = { .pid = getpid() };
	int ends[2];

	*child = (struct peer){ .socket = -1 };
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return -errno;
	child->pid = fork_into(cgroup);
	if (child->pid < 0) {
		close(ends[0]);
		close(ends[1]);
		return -EAGAIN;
	}
	if (child->pid) {
		close(ends[1]);
		child->socket = ends[0];
		return 0;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	close(ends[0]);
	parent.socket = ends[1];
	peer_tell(&parent, (uint64_t)(int64_t)function(&parent, data));
	_exit(0);
}

/*
 * Starts @function in a child, which ends with it and dies with its parent.
 * Returns 0 or -errno.
 */
static inline int peer_start(struct peer *child, peer_function function,
			     void *data)
{
	return peer_start_in(child, function, data, NO_CGROUP);
}

/*
 * Waits for the child's end. Returns what its function returned, or
 * PEER_KILLED_BY() or PEER_SILENT. What it told and nobody heard is dropped.
 */
static inline int peer_wait(struct peer *child)
{
	uint64_t value = (uint64_t)PEER_SILENT;
	int status;

	/* One that waits for a word of ours must not wait for ever. */
	shutdown(child->socket, SHUT_WR);
	while (!peer_hear(child, &value))
		continue;
	close(child->socket);
	if (waitpid(child->pid, &status, 0) != child->pid)
		return PEER_SILENT;
	if (WIFSIGNALED(status))
		return PEER_KILLED_BY(WTERMSIG(status));
	return WIFEXITED(status) && !WEXITSTATUS(status) ? (int)value :
							   PEER_SILENT;
}

/* Ends the child wherever it is and waits for it. */
static inline void peer_kill(struct peer *child)
{
	kill(child->pid, SIGKILL);
	close(child->socket);
	waitpid(child->pid, NULL, 0);
}

/* Runs @function in a child to its end. Returns as peer_wait(). */
static inline int run_in_child(peer_function function, void *data)
{
	struct peer child;
	int error = peer_start(&child, function, data);

	return error ? error : peer_wait(&child);
}

/*
 * Makes this process an ordinary user without other groups; its capabilities
 * go with the user id. Returns 0 or -errno.
 */
static inline int become_user(uid_t uid, gid_t gid)
{
	if (setgroups(0, NULL) || setresgid(gid, gid, gid) ||
	    setresuid(uid, uid, uid))
		return -errno;
	/* A process that changed its user hides its /proc/self from itself. */
	return prctl(PR_SET_DUMPABLE, 1) ? -errno : 0;
}

/* Leaves this process its user id and only the capabilities in @mask. */
static inline int limit_capabilities(uint64_t mask)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct data[2] = {
		{ .effective = mask, .permitted = mask },
		{ .effective = mask >> 32, .permitted = mask >> 32 },
	};

	return syscall(SYS_capset, &header, data) ? -errno : 0;
}

struct run_as {
	uid_t uid;
	gid_t gid;
	peer_function function;
	void *data;
};

static inline int run_as_in_child(struct peer *parent, void *data)
{
	struct run_as *as = data;
	int error = become_user(as->uid, as->gid);

	return error ? error : as->function(parent, as->data);
}

/* Runs @function in a child as another user to its end. Returns as peer_wait(). */
static inline int run_as(uid_t uid, gid_t gid, peer_function function,
			 void *data)
{
	struct run_as as = {
		.uid = uid, .gid = gid, .function = function, .data = data
	};

	return run_in_child(run_as_in_child, &as);
}

#endif /* SELFTESTS_PROCESS_H */
