/* SPDX-License-Identifier: GPL-2.0 */
/* kselftest's harness, with time limits that are as long as test_length() says. */

#ifndef SELFTESTS_HARNESS_H
#define SELFTESTS_HARNESS_H

#include "kselftest_harness.h"

#include "patience.h"

static inline int run_at_length(int argc, char **argv)
{
	struct __fixture_metadata *fixture;
	struct __test_metadata *test;

	for (fixture = __fixture_list; fixture; fixture = fixture->next)
		for (test = fixture->tests; test; test = test->next)
			test->timeout *= test_length();
	return test_harness_run(argc, argv);
}

/* What TEST_HARNESS_MAIN calls. */
#define test_harness_run run_at_length

#endif /* SELFTESTS_HARNESS_H */
