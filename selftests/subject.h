/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Subjects: who tries to do something to regions of every mode, and what by the
 * rules follows from who that is. A fixture with a variant for each.
 */

#ifndef SELFTESTS_SUBJECT_H
#define SELFTESTS_SUBJECT_H

#include "harness.h"

#include "device.h"
#include "process.h"
#include "user_namespace.h"

#define SUBJECT_KEY 0x73750000ULL

/* The group of a user has the user's number. */
#define CREATOR 3001
#define OWNER 3002
#define STRANGER 3003
#define SUBORDINATE 103000

/* Three permission bits, and so many values of them. */
#define READ 4
#define WRITE 2
#define EXEC 1
#define MODES 8

#define CAP(name) (1ULL << (name))
#define ALL_CAPS UINT64_MAX

FIXTURE(subject)
{
	int fd;
	int ids[MODES];
};

/* Who tries, and what by the rules follows from it. */
FIXTURE_VARIANT(subject)
{
	uid_t uid;
	gid_t gid;
	gid_t other_group;
	uint64_t capabilities;
	bool user_namespace;
	/* Which three bits of the mode count. */
	unsigned int shift;
	bool may_use_all;
	bool may_change;
	bool may_lock;
};

FIXTURE_VARIANT_ADD(subject, owner){
	.uid = OWNER,
	.gid = STRANGER,
	.shift = 6,
	.may_change = true,
	.may_lock = true,
};

FIXTURE_VARIANT_ADD(subject, creator){
	.uid = CREATOR,
	.gid = STRANGER,
	.shift = 6,
	.may_change = true,
	.may_lock = true,
};

FIXTURE_VARIANT_ADD(subject, owner_in_the_group){
	.uid = OWNER,
	.gid = OWNER,
	.shift = 6,
	.may_change = true,
	.may_lock = true,
};

FIXTURE_VARIANT_ADD(subject, owners_group){
	.uid = STRANGER,
	.gid = OWNER,
	.shift = 3,
};

FIXTURE_VARIANT_ADD(subject, creators_group){
	.uid = STRANGER,
	.gid = CREATOR,
	.shift = 3,
};

FIXTURE_VARIANT_ADD(subject, supplementary_group){
	.uid = STRANGER,
	.gid = STRANGER,
	.other_group = OWNER,
	.shift = 3,
};

FIXTURE_VARIANT_ADD(subject, stranger){
	.uid = STRANGER,
	.gid = STRANGER,
};

FIXTURE_VARIANT_ADD(subject, root){
	.capabilities = ALL_CAPS,
	.may_use_all = true,
	.may_change = true,
	.may_lock = true,
};

FIXTURE_VARIANT_ADD(subject, root_without_capabilities){
	.uid = 0,
};

FIXTURE_VARIANT_ADD(subject, cap_ipc_owner){
	.uid = STRANGER,
	.gid = STRANGER,
	.capabilities = CAP(CAP_IPC_OWNER),
	.may_use_all = true,
};

FIXTURE_VARIANT_ADD(subject, cap_sys_admin){
	.uid = STRANGER,
	.gid = STRANGER,
	.capabilities = CAP(CAP_SYS_ADMIN),
	.may_change = true,
};

FIXTURE_VARIANT_ADD(subject, cap_ipc_lock){
	.uid = STRANGER,
	.gid = STRANGER,
	.capabilities = CAP(CAP_IPC_LOCK),
	.may_lock = true,
};

FIXTURE_VARIANT_ADD(subject, all_other_capabilities){
	.uid = STRANGER,
	.gid = STRANGER,
	.capabilities = ~(CAP(CAP_IPC_OWNER) | CAP(CAP_SYS_ADMIN) |
			  CAP(CAP_IPC_LOCK)),
};

/* It has every capability there, but the scope is not its own. */
FIXTURE_VARIANT_ADD(subject, root_of_a_user_namespace){
	.uid = STRANGER,
	.gid = STRANGER,
	.user_namespace = true,
};

FIXTURE_VARIANT_ADD(subject, owner_in_a_user_namespace){
	.uid = OWNER,
	.gid = OWNER,
	.user_namespace = true,
	.shift = 6,
	.may_change = true,
	.may_lock = true,
};

/* Bits for those who are meant, and the opposite for all others. */
static unsigned int mode_for(unsigned int shift, unsigned int bits)
{
	return (0111 * (7 ^ bits) & ~(7U << shift)) | bits << shift;
}

static int create_all(struct peer *parent, void *data)
{
	unsigned int bits;
	int fd = device_open(O_RDWR), id;

	(void)parent;
	(void)data;
	if (fd < 0)
		return fd;
	for (bits = 0; bits < MODES; bits++) {
		id = region_get(fd, SUBJECT_KEY + bits, 1, SHMREGION_GET_CREATE,
				0);
		if (id < 0)
			return id;
	}
	return 0;
}

FIXTURE_SETUP(subject)
{
	unsigned int bits;

	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, run_as(CREATOR, CREATOR, create_all, NULL));
	for (bits = 0; bits < MODES; bits++) {
		int id = region_get(self->fd, SUBJECT_KEY + bits, 0, 0, 0);

		ASSERT_LT(0, id);
		self->ids[bits] = id;
		ASSERT_EQ(0, region_set_owner(self->fd, id, OWNER, OWNER));
		ASSERT_EQ(0, region_set_mode(self->fd, id,
					     mode_for(variant->shift, bits)));
	}
}

FIXTURE_TEARDOWN(subject)
{
	region_remove_all(self->fd);
	close(self->fd);
}

/* Leaves the capabilities in @mask, as far as there are such. */
static int keep_capabilities(uint64_t mask)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data))
		return -errno;
	mask &= data[0].permitted | (uint64_t)data[1].permitted << 32;
	return limit_capabilities(mask);
}

static int subject_become(const FIXTURE_VARIANT(subject) * who)
{
	struct user_namespace space = {
		.owner = who->uid,
		.first = SUBORDINATE,
		.count = 1,
	};

	if (who->user_namespace)
		return user_namespace_enter(&space, 0);
	if (setgroups(who->other_group ? 1 : 0, &who->other_group) ||
	    setresgid(who->gid, who->gid, who->gid) ||
	    prctl(PR_SET_KEEPCAPS, 1) ||
	    setresuid(who->uid, who->uid, who->uid))
		return -errno;
	return keep_capabilities(who->capabilities);
}

struct attempt {
	const FIXTURE_VARIANT(subject) * who;
	const int *ids;
};

#endif /* SELFTESTS_SUBJECT_H */
