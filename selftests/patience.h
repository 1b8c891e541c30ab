/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How many times as long as usual things may take. A kernel that watches itself
 * is slow; selftests/run knows it, and says so in the environment.
 */

#ifndef SELFTESTS_PATIENCE_H
#define SELFTESTS_PATIENCE_H

#include <stdlib.h>

static inline unsigned int patience(void)
{
	const char *text = getenv("SHMREGION_PATIENCE");
	const int factor = text ? atoi(text) : 1;

	return factor > 0 ? factor : 1;
}

#endif /* SELFTESTS_PATIENCE_H */
