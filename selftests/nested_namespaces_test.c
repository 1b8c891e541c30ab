// SPDX-License-Identifier: GPL-2.0
/*
 * A user's limit holds however he nests user namespaces, even where one that
 * belongs to a subordinate user lets him in again as himself.
 */

#include "harness.h"

#include "device.h"
#include "process.h"
#include "setting.h"
#include "user_namespace.h"

#define USER 1000
#define SUBORDINATES 100000
#define LIMIT 8
/* create_user_ns() allows 33. */
#define DEPTH 33

static int create_one(int fd)
{
	return region_get(fd, SHMREGION_KEY_PRIVATE, 1,
			  SHMREGION_GET_CREATE | SHMREGION_GET_NORESERVE |
				  SHMREGION_GET_LIFETIME_OWNER,
			  0600);
}

/* In a namespace of subordinate user 1, where USER is known as 1. */
static int create_as_oneself_again(struct peer *parent, void *data)
{
	struct user_namespace inner = { .owner = 1, .first = 0, .count = 1 };
	int error;

	(void)parent;
	(void)data;
	error = user_namespace_enter(&inner, 0);
	if (!error)
		error = become_user(1, 1);
	return error ?: create_one(device_open(O_RDWR));
}

/* Uses the limit up in a namespace of USER, then tries to get around it. */
static int fill_and_evade(struct peer *parent, void *data)
{
	struct user_namespace outer = { USER, SUBORDINATES, 100 };
	int fd, i, error;

	(void)parent;
	(void)data;
	error = user_namespace_enter(&outer, 0);
	if (error)
		return error;
	fd = device_open(O_RDWR);
	for (i = 0; i < LIMIT; i++) {
		error = create_one(fd);
		if (error < 0)
			return error;
	}
	return run_in_child(create_as_oneself_again, NULL);
}

/* Enters namespaces that belong to users 1, 2, 3 ... as deep as it goes. */
static int create_in_the_deep(struct peer *parent, void *data)
{
	struct user_namespace space = { USER, SUBORDINATES, 100 };
	int depth, error = 0;

	(void)parent;
	(void)data;
	for (depth = 0; depth < DEPTH && !error; depth++) {
		error = user_namespace_enter(&space, 0);
		/* Each level has one user less to give away. */
		space = (struct user_namespace){ 1, 2, 98 - depth };
	}
	if (error)
		return error;
	error = create_one(device_open(O_RDWR));
	return error < 0 ? error : 0;
}

FIXTURE(nested){};

FIXTURE_SETUP(nested)
{
	ASSERT_EQ(0,
		  setting_change_number(PARAMETER("max_user_regions"), LIMIT));
}

FIXTURE_TEARDOWN(nested)
{
	EXPECT_EQ(0, settings_restore());
}

TEST_F(nested, a_user_does_not_escape_his_limit)
{
	EXPECT_EQ(-ENOSPC, run_in_child(fill_and_evade, NULL));
}

TEST_F(nested, the_deepest_namespace_will_do)
{
	EXPECT_EQ(0, run_in_child(create_in_the_deep, NULL));
}

TEST_HARNESS_MAIN
