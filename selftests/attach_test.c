// SPDX-License-Identifier: GPL-2.0
/*
 * Attaching a whole region by SHMREGION_IOC_ATTACH: where it comes to lie, what
 * may be done with it, and what an attach that fails leaves behind.
 */

#include "harness.h"

#include <sys/resource.h>

#include "device.h"
#include "free_address.h"
#include "pagemap.h"
#include "process.h"

#define PAGES 4
#define USER 65534

FIXTURE(attach)
{
	int fd;
	int id;
	size_t page;
	size_t size;
};

FIXTURE_SETUP(attach)
{
	self->page = sysconf(_SC_PAGESIZE);
	self->size = PAGES * self->page;
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	self->id = region_get(self->fd, SHMREGION_KEY_PRIVATE, self->size, 0,
			      0777);
	ASSERT_LT(0, self->id);
}

FIXTURE_TEARDOWN(attach)
{
	region_remove_all(self->fd);
	close(self->fd);
}

TEST_F(attach, maps_the_whole_region)
{
	struct shmregion_attach attach = {};
	char line[512], expected[64];

	attach.id = region_create(self->fd, self->page + 1);
	ASSERT_LT(0, attach.id);
	ASSERT_EQ(0, device_ioctl(self->fd, SHMREGION_IOC_ATTACH, &attach));
	EXPECT_EQ(self->page + 1, attach.size);
	EXPECT_NE(0, attach.address);
	ASSERT_EQ(0, maps_line(getpid(), (void *)(uintptr_t)attach.address,
			       line, sizeof(line)));
	snprintf(expected, sizeof(expected), "%lx-%lx rw-s",
		 (unsigned long)attach.address,
		 (unsigned long)attach.address + 2 * self->page);
	line[strlen(expected)] = '\0';
	EXPECT_STREQ(expected, line);
}

TEST_F(attach, at_a_free_address)
{
	void *address;
	char *memory;

	EXPECT_EQ(0, region_attach_at(self->fd, self->id, FREE_ADDRESS, 0,
				      &address));
	EXPECT_EQ(FREE_ADDRESS, address);
	memory = address;
	memory[self->size - 1] = 1;
	EXPECT_FALSE(is_mapped(FREE_ADDRESS - 1));
	EXPECT_FALSE(is_mapped(FREE_ADDRESS + self->size));
}

TEST_F(attach, a_misaligned_address_is_invalid_unless_rounded)
{
	const size_t offsets[] = { 1, self->page / 2, self->page - 1 };
	void *address = NULL;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(offsets); i++) {
		EXPECT_EQ(-EINVAL, region_attach_at(self->fd, self->id,
						    FREE_ADDRESS + offsets[i],
						    0, &address));
		EXPECT_EQ(-EINVAL,
			  region_attach_at(self->fd, self->id,
					   FREE_ADDRESS + offsets[i],
					   SHMREGION_ATTACH_REMAP, &address));
		EXPECT_EQ(0,
			  region_attach_at(self->fd, self->id,
					   FREE_ADDRESS + offsets[i],
					   SHMREGION_ATTACH_ROUND, &address));
		EXPECT_EQ(FREE_ADDRESS, address);
		EXPECT_EQ(0, region_detach(self->fd, address));
	}
	EXPECT_EQ(0, region_attach_at(self->fd, self->id, FREE_ADDRESS,
				      SHMREGION_ATTACH_ROUND, &address));
	EXPECT_EQ(FREE_ADDRESS, address);
}

