// SPDX-License-Identifier: GPL-2.0
/*
 * Removing regions: the key goes at once, the id with the last attach, and the
 * memory with the id.
 */

#include "harness.h"

#include "deadline.h"
#include "device.h"
#include "kernel_file.h"
#include "process.h"

#define KEY 0x726d0000ULL
#define CREATE SHMREGION_GET_CREATE
#define EXCL SHMREGION_GET_EXCL
#define OWNER 65533
#define STRANGER 65534
#define SIZE (32UL << 20)

FIXTURE(removal)
{
	int fd;
};

FIXTURE_SETUP(removal)
{
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(removal)
{
	region_remove_all(self->fd);
	close(self->fd);
}

/* Is there, for whoever asks by the id, no such region? */
static int seems_gone(int fd, int id)
{
	struct shmregion_stat stat;
	void *address;

	return region_stat(fd, id, 0, &stat) == -EINVAL &&
	       region_attach_at(fd, id, NULL, 0, &address) == -EINVAL &&
	       region_open(id, O_RDWR) == -EINVAL &&
	       region_remove(fd, id) == -EINVAL &&
	       region_lock(fd, id) == -EINVAL &&
	       region_set_mode(fd, id, 0600) == -EINVAL;
}

TEST_F(removal, unattached_goes_at_once)
{
	int id = region_get(self->fd, KEY, SIZE, CREATE, 0600);

	ASSERT_LT(0, id);
	EXPECT_EQ(0, region_remove(self->fd, id));
	EXPECT_TRUE(seems_gone(self->fd, id));
	EXPECT_EQ(-ENOENT, region_get(self->fd, KEY, 0, 0, 0));
}

TEST_F(removal, frees_the_key_at_once)
{
	struct shmregion_stat stat;
	int fresh, id = region_get(self->fd, KEY, SIZE, CREATE, 0640);
	char *old, *new;

	ASSERT_LT(0, id);
	old = region_attach(self->fd, id, 0);
	ASSERT_NE(NULL, old);
	strcpy(old, "old");
	ASSERT_EQ(0, region_remove(self->fd, id));

	EXPECT_EQ(-ENOENT, region_get(self->fd, KEY, 0, 0, 0));
	EXPECT_EQ(0, region_stat(self->fd, id, 0, &stat));
	EXPECT_EQ(0U, stat.key);
	EXPECT_EQ(0640U | SHMREGION_MODE_REMOVED, stat.mode);
	EXPECT_EQ(1U, stat.attaches);

	fresh = region_get(self->fd, KEY, SIZE, CREATE | EXCL, 0600);
	ASSERT_LT(0, fresh);
	EXPECT_NE(id, fresh);
	EXPECT_EQ(fresh, region_get(self->fd, KEY, 0, 0, 0));
	new = region_attach(self->fd, fresh, 0);
	ASSERT_NE(NULL, new);
	EXPECT_EQ('\0', *new);
	strcpy(new, "new");
	EXPECT_STREQ("old", old);

	/* The end of the old one does not take the new one's key with it. */
	EXPECT_EQ(0, region_detach(self->fd, old));
	EXPECT_EQ(fresh, region_get(self->fd, KEY, 0, 0, 0));
	EXPECT_EQ(0, region_detach(self->fd, new));
}

struct expectation {
	int id;
	const char *content;
};

/* Attaches by the id and compares. Returns 0, 1 if the content differs, or -errno. */
static int attach_and_compare(struct peer *parent, void *data)
{
	const struct expectation *expected = data;
	int fd = device_open(O_RDWR);
	void *address;
	int error;

	(void)parent;
	if (fd < 0)
		return fd;
	error = region_attach_at(fd, expected->id, NULL, 0, &address);
	return error ? error : !!strcmp(address, expected->content);
}

TEST_F(removal, marked_id_attaches_while_somebody_is_attached)
{
	struct expectation expected = { .content = "still here" };
	int bound, id = region_create(self->fd, SIZE);
	char *first, *second, *third;

	ASSERT_LT(0, id);
	expected.id = id;
	first = region_attach(self->fd, id, 0);
	ASSERT_NE(NULL, first);
	ASSERT_EQ(0, region_remove(self->fd, id));
	strcpy(first, expected.content);

	EXPECT_EQ(0, run_in_child(attach_and_compare, &expected));
	second = region_attach(self->fd, id, SHMREGION_ATTACH_RDONLY);
	ASSERT_NE(NULL, second);
	EXPECT_STREQ(expected.content, second);
	bound = region_open(id, O_RDWR);
	ASSERT_LE(0, bound);
	third = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, bound, 0);
	ASSERT_NE(MAP_FAILED, third);
	EXPECT_STREQ(expected.content, third);
	EXPECT_EQ(3, region_attaches(self->fd, id));

	EXPECT_EQ(0, region_detach(self->fd, first));
	EXPECT_EQ(0, region_detach(self->fd, second));
	EXPECT_EQ(0, run_in_child(attach_and_compare, &expected));
	EXPECT_EQ(1, region_attaches(self->fd, id));
	EXPECT_EQ(0, munmap(third, SIZE));
	EXPECT_TRUE(seems_gone(self->fd, id));
	EXPECT_EQ(-EINVAL, run_in_child(attach_and_compare, &expected));
	close(bound);
}

