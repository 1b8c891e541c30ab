// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "actor.h"
#include "answer.h"
#include "play.h"

static void finish_operation(void)
{
	answer_end();
	board->next++;
}

/* The number is read each time: a child has another than its parent. */
static void play_turn(void)
{
	while (board->next < board->end) {
		const struct operation *operation =
			&board->operations[board->next];

		const play_function play = play_of(operation->kind);

		answer_begin(board->next);
		play(operation->arguments);
		finish_operation();
	}
	send(ACTOR_SOCKET(play_process), "", 1, MSG_NOSIGNAL);
}

void actor_run(unsigned int process)
{
	char byte;

	play_process = process;
	while (recv(ACTOR_SOCKET(play_process), &byte, 1, 0) == 1)
		play_turn();
	_exit(EXIT_FAILURE);
}

void actor_execute(void)
{
	char process[] = "0", side[] = "0";

	process[0] += play_process;
	side[0] += calls_side;
	execl("/proc/self/exe", "differential", ACTOR_ARGUMENT, process, side,
	      NULL);
}

void actor_resume(char *words[])
{
	play_process = words[0][0] - '0';
	/* As in the process that it was, whose user may have changed. */
	prctl(PR_SET_DUMPABLE, 1);
	board_open(ACTOR_BOARD);
	calls_choose(words[1][0] - '0');
	answer_expect();
	answer_result(true);
	finish_operation();
	play_turn();
	actor_run(play_process);
}

void actor_leave(void)
{
	finish_operation();
	_exit(EXIT_SUCCESS);
}
