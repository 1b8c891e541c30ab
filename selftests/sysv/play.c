// SPDX-License-Identifier: GPL-2.0
#include "play.h"

unsigned int play_process;

static const play_function functions[OPERATION_KINDS] = {
	[OPERATION_GET] = play_get,
	[OPERATION_AT] = play_at,
	[OPERATION_DT] = play_dt,
	[OPERATION_CTL] = play_ctl,
	[OPERATION_SET] = play_set,
	[OPERATION_INDEX] = play_index,
	[OPERATION_LIST] = play_list,
	[OPERATION_CONTENTS] = play_contents,
	[OPERATION_RAW] = play_raw,
	[OPERATION_PROC] = play_proc,
	[OPERATION_READ] = play_read,
	[OPERATION_WRITE] = play_write,
	[OPERATION_MAPS] = play_maps,
	[OPERATION_MUNMAP] = play_munmap,
	[OPERATION_MPROTECT] = play_mprotect,
	[OPERATION_MMAP] = play_mmap,
	[OPERATION_MREMAP] = play_mremap,
	[OPERATION_REMAP] = play_remap,
	[OPERATION_MADVISE] = play_madvise,
	[OPERATION_MSYNC] = play_msync,
	[OPERATION_MLOCK] = play_mlock,
	[OPERATION_MUNLOCK] = play_munlock,
	[OPERATION_MLOCKALL] = play_mlockall,
	[OPERATION_FORK] = play_fork,
	[OPERATION_EXEC] = play_exec,
	[OPERATION_EXIT] = play_exit,
	[OPERATION_BECOME] = play_become,
	[OPERATION_RLIMIT] = play_rlimit,
	[OPERATION_CLOSE] = play_close,
	[OPERATION_UNSHARE] = play_unshare,
};

play_function play_of(enum operation_kind kind)
{
	return functions[kind];
}

int play_id(const struct argument *argument)
{
	if (!argument->variable)
		return argument->value;
	return board->segments[argument->variable - FIRST_SEGMENT] - 1;
}

void *play_address(const struct argument *argument)
{
	unsigned long base = 0;

	if (argument->variable)
		base = board->places[argument->variable - FIRST_PLACE];
	return (void *)(base + argument->value);
}

void play_set_place(const struct argument *argument, const void *address)
{
	board->places[argument->variable - FIRST_PLACE] =
		(unsigned long)address;
}
