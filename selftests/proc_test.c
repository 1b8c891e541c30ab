// SPDX-License-Identifier: GPL-2.0
/*
 * The listing of regions in /proc/shmregion.
 */

#include "harness.h"

#include <inttypes.h>
#include <sched.h>
#include <sys/stat.h>

#include "device.h"
#include "kernel_file.h"
#include "process.h"
#include "user_namespace.h"

#define LISTING "/proc/" SHMREGION_DEVICE_NAME
#define KEY 0x7072000000000000ULL
#define SIZE 12345
#define PAGE 4096
#define OWNER 65533
#define GROUP 65532
#define USER 65534
#define OVERFLOW_USER 65534
/* Several times what the kernel hands over in one read. */
#define MANY 60
#define SECOND 1000000000ULL

FIXTURE(listing)
{
	int fd;
};

FIXTURE_SETUP(listing)
{
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(listing)
{
	region_remove_all(self->fd);
	close(self->fd);
}

/* A line of /proc/shmregion. */
struct row {
	uint64_t key;
	int id;
	unsigned int mode;
	uint64_t size;
	int creator_pid;
	int last_pid;
	uint64_t attaches;
	unsigned int uid, gid, cuid, cgid;
	uint64_t attached, detached, changed;
	uint64_t resident, swapped;
};

static bool parse_row(const char *line, struct row *row)
{
	int end = -1;
	int count;

	count = sscanf(line,
		       " 0x%" SCNx64 " %d %o %" SCNu64 " %d %d %" SCNu64
		       " %u %u %u %u %" SCNu64 " %" SCNu64 " %" SCNu64
		       " %" SCNu64 " %" SCNu64 " %n",
		       &row->key, &row->id, &row->mode, &row->size,
		       &row->creator_pid, &row->last_pid, &row->attaches,
		       &row->uid, &row->gid, &row->cuid, &row->cgid,
		       &row->attached, &row->detached, &row->changed,
		       &row->resident, &row->swapped, &end);
	return count == 16 && end >= 0 && !line[end];
}

/* Reads on in the listing to the region's line. Returns 0 or -errno. */
static int find_row(FILE *listing, int id, struct row *row)
{
	int error = -ENOENT;
	char line[512];

	/* The first line is a heading. */
	if (!fgets(line, sizeof(line), listing))
		return -ENODATA;
	while (error == -ENOENT && fgets(line, sizeof(line), listing)) {
		if (!parse_row(line, row))
			error = -EBADMSG;
		else if (row->id == id)
			error = 0;
	}
	return error;
}

static int read_row(int id, struct row *row)
{
	FILE *listing = fopen(LISTING, "re");
	int error;

	if (!listing)
		return -errno;
	error = find_row(listing, id, row);
	fclose(listing);
	return error;
}

TEST_F(listing, columns_are_those_of_system_v)
{
	char ours[1024], theirs[1024], *our_state, *their_state;
	const char *our_name, *their_name;
	FILE *listing = fopen(LISTING, "re");
	FILE *model = fopen("/proc/sysvipc/shm", "re");

	ASSERT_NE(NULL, listing);
	ASSERT_NE(NULL, model);
	ASSERT_NE(NULL, fgets(ours, sizeof(ours), listing));
	ASSERT_NE(NULL, fgets(theirs, sizeof(theirs), model));
	our_name = strtok_r(ours, "\n ", &our_state);
	their_name = strtok_r(theirs, "\n ", &their_state);
	while (our_name && their_name) {
		EXPECT_STREQ(their_name, our_name);
		our_name = strtok_r(NULL, "\n ", &our_state);
		their_name = strtok_r(NULL, "\n ", &their_state);
	}
	EXPECT_EQ(NULL, our_name);
	EXPECT_EQ(NULL, their_name);
	fclose(listing);
	fclose(model);
}

TEST_F(listing, tells_what_stat_tells)
{
	int id = region_get(self->fd, KEY, SIZE, SHMREGION_GET_CREATE, 0640);
	struct shmregion_stat stat;
	struct row row = { 0 };
	char *memory;

	ASSERT_LT(0, id);
	ASSERT_EQ(0, region_set_owner(self->fd, id, OWNER, GROUP));
	memory = region_attach(self->fd, id, 0);
	ASSERT_NE(NULL, memory);
	ASSERT_EQ(0, region_detach(self->fd, region_attach(self->fd, id, 0)));
	memory[0] = 1;

	ASSERT_EQ(0, region_stat(self->fd, id, 0, &stat));
	ASSERT_EQ(0, read_row(id, &row));
	EXPECT_EQ(KEY, row.key);
	EXPECT_EQ(0640, row.mode);
	EXPECT_EQ(SIZE, row.size);
	EXPECT_EQ(getpid(), row.creator_pid);
	EXPECT_EQ(getpid(), row.last_pid);
	EXPECT_EQ(1, row.attaches);
	EXPECT_EQ(OWNER, row.uid);
	EXPECT_EQ(GROUP, row.gid);
	EXPECT_EQ(0, row.cuid);
	EXPECT_EQ(0, row.cgid);
	EXPECT_EQ(stat.attach_time / SECOND, row.attached);
	EXPECT_EQ(stat.detach_time / SECOND, row.detached);
	EXPECT_EQ(stat.change_time / SECOND, row.changed);
	EXPECT_NE(0, row.detached);
	EXPECT_EQ(PAGE, row.resident);
	EXPECT_EQ(0, row.swapped);
	EXPECT_EQ(0, region_detach(self->fd, memory));
}

TEST_F(listing, shows_the_marks_of_removal_and_lock)
{
	int id = region_get(self->fd, KEY, SIZE, SHMREGION_GET_CREATE, 0600);
	struct row row = { 0 };
	void *memory;

	ASSERT_LT(0, id);
	memory = region_attach(self->fd, id, 0);
	ASSERT_NE(NULL, memory);
	EXPECT_EQ(0, region_lock(self->fd, id));
	EXPECT_EQ(0, read_row(id, &row));
	EXPECT_EQ(02600, row.mode);
	EXPECT_EQ(0, region_remove(self->fd, id));
	EXPECT_EQ(0, read_row(id, &row));
	EXPECT_EQ(03600, row.mode);
	EXPECT_EQ(0, row.key);
	EXPECT_EQ(0, region_detach(self->fd, memory));
	EXPECT_EQ(-ENOENT, read_row(id, &row));
}

/* Returns 0 or -errno. */
static int create_many(int fd, int ids[MANY])
{
	int i;

	for (i = 0; i < MANY; i++) {
		ids[i] = region_create(fd, 1);
		if (ids[i] < 0)
			return ids[i];
	}
	return 0;
}

/* Counts for each of these regions in how many lines it is. */
static int count_rows(FILE *listing, const int ids[MANY], int counts[MANY])
{
	struct row row;
	char line[512];
	int i;

	while (fgets(line, sizeof(line), listing)) {
		if (!parse_row(line, &row))
			return -EBADMSG;
		for (i = 0; i < MANY; i++)
			counts[i] += row.id == ids[i];
	}
	return 0;
}

TEST_F(listing, shows_each_of_many_once)
{
	int i, ids[MANY], counts[MANY] = { 0 };
	FILE *listing = fopen(LISTING, "re");
	char heading[512];

	ASSERT_NE(NULL, listing);
	ASSERT_EQ(0, create_many(self->fd, ids));
	ASSERT_NE(NULL, fgets(heading, sizeof(heading), listing));
	EXPECT_EQ(0, count_rows(listing, ids, counts));
	for (i = 0; i < MANY; i++)
		EXPECT_EQ(1, counts[i]);

	/* And again from the start, byte after byte, when half of them are gone. */
	for (i = 0; i < MANY; i += 2)
		EXPECT_EQ(0, region_remove(self->fd, ids[i]));
	memset(counts, 0, sizeof(counts));
	rewind(listing);
	setvbuf(listing, NULL, _IONBF, 0);
	ASSERT_NE(NULL, fgets(heading, sizeof(heading), listing));
	EXPECT_EQ(0, count_rows(listing, ids, counts));
	for (i = 0; i < MANY; i++)
		EXPECT_EQ(i % 2, counts[i]);
	fclose(listing);
}

TEST_F(listing, goes_on_when_regions_vanish_meanwhile)
{
	int i, ids[MANY], counts[MANY] = { 0 };
	FILE *listing = fopen(LISTING, "re");
	char heading[512];

	ASSERT_NE(NULL, listing);
	ASSERT_EQ(0, create_many(self->fd, ids));
	/* Unbuffered, so that the kernel stands where we do. */
	setvbuf(listing, NULL, _IONBF, 0);
	ASSERT_NE(NULL, fgets(heading, sizeof(heading), listing));
	for (i = 0; i < MANY - 1; i++)
		EXPECT_EQ(0, region_remove(self->fd, ids[i]));
	EXPECT_EQ(0, count_rows(listing, ids, counts));
	EXPECT_EQ(1, counts[MANY - 1]);
	for (i = 0; i < MANY; i++)
		EXPECT_GE(1, counts[i]);
	fclose(listing);
}

/* Looks for the region's line as another user would. */
static int look_for_row(struct peer *parent, void *data)
{
	struct row row;

	(void)parent;
	return read_row(*(int *)data, &row);
}

TEST_F(listing, is_open_to_all_users_and_changes_nothing)
{
	struct stat stat;
	int id = region_create(self->fd, SIZE);

	ASSERT_LT(0, id);
	EXPECT_EQ(0, run_as(USER, USER, look_for_row, &id));
	EXPECT_EQ(0, lstat(LISTING, &stat));
	EXPECT_EQ(S_IFREG | 0444, stat.st_mode);
	/* Not even root, whom no mode keeps out. */
	EXPECT_EQ(-EIO, kernel_file_write(LISTING, "1"));
}

/* Looks for the region's line in a network namespace of its own. */
static int look_from_other_scope(struct peer *parent, void *data)
{
	FILE *listing = fopen(LISTING, "re");
	struct row row;
	int own, fd;

	if (unshare(CLONE_NEWNET))
		return -errno;
	fd = device_open(O_RDWR);
	own = region_create(fd, 1);
	/* Its own region is there, and is the same id for all that we know. */
	if (own < 0 || read_row(own, &row) || row.size != 1 ||
	    row.creator_pid != getpid())
		return -EBADF;
	if (*(int *)data != own && look_for_row(parent, data) != -ENOENT)
		return -EXDEV;
	/* What was opened before shows what it showed. */
	return listing ? find_row(listing, *(int *)data, &row) : -EBADF;
}

TEST_F(listing, belongs_to_a_network_namespace)
{
	int id = region_create(self->fd, SIZE);
	struct row row;

	ASSERT_LT(0, id);
	EXPECT_EQ(0, run_in_child(look_from_other_scope, &id));
	EXPECT_EQ(0, read_row(id, &row));
	EXPECT_EQ(SIZE, row.size);
}

/* Says whose the region is as root of a user namespace sees it. */
static int look_from_user_namespace(struct peer *parent, void *data)
{
	struct user_namespace space = { .owner = OWNER,
					.first = USER,
					.count = 1 };
	struct row row;
	int error = user_namespace_enter(&space, 0);

	(void)parent;
	if (!error)
		error = read_row(*(int *)data, &row);
	return error ? error : (int)row.uid;
}

TEST_F(listing, names_users_as_the_reader_does)
{
	int id = region_create(self->fd, SIZE);

	ASSERT_LT(0, id);
	EXPECT_EQ(OVERFLOW_USER, run_in_child(look_from_user_namespace, &id));
	ASSERT_EQ(0, region_set_owner(self->fd, id, USER, USER));
	EXPECT_EQ(1, run_in_child(look_from_user_namespace, &id));
	ASSERT_EQ(0, region_set_owner(self->fd, id, OWNER, OWNER));
	EXPECT_EQ(0, run_in_child(look_from_user_namespace, &id));
}

TEST_HARNESS_MAIN
