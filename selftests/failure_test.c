// SPDX-License-Identifier: GPL-2.0
/*
 * Failure half-way: what a call began when it failed is undone.
 */

#include "harness.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>

#include "deadline.h"
#include "device.h"
#include "module.h"
#include "process.h"
#include "setting.h"

#define KEY 0x66610000ULL
#define CREATE SHMREGION_GET_CREATE
#define MIB (1024 * 1024ULL)

FIXTURE(failure)
{
	int fd;
	int id;
	size_t page;
	/* Can be read and not be written. */
	void *readable;
	struct shmregion_info before;
	long references;
};

FIXTURE_SETUP(failure)
{
	self->page = sysconf(_SC_PAGESIZE);
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	self->id = region_get(self->fd, SHMREGION_KEY_PRIVATE, self->page,
			      CREATE | SHMREGION_GET_LIFETIME_LAST_DETACH,
			      0600);
	ASSERT_LT(0, self->id);
	self->readable = mmap(NULL, self->page, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->readable);
	ASSERT_EQ(0, device_info(self->fd, &self->before));
	self->references = module_references();
	ASSERT_LE(0, self->references);
}

FIXTURE_TEARDOWN(failure)
{
	EXPECT_EQ(0, settings_restore());
	region_remove_all(self->fd);
	close(self->fd);
}

/* Issues a call whose argument the kernel can read but not write. */
static int issue_unwritable(const FIXTURE_DATA(failure) * self,
			    unsigned int command, const void *argument)
{
	int result;

	if (mprotect(self->readable, self->page, PROT_READ | PROT_WRITE))
		return -errno;
	memcpy(self->readable, argument, _IOC_SIZE(command));
	if (mprotect(self->readable, self->page, PROT_READ))
		return -errno;
	result = device_ioctl(self->fd, command, self->readable);
	/* Not even in part. */
	if (memcmp(self->readable, argument, _IOC_SIZE(command)))
		return 1;
	return result;
}

/* Are all figures what they were, and the region nobody's? */
static bool figures_are_as_before(const FIXTURE_DATA(failure) * self)
{
	struct shmregion_info now;
	struct shmregion_stat stat;

	return !device_info(self->fd, &now) &&
	       !memcmp(&self->before, &now, sizeof(now)) &&
	       !region_stat(self->fd, self->id, 0, &stat) && !stat.attaches &&
	       !stat.descriptors;
}

/* And has the module no more to hold it than before? */
static bool nothing_is_left(const FIXTURE_DATA(failure) * self)
{
	return figures_are_as_before(self) &&
	       module_references() == self->references;
}

TEST_F(failure, get_leaves_no_region)
{
	const uint32_t flags[] = {
		0,
		SHMREGION_GET_EXCL,
		SHMREGION_GET_POPULATE,
		SHMREGION_GET_NORESERVE,
		SHMREGION_GET_LIFETIME_LAST_DETACH,
		SHMREGION_GET_LIFETIME_OWNER,
	};
	uint64_t cursor = 0;
	size_t i;

	for (i = 0; i < 2 * ARRAY_SIZE(flags); i++) {
		const struct shmregion_get get = {
			.key = i % 2 ? KEY : SHMREGION_KEY_PRIVATE,
			.size = 3 * self->page,
			.flags = CREATE | flags[i / 2],
			.mode = 0600,
		};

		EXPECT_EQ(-EFAULT,
			  issue_unwritable(self, SHMREGION_IOC_GET, &get))
		TH_LOG("case %zu", i);
		EXPECT_EQ(-ENOENT, region_get(self->fd, KEY, 0, 0, 0));
		EXPECT_TRUE(BECOMES_TRUE(nothing_is_left(self)))
		TH_LOG("case %zu", i);
	}
	EXPECT_EQ(self->id, region_next(self->fd, &cursor, 0));
	EXPECT_EQ(-ENOENT, region_next(self->fd, &cursor, 0));
}

/* The key is not spoilt for who comes next. */
TEST_F(failure, get_leaves_the_key_free)
{
	const struct shmregion_get get = {
		.key = KEY,
		.size = 1,
		.flags = CREATE | SHMREGION_GET_EXCL,
		.mode = 0600,
	};

	ASSERT_EQ(-EFAULT, issue_unwritable(self, SHMREGION_IOC_GET, &get));
	EXPECT_LT(0, region_get(self->fd, KEY, 2 * self->page,
				CREATE | SHMREGION_GET_EXCL, 0644));
}

