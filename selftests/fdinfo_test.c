// SPDX-License-Identifier: GPL-2.0
/*
 * What the files of a process in /proc tell about its regions: fdinfo, maps.
 */

#include "harness.h"

#include <inttypes.h>
#include <sys/mman.h>

#include "device.h"
#include "kernel_file.h"
#include "pagemap.h"

#define KEY 0x6669000000000000ULL
#define SIZE 12345
#define PAGE 4096

FIXTURE(fdinfo)
{
	int fd;
};

FIXTURE_SETUP(fdinfo)
{
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(fdinfo)
{
	region_remove_all(self->fd);
	close(self->fd);
}

/* Where a descriptor of this process is described. */
static const char *fdinfo_path(int fd)
{
	static char path[64];

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	return path;
}

static int fdinfo_mode(int fd)
{
	char text[1024], *line;
	int mode;

	if (kernel_file_read(fdinfo_path(fd), text, sizeof(text)) < 0)
		return -1;
	line = strstr(text, "\nshmregion-mode:");
	return line && sscanf(line, "\nshmregion-mode:\t%o\n",
			      (unsigned int *)&mode) == 1 ?
		       mode :
		       -1;
}

TEST_F(fdinfo, describes_the_region_of_a_bound_descriptor)
{
	int bound, id = region_get(self->fd, KEY, SIZE, SHMREGION_GET_CREATE,
				   0640);
	void *memory;

	ASSERT_LT(0, id);
	bound = region_open(id, O_RDONLY);
	ASSERT_LE(0, bound);
	memory = region_attach(self->fd, id, 0);
	ASSERT_NE(NULL, memory);
	EXPECT_EQ(id, kernel_file_number(fdinfo_path(bound), "shmregion-id"));
	EXPECT_EQ(KEY, kernel_file_number(fdinfo_path(bound), "shmregion-key"));
	EXPECT_EQ(SIZE,
		  kernel_file_number(fdinfo_path(bound), "shmregion-size"));
	EXPECT_EQ(0640, fdinfo_mode(bound));
	EXPECT_EQ(1,
		  kernel_file_number(fdinfo_path(bound), "shmregion-attaches"));
	EXPECT_EQ(1, kernel_file_number(fdinfo_path(bound),
					"shmregion-descriptors"));

	EXPECT_EQ(0, region_remove(self->fd, id));
	EXPECT_EQ(0, kernel_file_number(fdinfo_path(bound), "shmregion-key"));
	EXPECT_EQ(01640, fdinfo_mode(bound));
	EXPECT_EQ(0, region_detach(self->fd, memory));
	/* It still says which one it was. */
	EXPECT_EQ(id, kernel_file_number(fdinfo_path(bound), "shmregion-id"));
	EXPECT_EQ(-ENOENT,
		  kernel_file_number(fdinfo_path(bound), "shmregion-size"));
	close(bound);
}

TEST_F(fdinfo, of_an_unbound_descriptor_names_no_region)
{
	char text[1024];

	ASSERT_LT(0,
		  kernel_file_read(fdinfo_path(self->fd), text, sizeof(text)));
	EXPECT_EQ(0, kernel_file_number(fdinfo_path(self->fd), "pos"));
	EXPECT_EQ(NULL, strstr(text, "shmregion"));
}

/* Does the line of /proc/self/maps show the region? */
static bool maps_shows(const void *address, uint64_t key, int id,
		       const char *access)
{
	char line[512], name[64], seen_access[8], *path;
	unsigned long inode;

	snprintf(name, sizeof(name), "/shmregion:0x%" PRIx64 ":%d", key, id);
	if (maps_line(getpid(), address, line, sizeof(line)))
		return false;
	if (sscanf(line, "%*s %7s %*s %*s %lu", seen_access, &inode) != 2)
		return false;
	path = strchr(line, '/');
	return path && !strncmp(path, name, strlen(name)) &&
	       strchr("\n ", path[strlen(name)]) &&
	       inode == (unsigned long)id && !strcmp(seen_access, access);
}

TEST_F(fdinfo, maps_show_key_and_id)
{
	int bound, id = region_get(self->fd, KEY + 1, SIZE,
				   SHMREGION_GET_CREATE, 0600);
	void *writer, *reader, *part;

	ASSERT_LT(0, id);
	writer = region_attach(self->fd, id, 0);
	ASSERT_NE(NULL, writer);
	reader = region_attach(self->fd, id, SHMREGION_ATTACH_RDONLY);
	ASSERT_NE(NULL, reader);
	bound = region_open(id, O_RDWR);
	ASSERT_LE(0, bound);
	part = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, bound, PAGE);
	ASSERT_NE(MAP_FAILED, part);
	EXPECT_TRUE(maps_shows(writer, KEY + 1, id, "rw-s"));
	EXPECT_TRUE(maps_shows(reader, KEY + 1, id, "r--s"));
	EXPECT_TRUE(maps_shows(part, KEY + 1, id, "r--s"));
	/* Which it was is of interest after removal as well. */
	EXPECT_EQ(0, region_remove(self->fd, id));
	EXPECT_TRUE(maps_shows(writer, KEY + 1, id, "rw-s"));
	close(bound);
}

TEST_F(fdinfo, maps_show_private_regions)
{
	int id = region_create(self->fd, SIZE);
	void *memory;

	ASSERT_LT(0, id);
	memory = region_attach(self->fd, id, 0);
	ASSERT_NE(NULL, memory);
	EXPECT_TRUE(maps_shows(memory, SHMREGION_KEY_PRIVATE, id, "rw-s"));
}

TEST_HARNESS_MAIN
