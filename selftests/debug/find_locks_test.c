// SPDX-License-Identifier: GPL-2.0
/*
 * To find a region by its key takes no lock: none is taken as often as regions
 * are found, by what the kernel counts (/proc/lock_stat).
 */

#include "../harness.h"

#include "../device.h"
#include "../setting.h"

#define KEY 0x6c6f636b
#define LOCK_STAT "/proc/lock_stat"

/* More than anything else takes a lock in that time. */
#define FINDS 20000

FIXTURE(find)
{
	int fd;
	int id;
};

FIXTURE_SETUP(find)
{
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	self->id = region_get(self->fd, KEY, 1, SHMREGION_GET_CREATE, 0600);
	ASSERT_LT(0, self->id);
}

FIXTURE_TEARDOWN(find)
{
	EXPECT_EQ(0, settings_restore());
	EXPECT_EQ(0, region_remove(self->fd, self->id));
	close(self->fd);
}

/*
 * What waits for nobody: to be in a read-side critical section of RCU, to read what a
 * sequence counter guards, and mmap_lock where something might fault, which lockdep
 * is told of and nobody takes.
 */
static bool is_announced(const char *name)
{
	return strstr(name, "rcu_read_lock") || strstr(name, "seqcount") ||
	       strstr(name, "mmap_lock-R");
}

/* How often the lock was taken that this line is of; -1 if it is of none. */
static double acquisitions(char *line)
{
	char *numbers = strrchr(line, ':');
	double taken;

	if (!numbers)
		return -1;
	*numbers = '\0';
	/* con-bounces, contentions, four of waiting, acq-bounces. */
	return sscanf(numbers + 1, "%*f %*f %*f %*f %*f %*f %*f %lf", &taken) ==
			       1 ?
		       taken :
		       -1;
}

/* Returns how many classes there are, and how many of them were taken so often. */
static unsigned int count_classes(double least, unsigned int *taken)
{
	FILE *file = fopen(LOCK_STAT, "re");
	unsigned int classes = 0;
	char line[1024];
	double times;

	*taken = 0;
	while (file && fgets(line, sizeof(line), file)) {
		times = acquisitions(line);
		if (times < 0)
			continue;
		classes++;
		if (times < least || is_announced(line))
			continue;
		printf("# taken %.0f times: %s\n", times,
		       line + strspn(line, " "));
		(*taken)++;
	}
	/* The harness ends its children without. */
	fflush(stdout);
	if (file)
		fclose(file);
	return classes;
}

static unsigned int find_often(int fd)
{
	unsigned int i, found = 0;

	for (i = 0; i < FINDS; i++)
		found += region_get(fd, KEY, 0, 0, 0600) > 0;
	return found;
}

static unsigned int stat_often(int fd, int id)
{
	struct shmregion_stat stat;
	unsigned int i, done = 0;

	for (i = 0; i < FINDS; i++)
		done += !region_stat(fd, id, 0, &stat);
	return done;
}

static bool count_locks(void)
{
	/* The one forgets what was counted, the other counts. */
	return !kernel_file_write(LOCK_STAT, "0") &&
	       !setting_change("/proc/sys/kernel/lock_stat", "1");
}

TEST_F(find, takes_no_lock)
{
	unsigned int taken;

	if (access(LOCK_STAT, F_OK))
		SKIP(return, "needs a kernel that counts locks");
	ASSERT_TRUE(count_locks());
	EXPECT_EQ(FINDS, find_often(self->fd));
	EXPECT_EQ(0, settings_restore());
	EXPECT_LT(0, count_classes(FINDS, &taken));
	EXPECT_EQ(0, taken);
}

/* If it takes one, as to look at a region does, that is seen. */
TEST_F(find, could_be_seen_to_take_one)
{
	unsigned int taken;

	if (access(LOCK_STAT, F_OK))
		SKIP(return, "needs a kernel that counts locks");
	ASSERT_TRUE(count_locks());
	EXPECT_EQ(FINDS, stat_often(self->fd, self->id));
	EXPECT_EQ(0, settings_restore());
	EXPECT_LT(0, count_classes(FINDS, &taken));
	EXPECT_LT(0, taken);
}

TEST_HARNESS_MAIN