TEST_F(removal, again_is_no_error_while_attached)
{
	int id = region_create(self->fd, SIZE);
	void *address;

	ASSERT_LT(0, id);
	address = region_attach(self->fd, id, 0);
	ASSERT_NE(NULL, address);
	EXPECT_EQ(0, region_remove(self->fd, id));
	EXPECT_EQ(0, region_remove(self->fd, id));
	EXPECT_EQ(1, region_attaches(self->fd, id));
	EXPECT_EQ(0, region_detach(self->fd, address));
	EXPECT_EQ(-EINVAL, region_remove(self->fd, id));
}

TEST_F(removal, marked_region_can_be_changed_and_locked)
{
	struct shmregion_stat stat;
	int id = region_create(self->fd, SIZE);
	void *address;

	ASSERT_LT(0, id);
	address = region_attach(self->fd, id, 0);
	ASSERT_NE(NULL, address);
	EXPECT_EQ(0, region_remove(self->fd, id));
	EXPECT_EQ(0, region_set_mode(self->fd, id, 0644));
	EXPECT_EQ(0, region_lock(self->fd, id));
	EXPECT_EQ(0, region_stat(self->fd, id, 0, &stat));
	EXPECT_EQ(0644U | SHMREGION_MODE_REMOVED | SHMREGION_MODE_LOCKED,
		  stat.mode);
	EXPECT_EQ(0, region_detach(self->fd, address));
}

static bool is_listed(int fd, int id)
{
	uint64_t cursor = 0;
	int next = 0;

	while (next >= 0 && next != id)
		next = region_next(fd, &cursor, 0);
	return next == id;
}

TEST_F(removal, marked_region_is_listed_until_it_goes)
{
	int id = region_create(self->fd, SIZE);
	void *address;

	ASSERT_LT(0, id);
	address = region_attach(self->fd, id, 0);
	ASSERT_NE(NULL, address);
	EXPECT_EQ(0, region_remove(self->fd, id));
	EXPECT_TRUE(is_listed(self->fd, id));
	EXPECT_EQ(0, region_detach(self->fd, address));
	EXPECT_FALSE(is_listed(self->fd, id));
}

/* What there is, as the module and as the kernel count. */
struct use {
	struct shmregion_info info;
	long long shmem;
};

static struct use read_use(int fd)
{
	struct use use = { .shmem = meminfo_bytes("Shmem") };

	device_info(fd, &use.info);
	return use;
}

/* Is all the memory back, give or take what others do meanwhile? */
static int use_is_back(int fd, const struct use *before)
{
	struct use now = read_use(fd);

	return now.info.all_regions == before->info.all_regions &&
	       now.info.all_bytes == before->info.all_bytes &&
	       now.info.user_bytes == before->info.user_bytes &&
	       now.info.regions == before->info.regions &&
	       now.info.bytes == before->info.bytes &&
	       now.info.resident_bytes == before->info.resident_bytes &&
	       now.shmem < before->shmem + (long long)SIZE / 4;
}

/* Is @size still charged, and are its pages still there? */
static int use_is_held(int fd, const struct use *before)
{
	struct use now = read_use(fd);

	return now.info.all_regions == before->info.all_regions + 1 &&
	       now.info.all_bytes == before->info.all_bytes + SIZE &&
	       now.info.user_bytes == before->info.user_bytes + SIZE &&
	       now.info.regions == before->info.regions + 1 &&
	       now.info.bytes == before->info.bytes + SIZE &&
	       now.info.resident_bytes == before->info.resident_bytes + SIZE &&
	       now.shmem > before->shmem + (long long)SIZE * 3 / 4;
}

TEST_F(removal, memory_is_back_after_removal)
{
	const struct use before = read_use(self->fd);
	int id = region_get(self->fd, KEY, SIZE,
			    CREATE | SHMREGION_GET_POPULATE, 0600);

	ASSERT_LT(0, id);
	EXPECT_TRUE(use_is_held(self->fd, &before));
	EXPECT_EQ(0, region_remove(self->fd, id));
	EXPECT_TRUE(BECOMES_TRUE(use_is_back(self->fd, &before)));
}

