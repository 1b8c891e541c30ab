// SPDX-License-Identifier: GPL-2.0
/*
 * Other namespaces: whose root has a say in a scope, and how users and processes
 * are called by whoever asks.
 */

#include "harness.h"

#include "device.h"
#include "process.h"
#include "user_namespace.h"

#define KEY 0x75730000ULL
#define CREATE SHMREGION_GET_CREATE
#define USER 3001
#define SUBORDINATE 103000
#define NOBODY 65534

FIXTURE(spaces)
{
	int fd;
};

FIXTURE_SETUP(spaces)
{
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(spaces)
{
	region_remove_all(self->fd);
	close(self->fd);
}

static int enter(int flags)
{
	struct user_namespace space = {
		.owner = USER,
		.first = SUBORDINATE,
		.count = 10,
	};

	return user_namespace_enter(&space, flags);
}

/* As user @uid of the namespace, whose root the process is before and after. */
static int create_as(int fd, uid_t uid, uint64_t key, uint32_t mode)
{
	int id;

	if (setresgid(uid, uid, 0) || setresuid(uid, uid, 0))
		return -errno;
	id = region_get(fd, key, 1, CREATE, mode);
	if (setresuid(0, 0, 0) || setresgid(0, 0, 0))
		return -errno;
	return id;
}

/* Does what takes permission, ownership and privilege; 0 if all went well. */
static int rule(int fd, int id)
{
	void *address = region_attach(fd, id, SHMREGION_ATTACH_EXEC);

	if (!address)
		return -errno;
	return region_detach(fd, address)	      ?:
		       region_lock(fd, id)	      ?:
		       region_unlock(fd, id)	      ?:
		       region_set_mode(fd, id, 0600)  ?:
		       region_set_owner(fd, id, 2, 2) ?:
							region_remove(fd, id);
}

static int rule_own_scope(struct peer *parent, void *data)
{
	int error = enter(CLONE_NEWNET), fd, id;

	(void)parent;
	(void)data;
	if (error)
		return error;
	fd = device_open(O_RDWR);
	id = create_as(fd, 1, KEY, 0);
	if (id < 0)
		return id;
	/* Another user of the namespace has no say. */
	if (setresuid(3, 3, 0))
		return -errno;
	if (region_attach(fd, id, SHMREGION_ATTACH_RDONLY) || errno != EACCES ||
	    region_remove(fd, id) != -EPERM)
		return 1;
	if (setresuid(0, 0, 0))
		return -errno;
	return rule(fd, id);
}

TEST_F(spaces, root_of_a_user_namespace_rules_its_own_scope)
{
	EXPECT_EQ(0, run_in_child(rule_own_scope, NULL));
}

static bool has_no_say(int fd, int id)
{
	struct shmregion_stat stat;

	return !region_attach(fd, id, SHMREGION_ATTACH_RDONLY) &&
	       errno == EACCES && region_stat(fd, id, 0, &stat) == -EACCES &&
	       region_open(id, O_RDONLY) < 0 &&
	       region_set_mode(fd, id, 0666) == -EPERM &&
	       region_lock(fd, id) == -EPERM &&
	       region_unlock(fd, id) == -EPERM &&
	       region_remove(fd, id) == -EPERM;
}

/* A descriptor of the outer scope, brought along. */
static int rule_outer_scope(struct peer *parent, void *data)
{
	const FIXTURE_DATA(spaces) *self = data;
	int id = region_get(self->fd, KEY, 0, 0, 0);
	int error = enter(CLONE_NEWNET), fd;

	(void)parent;
	if (error)
		return error;
	if (!has_no_say(self->fd, id))
		return 1;
	fd = device_open(O_RDWR);
	/* Keys are those of the new scope. */
	return region_get(fd, KEY, 0, 0, 0) == -ENOENT ? 0 : 2;
}

/* The device opened anew, but without a scope of one's own. */
static int rule_shared_scope(struct peer *parent, void *data)
{
	int error = enter(0), fd;

	(void)parent;
	(void)data;
	if (error)
		return error;
	fd = device_open(O_RDWR);
	return has_no_say(fd, region_get(fd, KEY, 0, 0, 0)) ? 0 : 1;
}

TEST_F(spaces, root_of_a_user_namespace_rules_no_other_scope)
{
	ASSERT_LT(0, region_get(self->fd, KEY, 1, CREATE, 0600));
	EXPECT_EQ(0, run_in_child(rule_outer_scope, self));
	EXPECT_EQ(0, run_in_child(rule_shared_scope, NULL));
}

/* Init's root rules everywhere, by a descriptor of that scope. */
static int send_descriptor(struct peer *parent, void *data)
{
	int error = enter(CLONE_NEWNET), fd;

	(void)data;
	if (error)
		return error;
	fd = device_open(O_RDWR);
	error = create_as(fd, 1, KEY, 0);
	return error < 0 ? error : peer_send_fd(parent, fd);
}

TEST_F(spaces, root_outside_rules_the_scope_inside)
{
	struct peer child;
	int there;

	ASSERT_EQ(0, peer_start(&child, send_descriptor, NULL));
	there = peer_receive_fd(&child);
	ASSERT_LE(0, there);
	EXPECT_EQ(0, peer_wait(&child));
	EXPECT_EQ(0, rule(there, region_get(there, KEY, 0, 0, 0)));
	close(there);
}

/* Regions of three users: of this namespace's 0, of its 4, and of none. */
static int stat_in_namespace(struct peer *parent, void *data)
{
	const FIXTURE_DATA(spaces) *self = data;
	struct shmregion_stat stat;
	int error = enter(0), fd, id;

	(void)parent;
	if (error)
		return error;
	fd = device_open(O_RDWR);
	id = create_as(fd, 4, KEY + 1, 0644);
	if (region_stat(fd, id, 0, &stat) || stat.uid != 4 || stat.gid != 4 ||
	    stat.cuid != 4 || stat.cgid != 4)
		return 1;
	id = region_get(fd, KEY, 0, 0, 0);
	if (region_stat(fd, id, SHMREGION_STAT_ANY, &stat) ||
	    stat.uid != NOBODY || stat.gid != NOBODY || stat.cuid != NOBODY ||
	    stat.cgid != NOBODY)
		return 2;

	/* One gives to whom one knows; others do not exist here. */
	id = region_get(fd, KEY + 2, 1, CREATE, 0644);
	if (region_set_owner(fd, id, SUBORDINATE, 0) != -EINVAL ||
	    region_set_owner(fd, id, 0, SUBORDINATE) != -EINVAL ||
	    region_set_owner(fd, id, USER, USER) != -EINVAL ||
	    region_set_owner(fd, id, 11, 11) != -EINVAL)
		return 3;
	if (region_set_owner(fd, id, 10, 5))
		return 4;
	if (region_stat(fd, id, 0, &stat) || stat.uid != 10 || stat.gid != 5 ||
	    stat.cuid || stat.cgid)
		return 5;
	return region_get(self->fd, KEY + 2, 0, 0, 0) == id ? 0 : 6;
}

TEST_F(spaces, users_are_those_of_who_asks)
{
	struct shmregion_stat stat;

	ASSERT_LT(0, region_get(self->fd, KEY, 1, CREATE, 0600));
	EXPECT_EQ(0, run_in_child(stat_in_namespace, self));
	ASSERT_EQ(0,
		  region_stat(self->fd, region_get(self->fd, KEY + 1, 0, 0, 0),
			      0, &stat));
	EXPECT_EQ(SUBORDINATE + 3, stat.uid);
	EXPECT_EQ(SUBORDINATE + 3, stat.gid);
	EXPECT_EQ(SUBORDINATE + 3, stat.cuid);
	ASSERT_EQ(0,
		  region_stat(self->fd, region_get(self->fd, KEY + 2, 0, 0, 0),
			      0, &stat));
	EXPECT_EQ(SUBORDINATE + 9, stat.uid);
	EXPECT_EQ(SUBORDINATE + 4, stat.gid);
	EXPECT_EQ(USER, stat.cuid);
	EXPECT_EQ(USER, stat.cgid);
}

/* First process of a pid namespace: creates and attaches, and says who it is. */
static int create_as_init(struct peer *parent, void *data)
{
	const FIXTURE_DATA(spaces) *self = data;
	struct shmregion_stat stat;
	int id = region_get(self->fd, KEY, 1, CREATE, 0600);

	(void)parent;
	if (getpid() != 1 || !region_attach(self->fd, id, 0))
		return 1;
	if (region_stat(self->fd, id, 0, &stat) || stat.creator_pid != 1 ||
	    stat.last_pid != 1)
		return 2;
	/* Of the outer namespace's processes none is visible here. */
	id = region_get(self->fd, KEY + 1, 0, 0, 0);
	if (region_stat(self->fd, id, 0, &stat) || stat.creator_pid ||
	    stat.last_pid)
		return 3;
	return 0;
}

/* Tells the pid of that process as it is known here. */
static int create_in_pid_namespace(struct peer *parent, void *data)
{
	struct peer child;
	int error;

	if (unshare(CLONE_NEWPID))
		return -errno;
	error = peer_start(&child, create_as_init, data);
	if (error)
		return error;
	peer_tell(parent, child.pid);
	return peer_wait(&child);
}

TEST_F(spaces, processes_are_those_of_who_asks)
{
	struct shmregion_stat stat;
	struct peer child;
	uint64_t pid = 0;
	int id = region_get(self->fd, KEY + 1, 1, CREATE, 0600);

	ASSERT_LT(0, id);
	ASSERT_NE(NULL, region_attach(self->fd, id, 0));
	ASSERT_EQ(0, peer_start(&child, create_in_pid_namespace, self));
	EXPECT_EQ(0, peer_hear(&child, &pid));
	EXPECT_EQ(0, peer_wait(&child));
	id = region_get(self->fd, KEY, 0, 0, 0);
	ASSERT_LT(0, id);
	ASSERT_EQ(0, region_stat(self->fd, id, 0, &stat));
	/* By now it is dead, and its number still says who it was. */
	EXPECT_LT(1, pid);
	EXPECT_EQ((int)pid, stat.creator_pid);
	EXPECT_EQ((int)pid, stat.last_pid);
}

TEST_HARNESS_MAIN
