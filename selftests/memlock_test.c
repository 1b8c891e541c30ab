// SPDX-License-Identifier: GPL-2.0
/*
 * Locking regions into memory: who may, what is charged, and to whom.
 */

#include "harness.h"

#include <sys/resource.h>

#include "deadline.h"
#include "device.h"
#include "process.h"
#include "user_namespace.h"

#define PAGE 4096UL
#define ALLOWED (16 * PAGE)
#define OWNER 65533
#define STRANGER 65534
#define SUBORDINATE 100000

FIXTURE(memlock)
{
	int fd;
};

FIXTURE_SETUP(memlock)
{
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(memlock)
{
	region_remove_all(self->fd);
	close(self->fd);
}

static int is_locked(int fd, int id)
{
	struct shmregion_stat stat;
	int error = region_stat(fd, id, SHMREGION_STAT_ANY, &stat);

	return error ? error : !!(stat.mode & SHMREGION_MODE_LOCKED);
}

/* A region of another user's. Returns an id or -errno. */
static int create_for(int fd, uid_t owner, uint64_t size)
{
	int id = region_create(fd, size);
	int error = id < 0 ? id : region_set_owner(fd, id, owner, owner);

	return error ? error : id;
}

static int limit_memlock(rlim_t bytes)
{
	const struct rlimit limit = { .rlim_cur = bytes, .rlim_max = bytes };

	return setrlimit(RLIMIT_MEMLOCK, &limit) ? -errno : 0;
}

/* What a user is to do with a region, under which limit. */
struct attempt {
	int id;
	rlim_t limit;
	bool unlock;
};

static int attempt_it(struct peer *parent, void *data)
{
	const struct attempt *attempt = data;
	int fd = device_open(O_RDONLY);
	int error = limit_memlock(attempt->limit);

	(void)parent;
	if (error || fd < 0)
		return -EBADF;
	if (attempt->unlock)
		return region_unlock(fd, attempt->id);
	return region_lock(fd, attempt->id);
}

/* Returns what LOCK returns to this user, who may lock ALLOWED bytes in all. */
static int lock_as(uid_t uid, int id)
{
	struct attempt attempt = { .id = id, .limit = ALLOWED };

	return run_as(uid, uid, attempt_it, &attempt);
}

static int unlock_as(uid_t uid, int id)
{
	struct attempt attempt = { .id = id, .limit = ALLOWED, .unlock = true };

	return run_as(uid, uid, attempt_it, &attempt);
}

TEST_F(memlock, lock_and_unlock_show_in_the_mode)
{
	int id = region_create(self->fd, PAGE);

	ASSERT_LT(0, id);
	EXPECT_EQ(0, is_locked(self->fd, id));
	EXPECT_EQ(0, region_lock(self->fd, id));
	EXPECT_EQ(1, is_locked(self->fd, id));
	EXPECT_EQ(0, region_unlock(self->fd, id));
	EXPECT_EQ(0, is_locked(self->fd, id));
}

TEST_F(memlock, twice_is_as_once)
{
	int id = create_for(self->fd, OWNER, ALLOWED);

	ASSERT_LT(0, id);
	EXPECT_EQ(0, unlock_as(OWNER, id));
	EXPECT_EQ(0, lock_as(OWNER, id));
	/* If this were charged again, it would exceed what is allowed. */
	EXPECT_EQ(0, lock_as(OWNER, id));
	EXPECT_EQ(1, is_locked(self->fd, id));
	EXPECT_EQ(0, unlock_as(OWNER, id));
	EXPECT_EQ(0, is_locked(self->fd, id));
	EXPECT_EQ(0, unlock_as(OWNER, id));
	/* If that had been returned twice, more would be allowed now. */
	EXPECT_EQ(0, lock_as(OWNER, id));
	EXPECT_EQ(-ENOMEM, lock_as(OWNER, create_for(self->fd, OWNER, 1)));
}

/* What cannot be locked by this user, and what can. */
struct lockable {
	int too_much;
	int page;
};

static int ask_too_much(struct peer *parent, void *data)
{
	const struct lockable *lockable = data;
	int fd = device_open(O_RDONLY);
	int error = limit_memlock(ALLOWED) ?: become_user(OWNER, OWNER);

	if (!error)
		error = region_lock(fd, lockable->too_much);
	peer_tell(parent, -error);
	while (error == -ENOMEM)
		error = region_lock(fd, lockable->too_much);
	return error;
}

static int lock_a_page_again_and_again(struct peer *parent, void *data)
{
	const struct lockable *lockable = data;
	int fd = device_open(O_RDONLY), i;
	int error = limit_memlock(ALLOWED);

	(void)parent;
	for (i = 0; i < 50000 && !error; i++) {
		error = region_lock(fd, lockable->page);
		if (!error)
			error = region_unlock(fd, lockable->page);
	}
	return error;
}

TEST_F_TIMEOUT(memlock, what_is_refused_is_in_nobodys_way, 120)
{
	struct lockable lockable = {
		.too_much = create_for(self->fd, OWNER, 2 * ALLOWED),
		.page = create_for(self->fd, OWNER, PAGE),
	};
	uint64_t error = 0;
	struct peer peer;

	ASSERT_LT(0, lockable.too_much);
	ASSERT_LT(0, lockable.page);
	ASSERT_EQ(0, peer_start(&peer, ask_too_much, &lockable));
	ASSERT_EQ(0, peer_hear(&peer, &error));
	ASSERT_EQ(ENOMEM, error);
	EXPECT_EQ(0,
		  run_as(OWNER, OWNER, lock_a_page_again_and_again, &lockable));
	/* It has asked all the time. */
	EXPECT_EQ(0, kill(peer.pid, SIGKILL));
	EXPECT_EQ(PEER_KILLED_BY(SIGKILL), peer_wait(&peer));
	EXPECT_EQ(0, is_locked(self->fd, lockable.too_much));
}

TEST_F(memlock, region_without_memory_yet_can_be_locked)
{
	int id = region_get(self->fd, SHMREGION_KEY_PRIVATE, PAGE,
			    SHMREGION_GET_CREATE | SHMREGION_GET_NORESERVE,
			    0600);
	char *memory;

	ASSERT_LT(0, id);
	EXPECT_EQ(0, region_lock(self->fd, id));
	EXPECT_EQ(1, is_locked(self->fd, id));
	memory = region_attach(self->fd, id, 0);
	ASSERT_NE(NULL, memory);
	memory[0] = 1;
	EXPECT_EQ(0, region_unlock(self->fd, id));
}

TEST_F(memlock, unknown_id)
{
	int id = region_create(self->fd, PAGE);

	ASSERT_LT(0, id);
	ASSERT_EQ(0, region_remove(self->fd, id));
	EXPECT_EQ(-EINVAL, region_lock(self->fd, id));
	EXPECT_EQ(-EINVAL, region_unlock(self->fd, id));
	EXPECT_EQ(-EINVAL, region_lock(self->fd, 0));
	EXPECT_EQ(-EINVAL, region_lock(self->fd, -1));
}

TEST_F(memlock, whole_pages_are_charged_up_to_the_limit)
{
	int most = create_for(self->fd, OWNER, ALLOWED - 2 * PAGE);
	int bytes = create_for(self->fd, OWNER, PAGE + 1);
	int more = create_for(self->fd, OWNER, 1);
	int too_large = create_for(self->fd, OWNER, ALLOWED + 1);

	EXPECT_EQ(-ENOMEM, lock_as(OWNER, too_large));
	EXPECT_EQ(0, is_locked(self->fd, too_large));
	EXPECT_EQ(0, lock_as(OWNER, most));
	EXPECT_EQ(0, lock_as(OWNER, bytes));
	EXPECT_EQ(-ENOMEM, lock_as(OWNER, more));
	EXPECT_EQ(0, is_locked(self->fd, more));
	EXPECT_EQ(0, unlock_as(OWNER, bytes));
	EXPECT_EQ(0, lock_as(OWNER, more));
}

TEST_F(memlock, limit_of_zero_forbids_it)
{
	struct attempt attempt = { .id = create_for(self->fd, OWNER, 1),
				   .limit = 0 };

	EXPECT_EQ(-EPERM, run_as(OWNER, OWNER, attempt_it, &attempt));
	attempt.unlock = true;
	EXPECT_EQ(0, run_as(OWNER, OWNER, attempt_it, &attempt));
}

TEST_F(memlock, only_owner_and_creator_may)
{
	int id = create_for(self->fd, OWNER, PAGE);

	ASSERT_LT(0, id);
	ASSERT_EQ(0, region_set_mode(self->fd, id, 0666));
	EXPECT_EQ(-EPERM, lock_as(STRANGER, id));
	EXPECT_EQ(0, lock_as(OWNER, id));
	EXPECT_EQ(-EPERM, unlock_as(STRANGER, id));
	EXPECT_EQ(1, is_locked(self->fd, id));
}

/* As a process that has no rights but those of one capability. */
static int attempt_with_capability(struct peer *parent, void *data)
{
	int error = limit_capabilities(1ULL << CAP_IPC_LOCK);

	return error ? error : attempt_it(parent, data);
}

/* Creates a region that belongs to yet another user, and goes with this process. */
static int create_for_strangers(struct peer *parent, void *data)
{
	int fd = device_open(O_RDWR);
	int id = region_get(fd, SHMREGION_KEY_PRIVATE, *(uint64_t *)data,
			    SHMREGION_GET_CREATE | SHMREGION_GET_LIFETIME_OWNER,
			    0600);
	int error = id < 0 ? id : region_set_owner(fd, id, OWNER, OWNER);
	uint64_t end;

	peer_tell(parent, error ? error : id);
	peer_hear(parent, &end);
	return error;
}

TEST_F(memlock, capability_lifts_limit_and_ownership)
{
	uint64_t size = 2 * ALLOWED, id = 0;
	struct run_as creation = {
		.uid = STRANGER,
		.gid = STRANGER,
		.function = create_for_strangers,
		.data = &size,
	};
	struct attempt attempt = { .limit = ALLOWED };
	struct peer creator;

	ASSERT_EQ(0, peer_start(&creator, run_as_in_child, &creation));
	ASSERT_EQ(0, peer_hear(&creator, &id));
	attempt.id = (int)id;
	ASSERT_LT(0, attempt.id);
	EXPECT_EQ(0, run_in_child(attempt_with_capability, &attempt));
	EXPECT_EQ(1, is_locked(self->fd, attempt.id));
	attempt.unlock = true;
	EXPECT_EQ(0, run_in_child(attempt_with_capability, &attempt));
	EXPECT_EQ(0, is_locked(self->fd, attempt.id));
	attempt = (struct attempt){ .id = (int)id, .limit = 0 };
	EXPECT_EQ(0, run_in_child(attempt_with_capability, &attempt));
	EXPECT_EQ(0, peer_wait(&creator));
}

/* Locks, says so, and lives on until told to end. */
static int lock_and_stay(struct peer *parent, void *data)
{
	int error = attempt_it(parent, data);
	uint64_t end;

	peer_tell(parent, error);
	peer_hear(parent, &end);
	return error;
}

TEST_F(memlock, processes_of_a_user_share_the_limit)
{
	struct attempt attempt = { .id = create_for(self->fd, OWNER, ALLOWED),
				   .limit = ALLOWED };
	struct run_as locking = {
		.uid = OWNER,
		.gid = OWNER,
		.function = lock_and_stay,
		.data = &attempt,
	};
	int more = create_for(self->fd, OWNER, PAGE);
	int others = create_for(self->fd, STRANGER, ALLOWED);
	struct peer locker;
	uint64_t error = -1;

	ASSERT_EQ(0, peer_start(&locker, run_as_in_child, &locking));
	ASSERT_EQ(0, peer_hear(&locker, &error));
	EXPECT_EQ(0, error);
	EXPECT_EQ(-ENOMEM, lock_as(OWNER, more));
	/* Another user's is another limit. */
	EXPECT_EQ(0, lock_as(STRANGER, others));
	EXPECT_EQ(0, peer_wait(&locker));
}

TEST_F(memlock, charge_outlives_the_process_that_locked)
{
	int id = create_for(self->fd, OWNER, ALLOWED);
	int more = create_for(self->fd, OWNER, PAGE);

	ASSERT_EQ(0, lock_as(OWNER, id));
	EXPECT_EQ(1, is_locked(self->fd, id));
	EXPECT_EQ(-ENOMEM, lock_as(OWNER, more));
	/* Somebody else's removal gives it back to the user whose it is. */
	EXPECT_EQ(0, region_remove(self->fd, id));
	EXPECT_TRUE(BECOMES_TRUE(lock_as(OWNER, more) == 0));
}

TEST_F(memlock, charge_is_returned_with_the_last_detach)
{
	int id = create_for(self->fd, OWNER, ALLOWED);
	int more = create_for(self->fd, OWNER, PAGE);
	void *memory = region_attach(self->fd, id, 0);

	ASSERT_NE(NULL, memory);
	ASSERT_EQ(0, lock_as(OWNER, id));
	EXPECT_EQ(0, region_remove(self->fd, id));
	EXPECT_EQ(1, is_locked(self->fd, id));
	EXPECT_EQ(-ENOMEM, lock_as(OWNER, more));
	EXPECT_EQ(0, region_detach(self->fd, memory));
	EXPECT_TRUE(BECOMES_TRUE(lock_as(OWNER, more) == 0));
}

TEST_F(memlock, charge_goes_back_to_whom_it_was_made)
{
	int id = create_for(self->fd, OWNER, ALLOWED);
	int more = create_for(self->fd, OWNER, PAGE);
	int others = create_for(self->fd, STRANGER, ALLOWED);

	ASSERT_EQ(0, lock_as(OWNER, id));
	/* The region changes hands, the charge does not. */
	ASSERT_EQ(0, region_set_owner(self->fd, id, STRANGER, STRANGER));
	EXPECT_EQ(-ENOMEM, lock_as(OWNER, more));
	EXPECT_EQ(0, lock_as(STRANGER, others));
	EXPECT_EQ(0, unlock_as(STRANGER, id));
	EXPECT_EQ(0, lock_as(OWNER, more));
	/* The stranger has got nothing for it. */
	EXPECT_EQ(-ENOMEM, lock_as(STRANGER, id));
}

TEST_F(memlock, locking_what_another_has_locked_is_free)
{
	int id = create_for(self->fd, OWNER, ALLOWED);
	int own = create_for(self->fd, OWNER, ALLOWED);

	ASSERT_EQ(0, region_lock(self->fd, id));
	EXPECT_EQ(0, lock_as(OWNER, id));
	EXPECT_EQ(0, lock_as(OWNER, own));
}

/*
 * Root of a user namespace, and of a scope in it, tries to lock more than the
 * user may who it is outside. Returns 0 if it could lock what is allowed, and
 * no more, or what went wrong.
 */
static int lock_in_user_namespace(struct peer *parent, void *data)
{
	struct user_namespace space = { .owner = OWNER,
					.first = SUBORDINATE,
					.count = 1 };
	int error, fd, id, more;

	(void)parent;
	(void)data;
	error = limit_memlock(ALLOWED);
	if (!error)
		error = user_namespace_enter(&space, CLONE_NEWNET);
	if (error)
		return error;
	fd = device_open(O_RDWR);
	id = region_create(fd, ALLOWED);
	more = region_create(fd, PAGE);
	if (id < 0 || more < 0)
		return -EBADF;
	error = region_lock(fd, id);
	if (error)
		return error;
	error = region_lock(fd, more);
	region_unlock(fd, id);
	if (error != -ENOMEM)
		return error ? error : -ERANGE;
	return region_lock(fd, more);
}

TEST_F(memlock, root_of_a_user_namespace_has_no_exemption)
{
	int id = create_for(self->fd, OWNER, ALLOWED);

	EXPECT_EQ(0, run_in_child(lock_in_user_namespace, NULL));
	/* What was locked there is charged to the owner until the scope has died. */
	EXPECT_TRUE(BECOMES_TRUE(lock_as(OWNER, id) == 0));
}

/* With a capability only in a user namespace nobody controls others' regions. */
static int lock_from_user_namespace(struct peer *parent, void *data)
{
	struct user_namespace space = { .owner = OWNER,
					.first = SUBORDINATE,
					.count = 1 };
	int error = user_namespace_enter(&space, 0);

	return error ? -EBADF : attempt_it(parent, data);
}

TEST_F(memlock, root_of_a_user_namespace_controls_no_scope_of_others)
{
	struct attempt attempt = { .limit = ALLOWED };

	attempt.id = create_for(self->fd, STRANGER, PAGE);
	EXPECT_EQ(-EPERM, run_in_child(lock_from_user_namespace, &attempt));
	attempt.id = create_for(self->fd, OWNER, PAGE);
	EXPECT_EQ(0, run_in_child(lock_from_user_namespace, &attempt));
}

TEST_HARNESS_MAIN
