// SPDX-License-Identifier: GPL-2.0
/* The calls but shmctl(). */
#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "answer.h"
#include "calls.h"
#include "play.h"

static void remember_id(int id)
{
	unsigned int i;

	for (i = board->id_count; i > 0; i--)
		if (board->ids[i - 1] == id)
			return;
	if (board->id_count == BOARD_IDS)
		abort();
	board->ids[board->id_count++] = id;
}

void play_get(const struct argument *arguments)
{
	const char variable = arguments[0].variable;
	int id;

	answer_expect();
	id = calls.get(arguments[1].value, arguments[2].value,
		       arguments[3].value);
	answer_result(id >= 0);
	if (id < 0)
		return;
	remember_id(id);
	answer_id("id", id);
	if (variable)
		board->segments[variable - FIRST_SEGMENT] = id + 1;
}

void play_at(const struct argument *arguments)
{
	void *address;

	answer_expect();
	address = calls.at(play_id(&arguments[1]), play_address(&arguments[2]),
			   arguments[3].value);
	answer_result(address != (void *)-1);
	if (address == (void *)-1)
		return;
	answer_field("address", "%#lx", (unsigned long)address);
	play_set_place(&arguments[0], address);
}

void play_dt(const struct argument *arguments)
{
	answer_expect();
	answer_result(!calls.dt(play_address(&arguments[0])));
}

void play_raw(const struct argument *arguments)
{
	struct shmid_ds ds;

	answer_expect();
	answer_result(
		!syscall(SYS_shmctl, play_id(&arguments[0]), IPC_STAT, &ds));
}
