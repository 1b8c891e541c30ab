// SPDX-License-Identifier: GPL-2.0
/* What processes do to themselves. */
#include <errno.h>
#include <grp.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "actor.h"
#include "answer.h"
#include "play.h"

/* All processes are children of the stage, which waits for their ends. */
static pid_t fork_sibling(void)
{
	return syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
}

void play_fork(const struct argument *arguments)
{
	const unsigned int process = arguments[0].value;
	pid_t pid;

	if (process >= PROCESSES || board->pids[process]) {
		answer_field("result", "busy");
		return;
	}
	answer_expect();
	pid = fork_sibling();
	if (!pid)
		actor_run(process);
	answer_result(pid > 0);
	if (pid > 0)
		board->pids[process] = pid;
}

/* It is the program that is executed that tells of success. */
void play_exec(const struct argument *arguments)
{
	(void)arguments;
	answer_expect();
	actor_execute();
	answer_result(false);
}

void play_exit(const struct argument *arguments)
{
	(void)arguments;
	answer_field("result", "ok");
	actor_leave();
}

static bool change_user(uid_t user, gid_t group, gid_t other)
{
	/* The saved id allows to become another again, until exec. */
	return !setresuid(-1, 0, -1) && !setgroups(1, &other) &&
	       !setresgid(group, group, 0) && !setresuid(user, user, 0);
}

void play_become(const struct argument *arguments)
{
	answer_expect();
	answer_result(change_user(arguments[0].value, arguments[1].value,
				  arguments[2].value));
	/* A process that changed its user hides its /proc/self from itself. */
	prctl(PR_SET_DUMPABLE, 1);
}

void play_rlimit(const struct argument *arguments)
{
	const int resource = arguments[0].value;
	struct rlimit limit;

	answer_expect();
	if (!getrlimit(resource, &limit)) {
		limit.rlim_cur = arguments[1].value;
		if (limit.rlim_cur > limit.rlim_max)
			limit.rlim_cur = limit.rlim_max;
		answer_expect();
	}
	answer_result(!setrlimit(resource, &limit));
}

/* As daemons do, with all that is not the test's own. */
void play_close(const struct argument *arguments)
{
	(void)arguments;
	answer_expect();
	answer_result(!close_range(STDERR_FILENO + 1, ACTOR_BOARD - 1, 0) &&
		      !close_range(ACTOR_SOCKET(PROCESSES), ~0U, 0));
}

void play_unshare(const struct argument *arguments)
{
	answer_expect();
	answer_result(!unshare(arguments[0].value));
}