TEST_F(failure, get_leaves_an_existing_region_alone)
{
	const struct shmregion_get get = {
		.key = KEY,
		.size = 1,
		.flags = CREATE,
	};
	struct shmregion_stat before, after;
	int id = region_get(self->fd, KEY, 1, CREATE, 0600);

	ASSERT_LT(0, id);
	ASSERT_EQ(0, region_stat(self->fd, id, 0, &before));
	EXPECT_EQ(-EFAULT, issue_unwritable(self, SHMREGION_IOC_GET, &get));
	ASSERT_EQ(0, region_stat(self->fd, id, 0, &after));
	EXPECT_EQ(0, memcmp(&before, &after, sizeof(after)));
}

/* Mappings of regions that this process has, by the name they go under. */
static int mappings(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[512];
	int count = 0;

	if (!maps)
		return -errno;
	while (fgets(line, sizeof(line), maps))
		if (strstr(line, "shmregion:"))
			count++;
	fclose(maps);
	return count;
}

TEST_F(failure, attach_leaves_no_mapping)
{
	const uint32_t flags[] = {
		0,
		SHMREGION_ATTACH_RDONLY,
		SHMREGION_ATTACH_EXEC,
		SHMREGION_ATTACH_POPULATE,
	};
	struct shmregion_attach attach = { 0 };
	size_t i;

	attach.id = region_create(self->fd, 3 * self->page);
	ASSERT_LT(0, attach.id);
	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		attach.flags = flags[i];
		EXPECT_EQ(-EFAULT, issue_unwritable(self, SHMREGION_IOC_ATTACH,
						    &attach));
		EXPECT_EQ(0, mappings());
		EXPECT_TRUE(
			BECOMES_TRUE(!region_attaches(self->fd, attach.id)));
	}
	EXPECT_EQ(0, region_remove(self->fd, attach.id));
	EXPECT_TRUE(BECOMES_TRUE(nothing_is_left(self)));
}

/* No attach has come and gone, so neither has the region's only one. */
TEST_F(failure, attach_does_not_end_the_region)
{
	struct shmregion_attach attach = { 0 };

	attach.id = region_get(self->fd, SHMREGION_KEY_PRIVATE, 1,
			       SHMREGION_GET_CREATE |
				       SHMREGION_GET_LIFETIME_LAST_DETACH,
			       0600);
	ASSERT_LT(0, attach.id);
	EXPECT_EQ(-EFAULT,
		  issue_unwritable(self, SHMREGION_IOC_ATTACH, &attach));
	EXPECT_EQ(0, region_attaches(self->fd, attach.id));
	EXPECT_EQ(0, region_remove(self->fd, attach.id));
}

TEST_F(failure, bind_leaves_the_descriptor_unbound)
{
	const struct shmregion_bind bind = { .id = self->id };

	EXPECT_EQ(-EFAULT, issue_unwritable(self, SHMREGION_IOC_BIND, &bind));
	EXPECT_TRUE(nothing_is_left(self));
	EXPECT_EQ(MAP_FAILED,
		  mmap(NULL, 1, PROT_READ, MAP_SHARED, self->fd, 0));
	EXPECT_EQ(EBADFD, errno);
	EXPECT_EQ(0, region_bind(self->fd, self->id));
}

TEST_F(failure, reports_change_nothing)
{
	const struct shmregion_info info = { 0 };
	const struct shmregion_stat stat = { .id = self->id };
	const struct shmregion_next next = { 0 };

	EXPECT_EQ(-EFAULT, issue_unwritable(self, SHMREGION_IOC_INFO, &info));
	EXPECT_EQ(-EFAULT, issue_unwritable(self, SHMREGION_IOC_STAT, &stat));
	EXPECT_EQ(-EFAULT, issue_unwritable(self, SHMREGION_IOC_NEXT, &next));
	EXPECT_TRUE(nothing_is_left(self));
}

static int attach_without_room(struct peer *parent, void *data)
{
	const FIXTURE_DATA(failure) *self = data;
	const struct rlimit none = { 0 };

	(void)parent;
	if (setrlimit(RLIMIT_AS, &none))
		return -errno;
	return region_attach(self->fd, self->id, 0) ? 0 : -errno;
}

