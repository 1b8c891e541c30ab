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
	ASSERT_EQ(0, fail_nth_prepare())
	TH_LOG(FAIL_NTH_NEEDS);
	ASSERT_TRUE(aftermath_begin(&self->aftermath));
}

FIXTURE_TEARDOWN(failing_namespace)
{
	aftermath_end(&self->aftermath);
}

/* A region in this namespace. Returns 0 or -errno. */
static int use_namespace(void)
{
	const int fd = device_open(O_RDWR);
	const int id = fd < 0 ? fd : region_create(fd, 1);

	if (fd >= 0)
		close(fd);
	return id < 0 ? id : 0;
}

/*
 * A namespace of its own with a region in it. Returns 0 if all went well, 1 if an
 * allocation failed and the same succeeded afterwards, and -errno otherwise.
 */
static int enter_namespace(struct peer *parent, void *data)
{
	const int failure = fail_nth_open();
	bool is_new;
	int error;

	(void)parent;
	if (failure < 0)
		return failure;
	fail_nth_start(failure, *(unsigned int *)data);
	error = unshare(CLONE_NEWNET) ? -errno : 0;
	is_new = !error;
	if (is_new)
		error = use_namespace();
	if (fail_nth_stop(failure))
		return error;
	/* All that takes part in a namespace has errnos of its own for that. */
	if (is_new && error && error != -ENOMEM)
		return error;
	if (!is_new && unshare(CLONE_NEWNET))
		return -errno;
	error = use_namespace();
	return error ? error : 1;
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
