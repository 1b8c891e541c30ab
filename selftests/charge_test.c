// SPDX-License-Identifier: GPL-2.0
/*
 * A region never takes more memory than it was charged for, though tmpfs lets
 * the last huge page reach beyond its end, and madvise(2) makes one out of less.
 */

#include "harness.h"

#include <fcntl.h>
#include <linux/mman.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "device.h"
#include "free_address.h"
#include "kernel_file.h"
#include "mapped_file.h"
#include "process.h"

#define KIB 1024ULL
#define MIB (1024 * KIB)

FIXTURE(charge)
{
	int fd;
	struct shmregion_info before;
};

FIXTURE_VARIANT(charge)
{
	uint32_t policy;
};

FIXTURE_VARIANT_ADD(charge, never){
	.policy = SHMREGION_GET_HUGE_NEVER,
};

FIXTURE_VARIANT_ADD(charge, within_size){
	.policy = SHMREGION_GET_HUGE_WITHIN_SIZE,
};

FIXTURE_VARIANT_ADD(charge, always){
	.policy = SHMREGION_GET_HUGE_ALWAYS,
};

FIXTURE_VARIANT_ADD(charge, advise){
	.policy = SHMREGION_GET_HUGE_ADVISE,
};

FIXTURE_SETUP(charge)
{
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, device_info(self->fd, &self->before));
}

FIXTURE_TEARDOWN(charge)
{
	region_remove_all(self->fd);
	close(self->fd);
}

/* Creates a region. Returns its id, and what was charged for it. */
static int create(FIXTURE_DATA(charge) * self, uint32_t policy, uint64_t size,
		  uint64_t *charged)
{
	const int id = region_get(self->fd, SHMREGION_KEY_PRIVATE, size,
				  SHMREGION_GET_CREATE | policy, 0600);
	struct shmregion_info info;
	const int error = id < 0 ? id : device_info(self->fd, &info);

	*charged = info.user_bytes - self->before.user_bytes;
	return error ? error : id;
}

/* Until all that was charged is given back, which is when the last file is. */
static int wait_for_charge(FIXTURE_DATA(charge) * self)
{
	struct shmregion_info info;
	int error;

	do
		error = device_info(self->fd, &info);
	while (!error && info.user_bytes != self->before.user_bytes);
	return error;
}

static int remove_and_wait(FIXTURE_DATA(charge) * self, int id)
{
	const int error = region_remove(self->fd, id);

	return error ? error : wait_for_charge(self);
}

static const uint64_t sizes[] = {
	1,
	4 * KIB,
	64 * KIB,
	2 * MIB - 8 * KIB,
	2 * MIB - 4 * KIB,
	2 * MIB - 1,
	2 * MIB,
	2 * MIB + 4 * KIB,
	4 * MIB - 1,
	4 * MIB,
	5 * MIB + 12345,
	6 * MIB,
};

static void expect_covered(struct __test_metadata *_metadata,
			   const struct shmregion_stat *stat, uint64_t charged)
{
	EXPECT_LE(stat->resident_bytes, charged)
	TH_LOG("a region of %llu bytes takes %llu, charged %llu",
	       (unsigned long long)stat->size,
	       (unsigned long long)stat->resident_bytes,
	       (unsigned long long)charged);
}

TEST_F(charge, covers_what_a_region_takes)
{
	struct shmregion_stat stat;
	uint64_t charged;
	char *memory;
	size_t i;
	int id;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		id = create(self, variant->policy, sizes[i], &charged);
		ASSERT_LT(0, id);
		EXPECT_LE(sizes[i], charged);

		memory = region_attach(self->fd, id, 0);
		ASSERT_NE(NULL, memory);
		madvise(memory, sizes[i], MADV_HUGEPAGE);
		memset(memory, 'x', sizes[i]);
		ASSERT_EQ(0, region_stat(self->fd, id, 0, &stat));
		EXPECT_LE(sizes[i], stat.resident_bytes);
		expect_covered(_metadata, &stat, charged);

		ASSERT_EQ(0, region_detach(self->fd, memory));
		ASSERT_EQ(0, remove_and_wait(self, id));
	}
}

/*
 * MADV_COLLAPSE asks neither for the policy nor for the end of the region, but only
 * for a mapping that is long enough; and mremap(2) makes it so.
 */
TEST_F(charge, covers_what_is_collapsed_in_a_longer_mapping)
{
	const uint64_t length = 8 * MIB;
	struct shmregion_stat stat;
	uint64_t charged;
	void *memory;
	size_t i;
	int id;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		id = create(self, variant->policy, sizes[i], &charged);
		ASSERT_LT(0, id);
		ASSERT_EQ(0, region_attach_at(self->fd, id, FREE_ADDRESS, 0,
					      &memory));
		memset(memory, 'x', sizes[i]);
		ASSERT_EQ(memory, mremap(memory, sizes[i], length, 0));
		madvise(memory, length, MADV_COLLAPSE);
		ASSERT_EQ(0, region_stat(self->fd, id, 0, &stat));
		expect_covered(_metadata, &stat, charged);

		ASSERT_EQ(0, munmap(memory, length));
		ASSERT_EQ(0, remove_and_wait(self, id));
	}
}

