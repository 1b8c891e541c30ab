// SPDX-License-Identifier: GPL-2.0
/*
 * Who may change, remove and lock a region: its owner, its creator, and who has
 * the capability, whatever the mode is.
 */

#include "harness.h"

#include "subject.h"

/* What may be done to a region by its owner and creator alone. */
static int set_owner(int fd, int id)
{
	struct shmregion_set set = { .id = id, .flags = SHMREGION_SET_UID };

	/* Root of a user namespace sees its owner as 0. */
	set.uid = geteuid();
	return device_ioctl(fd, SHMREGION_IOC_SET, &set);
}

static int set_mode(int fd, int id)
{
	return region_set_mode(fd, id, 0644);
}

static int (*const changes[])(int fd, int id) = {
	set_mode,
	set_owner,
	region_remove,
	/* Once more, which is no error. */
	region_remove,
};

/* Tells the result of each change, on a region that grants all and one nothing. */
static int try_to_change(struct peer *parent, void *data)
{
	const struct attempt *attempt = data;
	unsigned int bits, i;
	int fd, error;

	error = subject_become(attempt->who);
	if (error)
		return error;
	fd = device_open(O_RDONLY);
	if (fd < 0)
		return fd;
	for (bits = 0; bits < MODES; bits += MODES - 1) {
		int id = attempt->ids[bits];

		peer_tell(parent, region_lock(fd, id));
		peer_tell(parent, region_unlock(fd, id));
		for (i = 0; i < ARRAY_SIZE(changes); i++)
			peer_tell(parent, changes[i](fd, id));
	}
	return 0;
}

TEST_F(subject, changes_and_locks_what_it_controls)
{
	struct attempt attempt = { .who = variant, .ids = self->ids };
	const int change = variant->may_change ? 0 : -EPERM;
	const int lock = variant->may_lock ? 0 : -EPERM;
	unsigned int bits, i;
	struct peer child;
	uint64_t result;

	/* Attached, it outlives its removal: then it can be removed again. */
	for (bits = 0; bits < MODES; bits++)
		ASSERT_NE(NULL, region_attach(self->fd, self->ids[bits], 0));

	ASSERT_EQ(0, peer_start(&child, try_to_change, &attempt));
	for (bits = 0; bits < MODES; bits += MODES - 1) {
		for (i = 0; i < 2; i++) {
			result = 1;
			EXPECT_EQ(0, peer_hear(&child, &result));
			EXPECT_EQ(lock, (int)result)
			TH_LOG("bits %u: %s", bits, i ? "unlock" : "lock");
		}
		for (i = 0; i < ARRAY_SIZE(changes); i++) {
			result = 1;
			EXPECT_EQ(0, peer_hear(&child, &result));
			EXPECT_EQ(change, (int)result)
			TH_LOG("bits %u: change %u", bits, i);
		}
	}
	EXPECT_EQ(0, peer_wait(&child));
}

TEST_HARNESS_MAIN
