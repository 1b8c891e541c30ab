/* SPDX-License-Identifier: GPL-2.0 */
/* What the environment of a test asks of it. */

#ifndef SELFTESTS_ENVIRONMENT_H
#define SELFTESTS_ENVIRONMENT_H

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* The variable's number, from 1 on; @otherwise if it is not set. */
static inline unsigned int number_from(const char *variable,
				       unsigned int otherwise)
{
	const char *text = getenv(variable);
	unsigned long number;
	char *end;

	if (!text || !*text)
		return otherwise;
	errno = 0;
	number = strtoul(text, &end, 10);
	if (errno || *end || *text < '0' || *text > '9' || !number ||
	    number > UINT_MAX) {
		printf("Bail out! %s: '%s' is not a number from 1 to %u\n",
		       variable, text, UINT_MAX);
		exit(1);
	}
	return number;
}

/* Another one each time, unless one is to come again. */
static inline unsigned int seed_from_environment(void)
{
	return number_from("SHMREGION_SEED", time(NULL));
}

#endif /* SELFTESTS_ENVIRONMENT_H */
