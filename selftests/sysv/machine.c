// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "../setting.h"
#include "answer.h"
#include "board.h"
#include "calls.h"
#include "machine.h"

/* More than the time between two operations can be. */
#define SECONDS_LATER 10

/*
 * The settings of System V, and the parameters of the module that do the same
 * for regions, in units of their own; those for one user must not be hit first.
 */
static const struct {
	const char *sysctl, *parameters[2];
	unsigned int unit;
} settings[SETTINGS] = {
	[SETTING_SHMMAX] = { "/proc/sys/kernel/shmmax",
			     { PARAMETER("max_region_bytes") },
			     1 },
	[SETTING_SHMALL] = { "/proc/sys/kernel/shmall",
			     { PARAMETER("max_bytes"),
			       PARAMETER("max_user_bytes") },
			     4096 },
	[SETTING_SHMMNI] = { "/proc/sys/kernel/shmmni",
			     { PARAMETER("max_regions"),
			       PARAMETER("max_user_regions") },
			     1 },
	[SETTING_RMID_FORCED] = { .sysctl =
					  "/proc/sys/kernel/shm_rmid_forced" },
	[SETTING_OVERCOMMIT] = { .sysctl = "/proc/sys/vm/overcommit_memory" },
	[SETTING_HUGE_PAGES] = { .sysctl = "/proc/sys/vm/nr_hugepages" },
	[SETTING_FILES] = { .sysctl = "/proc/sys/fs/file-max" },
};

static void begin_epoch(time_t now)
{
	if (board->epoch_count == BOARD_EPOCHS)
		abort();
	board->epochs[board->epoch_count++] = now;
}

void machine_begin(void)
{
	struct timespec now;

	/* As coarse as the times of segments. */
	clock_gettime(CLOCK_REALTIME_COARSE, &now);
	begin_epoch(now.tv_sec);
}

/*
 * Nobody has to wait to see whether a time was changed by an operation or by one
 * before it.
 */
static void put_clock_forward(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	now.tv_sec += SECONDS_LATER;
	now.tv_nsec = 0;
	answer_expect();
	answer_result(!clock_settime(CLOCK_REALTIME, &now));
	begin_epoch(now.tv_sec);
}

static int set_parameters(unsigned int setting, uint64_t value)
{
	const char *const *parameters = settings[setting].parameters;
	unsigned int i;
	int error = 0;

	for (i = 0; i < 2 && parameters[i] && !error; i++)
		error = setting_change_number(parameters[i],
					      value * settings[setting].unit);
	return error;
}

static void change(const struct operation *operation)
{
	const unsigned int setting = operation->arguments[0].value;
	const uint64_t value = operation->arguments[1].value;
	int error;

	if (operation->kind == OPERATION_LIMIT && calls_side == LIBRARY)
		error = set_parameters(setting, value);
	else
		error = setting_change_number(settings[setting].sysctl, value);
	answer_expect();
	if (error)
		errno = -error;
	answer_result(!error);
}

void machine_change(const struct operation *operation)
{
	if (operation->kind == OPERATION_LATER)
		put_clock_forward();
	else
		change(operation);
}

void machine_restore(void)
{
	settings_restore();
}
