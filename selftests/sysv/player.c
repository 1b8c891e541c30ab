// SPDX-License-Identifier: GPL-2.0
#include <err.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "actor.h"
#include "player.h"
#include "stage.h"

/* Where the player finds its end of the socket to us. */
#define PLAYER_SOCKET (ACTOR_BOARD - 1)

/* No sequence takes that long. */
#define MILLISECONDS 60000

/* In the child. Both sides have the same layout of memory, every time. */
static void become_player(enum side side, const char *libraries, int board_fd,
			  int socket)
{
	char number[] = "0";

	number[0] += side;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (dup2(board_fd, ACTOR_BOARD) < 0 ||
	    dup2(socket, PLAYER_SOCKET) < 0 ||
	    personality(ADDR_NO_RANDOMIZE) < 0 ||
	    setenv("LD_PRELOAD", libraries, 1))
		err(EXIT_FAILURE, "cannot start a player");
	execl("/proc/self/exe", "differential", PLAYER_ARGUMENT, number, NULL);
	err(EXIT_FAILURE, "cannot execute myself");
}

void player_start(struct player *player, enum side side, const char *libraries)
{
	const int board_fd = board_create();
	int ends[2];

	if (board_fd < 0 ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		err(EXIT_FAILURE, "cannot start a player");
	*player = (struct player){
		.side = side,
		.socket = ends[0],
		.pid = fork(),
	};
	if (player->pid < 0)
		err(EXIT_FAILURE, "cannot start a player");
	if (!player->pid)
		become_player(side, libraries, board_fd, ends[1]);
	board_open(board_fd);
	player->board = board;
	close(board_fd);
	close(ends[1]);
}

/* Whether the player has something to say within the time. */
static bool wait_for(struct player *player)
{
	struct pollfd poll_ = { .fd = player->socket, .events = POLLIN };

	return poll(&poll_, 1, MILLISECONDS) == 1;
}

bool player_play(struct player *player, const struct sequence *sequence)
{
	int status;

	player->board->count = sequence->count;
	memcpy(player->board->operations, sequence->operations,
	       sequence->count * sizeof(*sequence->operations));
	send(player->socket, "", 1, MSG_NOSIGNAL);
	if (!wait_for(player)) {
		warnx("%s: operation %u does not return",
		      side_names[player->side], player->board->next);
		return false;
	}
	if (recv(player->socket, &status, sizeof(status), 0) !=
		    sizeof(status) ||
	    status) {
		warnx("%s: the play ended at operation %u",
		      side_names[player->side], player->board->next);
		return false;
	}
	return true;
}

void player_stop(struct player *player)
{
	kill(player->pid, SIGKILL);
	waitpid(player->pid, NULL, 0);
	close(player->socket);
	munmap(player->board, sizeof(*player->board));
}

void player_serve(const char *side)
{
	int status;
	char byte;

	board_open(ACTOR_BOARD);
	calls_choose(side[0] - '0');
	while (recv(PLAYER_SOCKET, &byte, 1, 0) == 1) {
		board_clear();
		status = stage_play();
		send(PLAYER_SOCKET, &status, sizeof(status), MSG_NOSIGNAL);
	}
	exit(EXIT_SUCCESS);
}
