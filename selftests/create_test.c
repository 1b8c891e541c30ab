// SPDX-License-Identifier: GPL-2.0
/*
 * Creating regions and finding them again: keys, sizes, flags, ids.
 */

#include "harness.h"

#include <time.h>

#include "clock.h"
#include "device.h"
#include "process.h"

#define KEY 0x63720000ULL
#define CREATE SHMREGION_GET_CREATE
#define EXCL SHMREGION_GET_EXCL
#define USER 65534

FIXTURE(create)
{
	int fd;
	uint64_t page;
};

FIXTURE_SETUP(create)
{
	self->page = sysconf(_SC_PAGESIZE);
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(create)
{
	region_remove_all(self->fd);
	close(self->fd);
}

TEST_F(create, without_create_an_unknown_key_is_not_found)
{
	EXPECT_EQ(-ENOENT, region_get(self->fd, KEY, 1, 0, 0600));
	EXPECT_EQ(-ENOENT, region_get(self->fd, KEY, 0, 0, 0));
	EXPECT_EQ(-ENOENT, region_get(self->fd, KEY, UINT64_MAX, EXCL, 0600));
}

TEST_F(create, a_key_finds_its_region)
{
	int id = region_get(self->fd, KEY, 100, CREATE, 0600);
	int other = device_open(O_RDONLY);

	ASSERT_LT(0, id);
	EXPECT_EQ(id, region_get(self->fd, KEY, 100, CREATE, 0600));
	EXPECT_EQ(id, region_get(self->fd, KEY, 100, 0, 0600));
	ASSERT_LE(0, other);
	EXPECT_EQ(id, region_get(other, KEY, 0, 0, 0));
	close(other);
}

TEST_F(create, excl_refuses_an_existing_key)
{
	ASSERT_LT(0, region_get(self->fd, KEY, 100, CREATE | EXCL, 0600));
	EXPECT_EQ(-EEXIST, region_get(self->fd, KEY, 100, CREATE | EXCL, 0600));
}

TEST_F(create, excl_without_create_means_nothing)
{
	int id = region_get(self->fd, KEY, 100, CREATE, 0600);

	ASSERT_LT(0, id);
	EXPECT_EQ(id, region_get(self->fd, KEY, 100, EXCL, 0600));
}

TEST_F(create, an_existing_region_is_found_by_no_more_than_its_size)
{
	const uint64_t size = self->page + 1;
	int id = region_get(self->fd, KEY, size, CREATE, 0600);

	ASSERT_LT(0, id);
	EXPECT_EQ(id, region_get(self->fd, KEY, 0, 0, 0));
	EXPECT_EQ(id, region_get(self->fd, KEY, 0, CREATE, 0));
	EXPECT_EQ(id, region_get(self->fd, KEY, size - 1, 0, 0));
	EXPECT_EQ(id, region_get(self->fd, KEY, size, 0, 0));
	/* There is memory up to the end of the page, but it is not the region's. */
	EXPECT_EQ(-EINVAL, region_get(self->fd, KEY, size + 1, 0, 0));
	EXPECT_EQ(-EINVAL, region_get(self->fd, KEY, UINT64_MAX, CREATE, 0));
}

static int get_as_user(struct peer *parent, void *data)
{
	struct shmregion_get *get = data;
	int fd = device_open(O_RDWR);

	(void)parent;
	return fd < 0 ? fd :
			region_get(fd, get->key, get->size, get->flags,
				   get->mode);
}

TEST_F(create, errors_are_found_in_the_order_of_system_v)
{
	struct shmregion_get get = {
		.key = KEY, .size = 101, .flags = CREATE | EXCL, .mode = 0644
	};
	int id = region_get(self->fd, KEY, 100, CREATE, 0640);

	ASSERT_LT(0, id);
	EXPECT_EQ(-EEXIST, run_as(USER, USER, get_as_user, &get));
	get.flags = CREATE;
	EXPECT_EQ(-EINVAL, run_as(USER, USER, get_as_user, &get));
	get.size = 100;
	EXPECT_EQ(-EACCES, run_as(USER, USER, get_as_user, &get));
	get.mode = 0;
	EXPECT_EQ(id, run_as(USER, USER, get_as_user, &get));
	get.flags = CREATE | EXCL;
	get.mode = 01644;
	EXPECT_EQ(-EINVAL, run_as(USER, USER, get_as_user, &get));
	get.key = KEY + 1;
	get.flags = 0;
	EXPECT_EQ(-EINVAL, run_as(USER, USER, get_as_user, &get));
}

TEST_F(create, a_mode_beyond_the_permission_bits_is_invalid)
{
	uint32_t bit;

	for (bit = 01000; bit; bit <<= 1)
		EXPECT_EQ(-EINVAL,
			  region_get(self->fd, KEY, 1, CREATE, 0600 | bit));
	EXPECT_EQ(-ENOENT, region_get(self->fd, KEY, 1, 0, 0777));
}

TEST_F(create, a_private_key_always_creates)
{
	const uint32_t flags[] = { 0, CREATE, EXCL, CREATE | EXCL };
	int ids[ARRAY_SIZE(flags)];
	struct shmregion_stat stat;
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		ids[i] = region_get(self->fd, SHMREGION_KEY_PRIVATE, 1,
				    flags[i], 0600);
		ASSERT_LT(0, ids[i]);
		for (j = 0; j < i; j++)
			EXPECT_NE(ids[j], ids[i]);
		EXPECT_EQ(0, region_stat(self->fd, ids[i], 0, &stat));
		EXPECT_EQ(SHMREGION_KEY_PRIVATE, stat.key);
	}
}

