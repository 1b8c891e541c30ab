// SPDX-License-Identifier: LGPL-2.1-or-later
#include <time.h>

#include "game.h"

/* Long enough for the other player to be started on a busy machine. */
#define TURN_TIMEOUT_S 20

void game_prepare(struct layout *region)
{
	pthread_mutexattr_t mutex;
	pthread_condattr_t turned;

	pthread_mutexattr_init(&mutex);
	pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_SHARED);
	pthread_mutex_init(&region->mutex, &mutex);
	pthread_mutexattr_destroy(&mutex);

	pthread_condattr_init(&turned);
	pthread_condattr_setpshared(&turned, PTHREAD_PROCESS_SHARED);
	pthread_condattr_setclock(&turned, CLOCK_MONOTONIC);
	pthread_cond_init(&region->turned, &turned);
	pthread_condattr_destroy(&turned);

	region->turns = 0;
}

static const char *take_turn(struct layout *region, uint64_t turn)
{
	struct timespec deadline;

	clock_gettime(CLOCK_MONOTONIC, &deadline);
	deadline.tv_sec += TURN_TIMEOUT_S;
	while (region->turns < turn)
		if (pthread_cond_timedwait(&region->turned, &region->mutex,
					   &deadline))
			return "the other player did not take its turn";
	if (region->turns != turn)
		return "the other player took a turn that was not its own";
	region->turns++;
	pthread_cond_signal(&region->turned);
	return NULL;
}

const char *game_play(struct layout *region, bool second, unsigned int rounds)
{
	const char *problem = NULL;
	unsigned int i;

	if (pthread_mutex_lock(&region->mutex))
		return "the mutex cannot be locked";
	for (i = 0; i < rounds && !problem; i++)
		problem = take_turn(region, 2 * i + second);
	pthread_mutex_unlock(&region->mutex);
	return problem;
}
