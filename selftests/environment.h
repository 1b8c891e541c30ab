/* SPDX-License-Identifier: GPL-2.0 */
/* What the environment of a test asks of it. */

#ifndef SELFTESTS_ENVIRONMENT_H
#define SELFTESTS_ENVIRONMENT_H

#include <stdlib.h>
#include <time.h>

/* The variable's number if it has one from 1 on. */
static inline unsigned int number_from(const char *variable,
				       unsigned int otherwise)
{
	const char *text = getenv(variable);
	const int number = text ? atoi(text) : 0;

	return number > 0 ? (unsigned int)number : otherwise;
}

/* Another one each time, unless one is to come again. */
static inline unsigned int seed_from_environment(void)
{
	return number_from("SHMREGION_SEED", time(NULL));
}

#endif /* SELFTESTS_ENVIRONMENT_H */
