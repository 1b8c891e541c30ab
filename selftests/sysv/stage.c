// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "actor.h"
#include "answer.h"
#include "machine.h"
#include "play.h"
#include "stage.h"

/* Our ends of the sockets, and what tells of the ends of processes. */
static int sockets[PROCESSES], pidfds[PROCESSES];

static void make_sockets(void)
{
	unsigned int i;
	int ends[2];

	for (i = 0; i < PROCESSES; i++) {
		pidfds[i] = -1;
		if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
			       ends) ||
		    dup2(ends[1], ACTOR_SOCKET(i)) < 0)
			abort();
		close(ends[1]);
		sockets[i] = ends[0];
	}
}

static void start_first(void)
{
	const pid_t pid = fork();

	if (!pid)
		actor_run(0);
	if (pid < 0)
		abort();
	board->pids[0] = pid;
}

/* Which processes have begun since it was last looked. */
static void watch_processes(void)
{
	unsigned int i;

	for (i = 0; i < PROCESSES; i++)
		if (board->pids[i] && pidfds[i] < 0)
			pidfds[i] = syscall(SYS_pidfd_open, board->pids[i], 0);
}

/* Waits until the process has left everything. Returns its status. */
static int bury(unsigned int process)
{
	int status;

	waitpid(board->pids[process], &status, 0);
	close(pidfds[process]);
	pidfds[process] = -1;
	board->pids[process] = 0;
	return status;
}

/* An end that was not the operation's purpose is part of the answer. */
static void answer_death(int status)
{
	if (WIFEXITED(status) && !WEXITSTATUS(status) && !board->line_is_open)
		return;
	if (!board->line_is_open)
		answer_begin(board->next);
	if (WIFSIGNALED(status))
		answer_field("died", "%s", sigabbrev_np(WTERMSIG(status)));
	else
		answer_field("died", "%d", WEXITSTATUS(status));
	answer_end();
	board->next++;
}

static void give_turn(unsigned int process, uint32_t end)
{
	struct pollfd polls[] = {
		{ .fd = sockets[process], .events = POLLIN },
		{ .fd = pidfds[process], .events = POLLIN },
	};
	char byte;

	board->end = end;
	send(sockets[process], "", 1, MSG_NOSIGNAL);
	while (poll(polls, 2, -1) < 0)
		continue;
	if (polls[0].revents & POLLIN)
		recv(sockets[process], &byte, 1, 0);
	else
		answer_death(bury(process));
	watch_processes();
}

static void kill_process(unsigned int process)
{
	kill(board->pids[process], SIGKILL);
	bury(process);
	answer_field("result", "ok");
}

/* Operations that no process can carry out for itself. */
static void play_ourselves(const struct operation *operation)
{
	answer_begin(board->next);
	if (!board->pids[operation->process])
		answer_field("result", "dead");
	else if (operation->kind == OPERATION_KILL)
		kill_process(operation->process);
	else
		machine_change(operation);
	answer_end();
	board->next++;
}

/* As many as one process can play without us. */
static uint32_t end_of_turn(uint32_t first)
{
	const struct operation *operations = board->operations;
	uint32_t end = first;

	do {
		/* Then there is another process to watch. */
		if (operations[end].kind == OPERATION_FORK)
			return end + 1;
		end++;
	} while (end < board->count && play_of(operations[end].kind) &&
		 operations[end].process == operations[first].process);
	return end;
}

/* What is charged to users must not be found by the next sequence. */
static void clean_up(void)
{
	struct shm_info use;
	unsigned int i;

	for (i = 0; i < PROCESSES; i++) {
		if (!board->pids[i])
			continue;
		kill(board->pids[i], SIGKILL);
		bury(i);
	}
	for (i = 0; i < board->id_count; i++)
		calls.ctl(board->ids[i], IPC_RMID, NULL);
	answer_begin(board->count);
	answer_expect();
	answer_result(calls.ctl(0, SHM_INFO, (struct shmid_ds *)&use) >= 0);
	answer_field("left", "%d", use.used_ids);
	answer_end();
}

static void play_all(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	make_sockets();
	machine_begin();
	start_first();
	watch_processes();
	while (board->next < board->count) {
		const struct operation *operation =
			&board->operations[board->next];

		if (board->pids[operation->process] && play_of(operation->kind))
			give_turn(operation->process, end_of_turn(board->next));
		else
			play_ourselves(operation);
	}
	machine_restore();
	clean_up();
}

int stage_play(void)
{
	int status = 0;
	pid_t pid;

	pid = syscall(SYS_clone,
		      CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWPID | SIGCHLD, 0,
		      0, 0, 0);
	if (pid < 0)
		return -1;
	if (!pid) {
		play_all();
		_exit(EXIT_SUCCESS);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	return status;
}