static int attach_beyond_memlock(struct peer *parent, void *data)
{
	const FIXTURE_DATA(failure) *self = data;
	struct rlimit little = { .rlim_cur = self->page / 2,
				 .rlim_max = self->page / 2 };

	(void)parent;
	if (mlockall(MCL_FUTURE) || setrlimit(RLIMIT_MEMLOCK, &little) ||
	    limit_capabilities(0))
		return -errno;
	return region_attach(self->fd, self->id, 0) ? 0 : -errno;
}

/*
 * The usual limit is 65530, and a kernel that verifies after each mmap(2) all
 * mappings that there are takes minutes to come there.
 */
#define MAX_MAPPINGS 1000

static int attach_with_too_many_mappings(struct peer *parent, void *data)
{
	const FIXTURE_DATA(failure) *self = data;

	(void)parent;
	/* Neighbours differ in protection, so that none are merged. */
	while (mmap(NULL, self->page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS,
		    -1, 0) != MAP_FAILED &&
	       mmap(NULL, self->page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS,
		    -1, 0) != MAP_FAILED)
		continue;
	return region_attach(self->fd, self->id, 0) ? 0 : -errno;
}

/*
 * The region goes with its last detach; but it has not been attached yet, so
 * an attempt must not be its end. That it now has a file to be mapped is what
 * more there is.
 */
TEST_F_TIMEOUT(failure, attach_that_finds_no_room_counts_for_nothing, 120)
{
	EXPECT_EQ(-ENOMEM, run_in_child(attach_without_room, self));
	EXPECT_TRUE(figures_are_as_before(self));
	EXPECT_EQ(-EAGAIN, run_in_child(attach_beyond_memlock, self));
	EXPECT_TRUE(figures_are_as_before(self));
	ASSERT_EQ(0, setting_change_number("/proc/sys/vm/max_map_count",
					   MAX_MAPPINGS));
	EXPECT_EQ(-ENOMEM, run_in_child(attach_with_too_many_mappings, self));
	EXPECT_TRUE(figures_are_as_before(self));
	EXPECT_NE(NULL, region_attach(self->fd, self->id, 0));
}

static volatile sig_atomic_t alarms;

static void count_alarm(int signal)
{
	(void)signal;
	alarms++;
}

/* Sends this process a signal every 10 ms, as profilers and runtimes do. */
static int alarm_often(void)
{
	const struct sigaction action = {
		.sa_handler = count_alarm,
		.sa_flags = SA_RESTART,
	};
	const struct timeval period = { .tv_usec = 10000 };
	const struct itimerval often = { period, period };

	if (sigaction(SIGALRM, &action, NULL) ||
	    setitimer(ITIMER_REAL, &often, NULL))
		return -errno;
	return 0;
}

/* Large enough to be allocated for longer than the alarm takes. */
#define LONG_TO_POPULATE (512 * MIB)

static int populate(int fd)
{
	return region_get(fd, KEY, LONG_TO_POPULATE,
			  CREATE | SHMREGION_GET_POPULATE, 0600);
}

/* To begin anew at each signal would never come to an end. */
TEST_F(failure, populate_goes_on_through_signals)
{
	struct shmregion_stat stat;
	int id;

	ASSERT_EQ(0, alarm_often());
	id = populate(self->fd);
	EXPECT_LT(0, alarms);
	ASSERT_LT(0, id);
	ASSERT_EQ(0, region_stat(self->fd, id, 0, &stat));
	EXPECT_EQ(LONG_TO_POPULATE, stat.resident_bytes);
}

static int populate_in_child(struct peer *parent, void *data)
{
	(void)parent;
	return populate(*(int *)data);
}

TEST_F(failure, populate_that_is_killed_leaves_nothing)
{
	const struct timespec while_it_works = { .tv_nsec = 50000000 };
	struct peer child;

	ASSERT_EQ(0, peer_start(&child, populate_in_child, &self->fd));
	nanosleep(&while_it_works, NULL);
	EXPECT_EQ(0, kill(child.pid, SIGKILL));
	EXPECT_EQ(PEER_KILLED_BY(SIGKILL), peer_wait(&child));
	EXPECT_EQ(-ENOENT, region_get(self->fd, KEY, 0, 0, 0));
	EXPECT_TRUE(BECOMES_TRUE(nothing_is_left(self)));
}

TEST_HARNESS_MAIN