TEST_F(create, all_64_bits_of_a_key_count)
{
	const uint64_t keys[] = { 1,	      1ULL << 31,
				  1ULL << 32, (1ULL << 32) + 1,
				  1ULL << 63, UINT64_MAX };
	int ids[ARRAY_SIZE(keys)];
	struct shmregion_stat stat;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		ids[i] = region_get(self->fd, keys[i], i + 1, CREATE | EXCL,
				    0600);
		ASSERT_LT(0, ids[i]);
	}
	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		EXPECT_EQ(ids[i], region_get(self->fd, keys[i], 0, 0, 0));
		EXPECT_EQ(0, region_stat(self->fd, ids[i], 0, &stat));
		EXPECT_EQ(keys[i], stat.key);
		EXPECT_EQ(i + 1, stat.size);
	}
}

TEST_F(create, size_zero_and_above_the_limit_are_invalid)
{
	struct shmregion_info info;

	ASSERT_EQ(0, device_info(self->fd, &info));
	EXPECT_EQ(-EINVAL, region_create(self->fd, 0));
	EXPECT_EQ(-EINVAL, region_create(self->fd, info.max_region_bytes + 1));
	EXPECT_EQ(-EINVAL, region_create(self->fd, 1ULL << 63));
	EXPECT_EQ(-EINVAL, region_create(self->fd, UINT64_MAX));
	EXPECT_EQ(-EINVAL, region_get(self->fd, KEY, 0, CREATE, 0600));
	EXPECT_EQ(-ENOENT, region_get(self->fd, KEY, 0, 0, 0));
}

TEST_F(create, every_size_is_kept_and_usable_to_its_last_page)
{
	const uint64_t sizes[] = { 1, self->page - 1, self->page,
				   self->page + 1, 3 * self->page };
	struct shmregion_stat stat;
	unsigned int i;
	uint64_t mapped;
	char *memory;
	int id;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		id = region_create(self->fd, sizes[i]);
		ASSERT_LT(0, id);
		EXPECT_EQ(0, region_stat(self->fd, id, 0, &stat));
		EXPECT_EQ(sizes[i], stat.size);

		memory = region_attach(self->fd, id, 0);
		ASSERT_NE(NULL, memory);
		mapped = (sizes[i] + self->page - 1) / self->page * self->page;
		memory[0] = 1;
		memory[mapped - 1] = 1;
		EXPECT_EQ(0, region_stat(self->fd, id, 0, &stat));
		EXPECT_EQ(mapped > self->page ? 2 * self->page : self->page,
			  stat.resident_bytes);
		EXPECT_EQ(0, region_detach(self->fd, memory));
	}
}

