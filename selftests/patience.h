/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How many times as long as usual things may take, which the environment says:
 * what a test waits for, because a kernel that watches itself is slow, as
 * selftests/run knows; and a whole test, because it is given more to do.
 */

#ifndef SELFTESTS_PATIENCE_H
#define SELFTESTS_PATIENCE_H

#include "environment.h"

static inline unsigned int patience(void)
{
	return number_from("SHMREGION_PATIENCE", 1);
}

static inline unsigned int test_length(void)
{
	return number_from("SHMREGION_LENGTH", patience());
}

#endif /* SELFTESTS_PATIENCE_H */
