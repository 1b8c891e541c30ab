// SPDX-License-Identifier: GPL-2.0
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "board.h"

struct board *board;

int board_create(void)
{
	/* Programs that are executed inherit it. */
	const int fd = memfd_create("board", 0);

	if (fd >= 0 && ftruncate(fd, sizeof(struct board))) {
		close(fd);
		return -1;
	}
	return fd;
}

void board_open(int fd)
{
	void *memory = mmap(NULL, sizeof(struct board), PROT_READ | PROT_WRITE,
			    MAP_SHARED, fd, 0);

	if (memory == MAP_FAILED)
		err(EXIT_FAILURE, "cannot map the board");
	board = memory;
}

void board_clear(void)
{
	memset(board->clean, 0,
	       offsetof(struct board, answers) - offsetof(struct board, clean));
}