TEST_F(attach, an_overlap_is_refused_and_remap_replaces_it)
{
	const int offsets[] = { 1 - PAGES, -1, 0, 1, PAGES - 1 };
	void *address = NULL, *at;
	unsigned int i;
	char *foreign;

	for (i = 0; i < ARRAY_SIZE(offsets); i++) {
		foreign = mmap(FREE_ADDRESS, self->size, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
		ASSERT_EQ(FREE_ADDRESS, foreign);
		memset(foreign, 'x', self->size);
		at = foreign + offsets[i] * (int)self->page;

		EXPECT_EQ(-EINVAL, region_attach_at(self->fd, self->id, at, 0,
						    &address));
		EXPECT_EQ(0, region_attaches(self->fd, self->id));
		EXPECT_EQ('x', foreign[0]);
		EXPECT_EQ('x', foreign[self->size - 1]);

		EXPECT_EQ(0,
			  region_attach_at(self->fd, self->id, at,
					   SHMREGION_ATTACH_REMAP, &address));
		EXPECT_EQ(at, address);
		EXPECT_EQ(offsets[i] <= 0 ? 0 : 'x', foreign[0]);
		EXPECT_EQ(offsets[i] >= 0 ? 0 : 'x', foreign[self->size - 1]);
		EXPECT_EQ(1, region_attaches(self->fd, self->id));
		EXPECT_EQ(0, region_detach(self->fd, at));
		EXPECT_EQ(0, munmap(foreign, self->size));
	}
}

TEST_F(attach, remap_over_an_attach_detaches_it)
{
	int other = region_create(self->fd, self->size);
	void *address;

	ASSERT_LT(0, other);
	ASSERT_EQ(0,
		  region_attach_at(self->fd, other, FREE_ADDRESS, 0, &address));
	ASSERT_EQ(0, region_remove(self->fd, other));
	EXPECT_EQ(0, region_attach_at(self->fd, self->id, FREE_ADDRESS,
				      SHMREGION_ATTACH_REMAP, &address));
	EXPECT_TRUE(region_is_gone(self->fd, other));
	EXPECT_EQ(1, region_attaches(self->fd, self->id));

	EXPECT_EQ(0, region_attach_at(self->fd, self->id, FREE_ADDRESS,
				      SHMREGION_ATTACH_REMAP, &address));
	EXPECT_EQ(1, region_attaches(self->fd, self->id));
}

TEST_F(attach, remap_over_the_last_attach_of_a_removed_region_keeps_it)
{
	void *address;

	ASSERT_EQ(0, region_attach_at(self->fd, self->id, FREE_ADDRESS, 0,
				      &address));
	FREE_ADDRESS[0] = 'k';
	ASSERT_EQ(0, region_remove(self->fd, self->id));
	EXPECT_EQ(0, region_attach_at(self->fd, self->id, FREE_ADDRESS,
				      SHMREGION_ATTACH_REMAP, &address));
	EXPECT_EQ(1, region_attaches(self->fd, self->id));
	EXPECT_EQ('k', FREE_ADDRESS[0]);
	EXPECT_EQ(0, region_detach(self->fd, address));
	EXPECT_TRUE(region_is_gone(self->fd, self->id));
}

TEST_F(attach, remap_needs_an_address)
{
	const uint32_t flags = SHMREGION_ATTACH_REMAP | SHMREGION_ATTACH_ROUND;
	void *address;

	EXPECT_EQ(-EINVAL, region_attach_at(self->fd, self->id, NULL,
					    SHMREGION_ATTACH_REMAP, &address));
	EXPECT_EQ(-EINVAL, region_attach_at(self->fd, self->id, (void *)1,
					    flags, &address));
	EXPECT_EQ(-EINVAL,
		  region_attach_at(self->fd, self->id, (void *)(self->page - 1),
				   flags, &address));
}

/* As System V has it, whatever lies there goes. */
TEST_F(attach, an_address_that_rounds_to_0_is_a_place_like_others)
{
	char *foreign = mmap(NULL, self->page, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	void *address = self;

	ASSERT_EQ(NULL, foreign);
	EXPECT_EQ(0, region_attach_at(self->fd, self->id, (void *)1,
				      SHMREGION_ATTACH_ROUND, &address));
	EXPECT_EQ(NULL, address);
	EXPECT_EQ(1, region_attaches(self->fd, self->id));
	EXPECT_EQ(0, munmap(NULL, self->size));
}

static int attach_where_users_may_not(struct peer *parent, void *data)
{
	const FIXTURE_DATA(attach) *self = data;
	char *occupied = (char *)self->page;
	void *address;

	(void)parent;
	if (region_attach_at(self->fd, self->id, occupied, 0, &address) !=
	    -EINVAL)
		return 1;
	if (region_attach_at(self->fd, self->id, occupied + self->page, 0,
			     &address) != -EPERM)
		return 2;
	return 0;
}

TEST_F(attach, an_overlap_is_noticed_before_a_forbidden_address)
{
	void *lowest = (void *)self->page;

	ASSERT_EQ(lowest, mmap(lowest, self->page, PROT_READ,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
	EXPECT_EQ(0, run_as(USER, USER, attach_where_users_may_not, self));
	EXPECT_EQ(0, munmap(lowest, self->page));
}

TEST_F(attach, an_id_that_names_no_region_is_invalid)
{
	const int ids[] = { 0, -1, INT32_MIN, INT32_MAX, self->id + 1 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		EXPECT_NULL(region_attach(self->fd, ids[i], 0));
		EXPECT_EQ(EINVAL, errno);
	}
}

TEST_F(attach, a_removed_region_as_long_as_somebody_is_attached)
{
	char *first = region_attach(self->fd, self->id, 0), *second;
	struct shmregion_stat stat;

	ASSERT_NE(NULL, first);
	strcpy(first, "still here");
	ASSERT_EQ(0, region_remove(self->fd, self->id));
	second = region_attach(self->fd, self->id, 0);
	ASSERT_NE(NULL, second);
	EXPECT_STREQ("still here", second);
	EXPECT_EQ(0, region_stat(self->fd, self->id, 0, &stat));
	EXPECT_EQ(SHMREGION_MODE_REMOVED | 0777, stat.mode);
	EXPECT_EQ(2, stat.attaches);

	EXPECT_EQ(0, region_detach(self->fd, first));
	EXPECT_EQ(1, region_attaches(self->fd, self->id));
	EXPECT_EQ(0, region_detach(self->fd, second));
	EXPECT_NULL(region_attach(self->fd, self->id, 0));
	EXPECT_EQ(EINVAL, errno);
}

TEST_F(attach, a_removed_region_that_nobody_had_attached_is_gone)
{
	ASSERT_EQ(0, region_remove(self->fd, self->id));
	EXPECT_NULL(region_attach(self->fd, self->id, 0));
	EXPECT_EQ(EINVAL, errno);
}

static int write_to(struct peer *parent, void *data)
{
	(void)parent;
	*(char *)data = 1;
	return 0;
}

TEST_F(attach, read_only)
{
	char *memory =
		region_attach(self->fd, self->id, SHMREGION_ATTACH_RDONLY);
	char line[512];

	ASSERT_NE(NULL, memory);
	EXPECT_EQ(0, memory[0]);
	EXPECT_EQ(0, maps_line(getpid(), memory, line, sizeof(line)));
	EXPECT_NE(NULL, strstr(line, " r--"));
	EXPECT_EQ(PEER_KILLED_BY(SIGSEGV), run_in_child(write_to, memory));
	EXPECT_EQ(-1, mprotect(memory, self->page, PROT_READ | PROT_WRITE));
	EXPECT_EQ(EACCES, errno);
}

static int answer(void)
{
	return 42;
}

static int call(struct peer *parent, void *data)
{
	int (*function)(void) = (int (*)(void))(uintptr_t)data;

	(void)parent;
	return function();
}

TEST_F(attach, executable)
{
	char *writable = region_attach(self->fd, self->id, 0);
	char *both = region_attach(self->fd, self->id, SHMREGION_ATTACH_EXEC);
	char *executable =
		region_attach(self->fd, self->id,
			      SHMREGION_ATTACH_EXEC | SHMREGION_ATTACH_RDONLY);

	ASSERT_NE(NULL, writable);
	ASSERT_NE(NULL, both);
	ASSERT_NE(NULL, executable);
	memcpy(both, (void *)(uintptr_t)answer, 64);
	__builtin___clear_cache(both, both + 64);
	EXPECT_EQ(42, run_in_child(call, both));
	EXPECT_EQ(42, run_in_child(call, executable));
	EXPECT_EQ(PEER_KILLED_BY(SIGSEGV), run_in_child(call, writable));
	EXPECT_EQ(PEER_KILLED_BY(SIGSEGV), run_in_child(write_to, executable));
}

TEST_F(attach, a_thousand_times)
{
	static void *addresses[1000];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(addresses); i++) {
		addresses[i] = region_attach(self->fd, self->id, 0);
		ASSERT_NE(NULL, addresses[i]);
	}
	EXPECT_EQ((long)ARRAY_SIZE(addresses),
		  region_attaches(self->fd, self->id));
	for (i = 0; i < ARRAY_SIZE(addresses); i++)
		ASSERT_EQ(0, region_detach(self->fd, addresses[i]));
	EXPECT_EQ(0, region_attaches(self->fd, self->id));
}

static int attach_without_address_space(struct peer *parent, void *data)
{
	const struct rlimit limit = { .rlim_cur = 1, .rlim_max = 1 };
	void *address;

	(void)parent;
	if (setrlimit(RLIMIT_AS, &limit))
		return -errno;
	return region_attach_at(device_open(O_RDWR), *(int *)data, NULL, 0,
				&address);
}

static int attach_beyond_memlock(struct peer *parent, void *data)
{
	const struct rlimit limit = { .rlim_cur = 4096, .rlim_max = 4096 };
	void *address;

	(void)parent;
	if (setrlimit(RLIMIT_MEMLOCK, &limit) || mlockall(MCL_FUTURE))
		return -errno;
	return region_attach_at(device_open(O_RDWR), *(int *)data, NULL, 0,
				&address);
}

TEST_F(attach, one_that_fails_counts_for_nothing)
{
	struct shmregion_stat stat;

	EXPECT_EQ(-ENOMEM,
		  run_in_child(attach_without_address_space, &self->id));
	EXPECT_EQ(-EAGAIN,
		  run_as(USER, USER, attach_beyond_memlock, &self->id));
	ASSERT_EQ(0, region_stat(self->fd, self->id, 0, &stat));
	EXPECT_EQ(0, stat.attaches);
	EXPECT_EQ(0, stat.attach_time);
	EXPECT_EQ(0, stat.last_pid);
}

TEST_HARNESS_MAIN