TEST_F(create, stat_tells_how_it_was_created)
{
	struct shmregion_stat stat;
	uint64_t before = clock_before();
	int id = region_get(self->fd, KEY, 5, CREATE, 0751);
	uint64_t after = clock_after();

	ASSERT_LT(0, id);
	ASSERT_EQ(0, region_stat(self->fd, id, 0, &stat));
	EXPECT_EQ(id, stat.id);
	EXPECT_EQ(0751, stat.mode);
	EXPECT_EQ(KEY, stat.key);
	EXPECT_EQ(5, stat.size);
	EXPECT_EQ(getuid(), stat.uid);
	EXPECT_EQ(getgid(), stat.gid);
	EXPECT_EQ(getuid(), stat.cuid);
	EXPECT_EQ(getgid(), stat.cgid);
	EXPECT_EQ(getpid(), stat.creator_pid);
	EXPECT_EQ(0, stat.last_pid);
	EXPECT_EQ(0, stat.attributes);
	EXPECT_EQ(0, stat.descriptors);
	EXPECT_EQ(0, stat.attaches);
	EXPECT_EQ(0, stat.attach_time);
	EXPECT_EQ(0, stat.detach_time);
	EXPECT_LE(before, stat.change_time);
	EXPECT_GE(after, stat.change_time);
	EXPECT_EQ(0, stat.resident_bytes);
	EXPECT_EQ(0, stat.swapped_bytes);
	EXPECT_EQ(0, stat.huge_bytes);
}

TEST_F(create, the_creator_is_the_effective_user)
{
	struct shmregion_get get = { .size = 1, .flags = CREATE, .mode = 0600 };
	struct shmregion_stat stat;
	int id = run_as(USER, USER - 1, get_as_user, &get);

	ASSERT_LT(0, id);
	EXPECT_EQ(0, region_stat(self->fd, id, 0, &stat));
	EXPECT_EQ(0, region_remove(self->fd, id));
	EXPECT_EQ(USER, stat.uid);
	EXPECT_EQ(USER - 1, stat.gid);
	EXPECT_EQ(USER, stat.cuid);
	EXPECT_EQ(USER - 1, stat.cgid);
}

TEST_F(create, every_combination_of_attributes)
{
	const uint32_t kept = SHMREGION_GET_NORESERVE |
			      SHMREGION_GET_HUGE_MASK |
			      SHMREGION_GET_LIFETIME_MASK;
	const uint64_t size = 3 * self->page;
	struct shmregion_stat stat;
	uint32_t flags;
	unsigned int i;
	int id;

	for (i = 0; i < 2 * 2 * 5 * 3; i++) {
		flags = i % 2 * SHMREGION_GET_NORESERVE |
			i / 2 % 2 * SHMREGION_GET_POPULATE |
			i / 4 % 5 * SHMREGION_GET_HUGE_NEVER |
			i / 20 * SHMREGION_GET_LIFETIME_LAST_DETACH;
		id = region_get(self->fd, KEY, size, CREATE | EXCL | flags,
				0600);
		ASSERT_LT(0, id) TH_LOG("flags %#x", flags);
		EXPECT_EQ(0, region_stat(self->fd, id, 0, &stat));
		EXPECT_EQ(flags & kept, stat.attributes);
		EXPECT_EQ(size, stat.size);
		if (flags & SHMREGION_GET_POPULATE) {
			EXPECT_LE(size, stat.resident_bytes)
			TH_LOG("flags %#x", flags);
		} else {
			EXPECT_EQ(0, stat.resident_bytes);
		}
		EXPECT_EQ(0, region_remove(self->fd, id));
	}
}

TEST_F(create, attributes_mean_nothing_for_an_existing_region)
{
	const uint32_t flags =
		SHMREGION_GET_NORESERVE | SHMREGION_GET_POPULATE |
		SHMREGION_GET_HUGE_ALWAYS | SHMREGION_GET_LIFETIME_OWNER;
	int id = region_get(self->fd, KEY, self->page, CREATE, 0600);
	int other = device_open(O_RDWR);
	struct shmregion_stat stat;

	ASSERT_LT(0, id);
	ASSERT_LE(0, other);
	EXPECT_EQ(id, region_get(other, KEY, self->page, CREATE | flags, 0));
	close(other);
	EXPECT_EQ(0, region_stat(self->fd, id, 0, &stat));
	EXPECT_EQ(0, stat.attributes);
	EXPECT_EQ(0, stat.resident_bytes);
	EXPECT_EQ(0600, stat.mode);
}

TEST_F(create, populate_allocates_every_page)
{
	const uint64_t size = 8 << 20;
	struct shmregion_stat stat;
	int id = region_get(self->fd, KEY, size,
			    CREATE | SHMREGION_GET_POPULATE |
				    SHMREGION_GET_HUGE_NEVER,
			    0600);

	ASSERT_LT(0, id);
	EXPECT_EQ(0, region_stat(self->fd, id, SHMREGION_STAT_HUGE, &stat));
	EXPECT_EQ(size, stat.resident_bytes);
	EXPECT_EQ(0, stat.huge_bytes);
}

TEST_HARNESS_MAIN