TEST_F(removal, memory_goes_with_the_last_detach)
{
	const struct use before = read_use(self->fd);
	int id = region_create(self->fd, SIZE);
	void *first, *second;

	ASSERT_LT(0, id);
	first = region_attach(self->fd, id, 0);
	second = region_attach(self->fd, id, SHMREGION_ATTACH_RDONLY);
	ASSERT_NE(NULL, first);
	ASSERT_NE(NULL, second);
	memset(first, 1, SIZE);
	EXPECT_EQ(0, region_remove(self->fd, id));
	EXPECT_TRUE(use_is_held(self->fd, &before));
	EXPECT_EQ(0, region_detach(self->fd, first));
	EXPECT_TRUE(use_is_held(self->fd, &before));
	EXPECT_EQ(0, region_detach(self->fd, second));
	EXPECT_TRUE(BECOMES_TRUE(use_is_back(self->fd, &before)));
}

/* Attaches, says so, and lies there until it is killed. */
static int attach_and_wait(struct peer *parent, void *data)
{
	uint64_t never;
	int fd = device_open(O_RDWR);
	void *address = region_attach(fd, *(int *)data, 0);

	if (!address)
		return -errno;
	memset(address, 1, SIZE);
	peer_tell(parent, 0);
	return peer_hear(parent, &never);
}

TEST_F(removal, memory_goes_when_the_last_attacher_is_killed)
{
	const struct use before = read_use(self->fd);
	int id = region_create(self->fd, SIZE);
	struct peer child;
	uint64_t error;

	ASSERT_LT(0, id);
	ASSERT_EQ(0, peer_start(&child, attach_and_wait, &id));
	ASSERT_EQ(0, peer_hear(&child, &error));
	ASSERT_EQ(0U, error);
	EXPECT_EQ(0, region_remove(self->fd, id));
	EXPECT_TRUE(use_is_held(self->fd, &before));
	peer_kill(&child);
	EXPECT_TRUE(seems_gone(self->fd, id));
	EXPECT_TRUE(BECOMES_TRUE(use_is_back(self->fd, &before)));
}

TEST_F(removal, bound_descriptor_does_not_keep_the_memory)
{
	const struct use before = read_use(self->fd);
	int bound, id = region_get(self->fd, KEY, SIZE,
				   CREATE | SHMREGION_GET_POPULATE, 0600);
	void *address;

	ASSERT_LT(0, id);
	bound = region_open(id, O_RDWR);
	ASSERT_LE(0, bound);
	address = mmap(NULL, SIZE, PROT_READ, MAP_SHARED, bound, 0);
	ASSERT_NE(MAP_FAILED, address);
	EXPECT_EQ(0, munmap(address, SIZE));
	EXPECT_EQ(0, region_remove(self->fd, id));
	EXPECT_TRUE(seems_gone(self->fd, id));
	EXPECT_TRUE(BECOMES_TRUE(use_is_back(self->fd, &before)));
	EXPECT_EQ(MAP_FAILED,
		  mmap(NULL, SIZE, PROT_READ, MAP_SHARED, bound, 0));
	EXPECT_EQ(EIDRM, errno);
	close(bound);
}

/* Says with what success this user removes the region. */
static int remove_it(struct peer *parent, void *data)
{
	int fd = device_open(O_RDONLY);

	(void)parent;
	return fd < 0 ? fd : region_remove(fd, *(int *)data);
}

TEST_F(removal, owner_may_remove_what_another_created)
{
	int id = region_create(self->fd, SIZE);

	ASSERT_LT(0, id);
	ASSERT_EQ(0, region_set_owner(self->fd, id, OWNER, OWNER));
	EXPECT_EQ(-EPERM, run_as(STRANGER, STRANGER, remove_it, &id));
	/* The owner's group has no say in this. */
	EXPECT_EQ(-EPERM, run_as(STRANGER, OWNER, remove_it, &id));
	EXPECT_EQ(0, region_attaches(self->fd, id));
	EXPECT_EQ(0, run_as(OWNER, OWNER, remove_it, &id));
	EXPECT_TRUE(seems_gone(self->fd, id));
}

/* Creates a region of this user's, gives it away, and removes it nonetheless. */
static int give_away_and_remove(struct peer *parent, void *data)
{
	int fd = device_open(O_RDWR);
	int id = region_create(fd, SIZE);
	int error;

	(void)parent;
	(void)data;
	if (id < 0)
		return id;
	error = region_set_owner(fd, id, STRANGER, STRANGER);
	return error ? error : region_remove(fd, id);
}

TEST_F(removal, creator_may_remove_what_another_owns)
{
	EXPECT_EQ(0, run_as(OWNER, OWNER, give_away_and_remove, NULL));
}

TEST_HARNESS_MAIN