/* It takes a while to free that. */
#define LARGE (64 * (long long)MIB)
/* The kernel counts by processors, and adds that up later. */
#define SLACK (8 * (long long)MIB)
#define USER 65534

static int create_large(int fd, uint32_t policy)
{
	return region_get(
		fd, SHMREGION_KEY_PRIVATE, LARGE,
		SHMREGION_GET_CREATE | SHMREGION_GET_POPULATE | policy, 0600);
}

/* As who may not write to a file that says so. */
static int detach_when_told(struct peer *parent, void *data)
{
	const int fd = device_open(O_RDWR);
	void *memory = region_attach(fd, *(int *)data, 0);
	uint64_t told;
	int error = memory ? 0 : -errno;

	if (!error)
		error = limit_capabilities(0);
	if (!error)
		error = peer_tell(parent, 0);
	if (!error)
		error = peer_hear(parent, &told);
	return error ? error : region_detach(fd, memory);
}

/* Has @child, which is the only one to be attached, detach from a removed region. */
static int begin_to_free(struct peer *child, int fd, int *id)
{
	uint64_t told;
	int error = peer_start(child, detach_when_told, id);

	if (!error)
		error = peer_hear(child, &told);
	if (!error)
		error = region_remove(fd, *id);
	return error ? error : peer_tell(child, 0);
}

TEST_F(charge, is_given_back_when_the_memory_is)
{
	const long long before = meminfo_bytes("Shmem");
	const long long reserved = meminfo_bytes("Committed_AS");
	struct peer child;
	int id;

	id = create_large(self->fd, variant->policy);
	ASSERT_LT(0, id);
	EXPECT_LE(before + LARGE, meminfo_bytes("Shmem") + SLACK);
	ASSERT_EQ(0, begin_to_free(&child, self->fd, &id));
	ASSERT_EQ(0, wait_for_charge(self));
	EXPECT_GE(before + SLACK, meminfo_bytes("Shmem"));
	/* This is counted more coarsely yet. */
	EXPECT_GE(reserved + LARGE / 2, meminfo_bytes("Committed_AS"));
	EXPECT_EQ(0, peer_wait(&child));
}

/* As root can, by a way round the module. */
static int forbid_to_write(int fd, int id)
{
	void *memory = region_attach(fd, id, 0);
	unsigned long offset;
	int file, error;

	if (!memory)
		return -errno;
	file = mapped_file_open(memory, O_RDONLY, &offset);
	if (file < 0)
		return file;
	error = fchmod(file, 0) ? -errno : 0;
	close(file);
	return error ? error : region_detach(fd, memory);
}

TEST_F(charge, is_given_back_when_the_memory_is_that_nobody_may_write)
{
	const long long before = meminfo_bytes("Shmem");
	struct peer child;
	int id;

	id = create_large(self->fd, variant->policy);
	ASSERT_LT(0, id);
	ASSERT_EQ(0, forbid_to_write(self->fd, id));
	ASSERT_EQ(0, begin_to_free(&child, self->fd, &id));
	ASSERT_EQ(0, wait_for_charge(self));
	EXPECT_GE(before + SLACK, meminfo_bytes("Shmem"));
	EXPECT_EQ(0, peer_wait(&child));
}

/* Locks what the limit allows, then as much again as soon as that is allowed. */
static int lock_again(struct peer *parent, void *data)
{
	const long long before = meminfo_bytes("Shmem");
	const int fd = device_open(O_RDWR);
	int id = create_large(fd, *(const uint32_t *)data);
	int other = region_create(fd, LARGE);
	struct peer child;
	long long after;
	int error;

	(void)parent;
	if (id < 0 || other < 0)
		return -EBADF;
	error = region_lock(fd, id);
	if (!error)
		error = begin_to_free(&child, fd, &id);
	if (error)
		return error;
	do
		error = region_lock(fd, other);
	while (error == -ENOMEM);
	after = meminfo_bytes("Shmem");
	region_remove_all(fd);
	if (error || peer_wait(&child))
		return -ECHILD;
	return after > before + SLACK ? -EOVERFLOW : 0;
}

TEST_F(charge, of_a_lock_is_given_back_when_the_memory_is)
{
	const struct rlimit limit = { .rlim_cur = LARGE, .rlim_max = LARGE };
	uint32_t policy = variant->policy;

	ASSERT_EQ(0, setrlimit(RLIMIT_MEMLOCK, &limit));
	EXPECT_EQ(0, run_as(USER, USER, lock_again, &policy));
}

TEST_HARNESS_MAIN
