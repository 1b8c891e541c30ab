// SPDX-License-Identifier: GPL-2.0
/*
 * Each allocation of a new namespace failing, one at a time: it is there and the
 * device works in it, or it is not. Nothing is left of what was begun.
 */

#include "../harness.h"

#include <sched.h>

#include "../aftermath.h"
#include "../process.h"
#include "fail_nth.h"

FIXTURE(failing_namespace)
{
	struct aftermath aftermath;
};

FIXTURE_SETUP(failing_namespace)
{
	ASSERT_EQ(0, fail_nth_prepare());
	ASSERT_TRUE(aftermath_begin(&self->aftermath));
}

FIXTURE_TEARDOWN(failing_namespace)
{
	aftermath_end(&self->aftermath);
}

/*
 * A namespace of its own with a region in it. Returns 0 if all went well, a
 * positive number if an allocation failed, and -errno for an error that has
 * another cause.
 */
static int enter_namespace(struct peer *parent, void *data)
{
	const int failure = fail_nth_open();
	int error = 0, fd;
	bool failed;

	(void)parent;
	if (failure < 0)
		return failure;
	fail_nth_start(failure, *(unsigned int *)data);
	if (unshare(CLONE_NEWNET)) {
		/* Others have a part in it, and errnos of their own. */
		error = -errno;
		return fail_nth_stop(failure) ? error : 1;
	}
	fd = device_open(O_RDWR);
	error = fd < 0 ? fd : region_create(fd, 1);
	failed = !fail_nth_stop(failure);
	if (error > 0)
		error = 0;
	return failed && (!error || error == -ENOMEM) ? 1 : error;
}

TEST_F_TIMEOUT(failing_namespace, begins_whole_or_not_at_all, 600)
{
	unsigned int nth = 0;
	int result;

	do {
		nth++;
		result = run_in_child(enter_namespace, &nth);
		EXPECT_LE(0, result)
		TH_LOG("allocation %u", nth);
	} while (result > 0 && nth < POINTS_MAX);
	EXPECT_EQ(0, result);
	EXPECT_LT(1, nth);
	TH_LOG("%u points failed", nth - 1);
	EXPECT_TRUE(aftermath_is_clean(&self->aftermath));
}

TEST_HARNESS_MAIN
