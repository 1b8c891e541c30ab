// SPDX-License-Identifier: GPL-2.0
/*
 * Who may execute what lies in a region: an executable attach asks for the
 * permission, and a bound descriptor gives it for good or not at all.
 */

#include "harness.h"

#include <sys/mman.h>
#include <sys/personality.h>

#include "device.h"
#include "process.h"

#define KEY 0x65780000ULL
#define USER 1000

/* mov $42, %eax; ret */
static const unsigned char program[] = { 0xb8, 42, 0, 0, 0, 0xc3 };

FIXTURE(executable)
{
	int fd;
	size_t page;
};

FIXTURE_SETUP(executable)
{
	self->page = sysconf(_SC_PAGESIZE);
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(executable)
{
	region_remove_all(self->fd);
	close(self->fd);
}

static int create(int fd, uint32_t mode)
{
	return region_get(fd, KEY, 1, SHMREGION_GET_CREATE, mode);
}

static int attach_executable(struct peer *parent, void *data)
{
	const int fd = device_open(O_RDWR);

	(void)parent;
	return region_attach(fd, *(int *)data, SHMREGION_ATTACH_EXEC) ? 0 :
									-errno;
}

/* As a bit for each: mapped executable at once, made so later. */
#define AT_ONCE 1
#define LATER 2

static int ways_to_execute(struct peer *parent, void *data)
{
	const size_t page = sysconf(_SC_PAGESIZE);
	const int fd = region_open(*(int *)data, O_RDWR);
	int ways = 0;
	void *memory;

	(void)parent;
	if (fd < 0)
		return fd;
	memory = mmap(NULL, page, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
	if (memory != MAP_FAILED)
		ways |= AT_ONCE;
	else if (errno != EACCES)
		return -errno;
	memory = mmap(NULL, page, PROT_READ, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		return -errno;
	if (!mprotect(memory, page, PROT_READ | PROT_EXEC))
		ways |= LATER;
	else if (errno != EACCES)
		return -errno;
	return ways;
}

/* Where all that is readable is executable, this is not, but can be mapped. */
static int ways_where_reading_implies_it(struct peer *parent, void *data)
{
	if (personality(READ_IMPLIES_EXEC) < 0)
		return -errno;
	return ways_to_execute(parent, data);
}

/* The kernel maps it anew, as reading implies, and does not ask the descriptor. */
static int map_anew_where_reading_implies_it(struct peer *parent, void *data)
{
	const size_t page = sysconf(_SC_PAGESIZE);
	const int fd = region_open(*(int *)data, O_RDWR);
	void *memory;

	(void)parent;
	if (fd < 0)
		return fd;
	memory = mmap(NULL, page, PROT_READ, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED || personality(READ_IMPLIES_EXEC) < 0)
		return -errno;
	return remap_file_pages(memory, page, 0, 0, 0) ? -errno : 0;
}

TEST_F(executable, an_attach_runs_what_lies_there)
{
	const int id = create(self->fd, 0700);
	void *memory;

	ASSERT_LT(0, id);
	memory = region_attach(self->fd, id, SHMREGION_ATTACH_EXEC);
	ASSERT_NE(NULL, memory);
	memcpy(memory, program, sizeof(program));
	EXPECT_EQ(42, ((int (*)(void))memory)());
}

TEST_F(executable, an_attach_needs_the_permission)
{
	int id = create(self->fd, 0666);

	ASSERT_LT(0, id);
	EXPECT_EQ(-EACCES, run_as(USER, USER, attach_executable, &id));
	ASSERT_EQ(0, region_set_mode(self->fd, id, 0667));
	EXPECT_EQ(0, run_as(USER, USER, attach_executable, &id));
}

TEST_F(executable, a_descriptor_gives_what_was_granted)
{
	int id = create(self->fd, 0667);

	ASSERT_LT(0, id);
	EXPECT_EQ(AT_ONCE | LATER, run_as(USER, USER, ways_to_execute, &id));
}

/* It may be passed to somebody who has no capability of who bound it. */
TEST_F(executable, a_descriptor_bound_by_root_gives_no_more_than_the_mode)
{
	int id = create(self->fd, 0600);

	ASSERT_LT(0, id);
	EXPECT_EQ(0, run_in_child(ways_to_execute, &id));
	ASSERT_EQ(0, region_set_mode(self->fd, id, 0700));
	EXPECT_EQ(AT_ONCE | LATER, run_in_child(ways_to_execute, &id));
}

TEST_F(executable, a_descriptor_gives_no_more_than_was_granted)
{
	int id = create(self->fd, 0666);

	ASSERT_LT(0, id);
	EXPECT_EQ(0, run_as(USER, USER, ways_to_execute, &id));
	EXPECT_EQ(AT_ONCE,
		  run_as(USER, USER, ways_where_reading_implies_it, &id));
	EXPECT_EQ(-EACCES,
		  run_as(USER, USER, map_anew_where_reading_implies_it, &id));
	/* Nothing is left that is counted and not mapped. */
	EXPECT_EQ(0, region_attaches(self->fd, id));
}

TEST_HARNESS_MAIN
