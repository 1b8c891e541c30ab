// SPDX-License-Identifier: GPL-2.0
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "wall_clock.h"

static struct timespec wall_then, monotonic_then;
static pid_t keeper;

static void restore(void)
{
	struct timespec now;

	/* Children that were forked end by exit(3) as well. */
	if (getpid() != keeper)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	now.tv_sec += wall_then.tv_sec - monotonic_then.tv_sec;
	now.tv_nsec += wall_then.tv_nsec - monotonic_then.tv_nsec;
	if (now.tv_nsec < 0) {
		now.tv_nsec += 1000000000;
		now.tv_sec--;
	} else if (now.tv_nsec >= 1000000000) {
		now.tv_nsec -= 1000000000;
		now.tv_sec++;
	}
	clock_settime(CLOCK_REALTIME, &now);
}

static void restore_and_die(int number)
{
	restore();
	signal(number, SIG_DFL);
	raise(number);
}

void wall_clock_keep(void)
{
	keeper = getpid();
	clock_gettime(CLOCK_MONOTONIC, &monotonic_then);
	clock_gettime(CLOCK_REALTIME, &wall_then);
	atexit(restore);
	signal(SIGINT, restore_and_die);
	signal(SIGTERM, restore_and_die);
}
