// SPDX-License-Identifier: GPL-2.0
/*
 * mremap(2) and remap_file_pages(2), which make mappings of a region without
 * asking its module for an attach.
 */

#include "harness.h"

#include "device.h"
#include "free_address.h"
#include "pagemap.h"
#include "process.h"

#define PAGES 4

FIXTURE(mremap)
{
	int fd;
	int id;
	size_t page;
	size_t size;
	char *memory;
};

FIXTURE_SETUP(mremap)
{
	int i;

	self->page = sysconf(_SC_PAGESIZE);
	self->size = PAGES * self->page;
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	self->id = region_create(self->fd, self->size);
	ASSERT_LT(0, self->id);
	self->memory = region_attach(self->fd, self->id, 0);
	ASSERT_NE(NULL, self->memory);
	for (i = 0; i < PAGES; i++)
		self->memory[i * self->page] = 'a' + i;
}

FIXTURE_TEARDOWN(mremap)
{
	region_remove_all(self->fd);
	close(self->fd);
}

static void *move_to(void *memory, size_t from, size_t to, int flags)
{
	return mremap(memory, from, to, MREMAP_MAYMOVE | MREMAP_FIXED | flags,
		      FREE_ADDRESS);
}

TEST_F(mremap, moves_an_attach)
{
	ASSERT_EQ(FREE_ADDRESS,
		  move_to(self->memory, self->size, self->size, 0));
	EXPECT_EQ('d', FREE_ADDRESS[3 * self->page]);
	EXPECT_FALSE(is_mapped(self->memory));
	EXPECT_EQ(1, region_attaches(self->fd, self->id));
	EXPECT_EQ(-EINVAL, region_detach(self->fd, self->memory));
	EXPECT_EQ(0, region_detach(self->fd, FREE_ADDRESS));
	EXPECT_EQ(0, region_attaches(self->fd, self->id));
}

TEST_F(mremap, duplicates_an_attach)
{
	ASSERT_EQ(FREE_ADDRESS, move_to(self->memory, 0, self->size, 0));
	EXPECT_EQ(2, region_attaches(self->fd, self->id));
	FREE_ADDRESS[self->page] = 'x';
	EXPECT_EQ('x', self->memory[self->page]);
	ASSERT_EQ(0, region_remove(self->fd, self->id));
	EXPECT_EQ(0, region_detach(self->fd, self->memory));
	EXPECT_EQ('x', FREE_ADDRESS[self->page]);
	EXPECT_EQ(0, region_detach(self->fd, FREE_ADDRESS));
	EXPECT_TRUE(region_is_gone(self->fd, self->id));
}

TEST_F(mremap, leaves_the_old_mapping_on_demand)
{
	ASSERT_EQ(FREE_ADDRESS, move_to(self->memory, self->size, self->size,
					MREMAP_DONTUNMAP));
	EXPECT_EQ(2, region_attaches(self->fd, self->id));
	EXPECT_EQ('b', FREE_ADDRESS[self->page]);
	EXPECT_EQ('b', self->memory[self->page]);
	EXPECT_EQ(0, region_detach(self->fd, FREE_ADDRESS));
	EXPECT_EQ(0, region_detach(self->fd, self->memory));
	EXPECT_EQ(0, region_attaches(self->fd, self->id));
}

static int read_from(struct peer *parent, void *data)
{
	(void)parent;
	return *(char *)data;
}

TEST_F(mremap, grown_past_the_region_faults_there)
{
	char *grown = move_to(self->memory, self->size, 2 * self->size, 0);

	ASSERT_EQ(FREE_ADDRESS, grown);
	EXPECT_EQ(1, region_attaches(self->fd, self->id));
	EXPECT_EQ('d', grown[self->size - self->page]);
	EXPECT_EQ('d',
		  run_in_child(read_from, grown + self->size - self->page));
	EXPECT_EQ(PEER_KILLED_BY(SIGBUS),
		  run_in_child(read_from, grown + self->size));
	EXPECT_EQ(0, region_detach(self->fd, grown));
	EXPECT_FALSE(is_mapped(grown + self->size));
	EXPECT_EQ(0, region_attaches(self->fd, self->id));
}

TEST_F(mremap, shrinks_an_attach)
{
	ASSERT_EQ(self->memory,
		  mremap(self->memory, self->size, self->page, 0));
	EXPECT_EQ(1, region_attaches(self->fd, self->id));
	EXPECT_FALSE(is_mapped(self->memory + self->page));
	EXPECT_EQ(0, region_detach(self->fd, self->memory));
	EXPECT_EQ(0, region_attaches(self->fd, self->id));
}

TEST_F(mremap, a_read_only_attach_stays_one)
{
	char *memory =
		region_attach(self->fd, self->id, SHMREGION_ATTACH_RDONLY);

	ASSERT_NE(NULL, memory);
	ASSERT_EQ(FREE_ADDRESS, move_to(memory, self->size, self->size, 0));
	EXPECT_EQ(-1,
		  mprotect(FREE_ADDRESS, self->size, PROT_READ | PROT_WRITE));
	EXPECT_EQ(EACCES, errno);
}

TEST_F(mremap, remap_file_pages_rearranges_a_counted_attach)
{
	/* The pages come to lie in the order d, b, a, d. */
	ASSERT_EQ(0, remap_file_pages(self->memory, self->page, 0, 3, 0));
	ASSERT_EQ(0, remap_file_pages(self->memory + 2 * self->page, self->page,
				      0, 0, 0));
	EXPECT_EQ('d', self->memory[0]);
	EXPECT_EQ('b', self->memory[self->page]);
	EXPECT_EQ('a', self->memory[2 * self->page]);
	EXPECT_EQ('d', self->memory[3 * self->page]);
	EXPECT_EQ(4, region_attaches(self->fd, self->id));

	ASSERT_EQ(0, region_remove(self->fd, self->id));
	self->memory[0] = 'x';
	EXPECT_EQ('x', self->memory[3 * self->page]);
	EXPECT_EQ(0, munmap(self->memory + self->page, 3 * self->page));
	EXPECT_EQ(1, region_attaches(self->fd, self->id));
	EXPECT_EQ(0, munmap(self->memory, self->page));
	EXPECT_TRUE(region_is_gone(self->fd, self->id));
}

TEST_F(mremap, remap_file_pages_does_not_make_a_read_only_attach_writable)
{
	char *memory =
		region_attach(self->fd, self->id, SHMREGION_ATTACH_RDONLY);
	char line[512];

	ASSERT_NE(NULL, memory);
	/* Whether it is refused or not: neither mapping nor content changes. */
	remap_file_pages(memory, self->page, 0, 3, 0);
	EXPECT_EQ(0, maps_line(getpid(), memory, line, sizeof(line)));
	EXPECT_NE(NULL, strstr(line, " r--"));
	EXPECT_EQ(-1, mprotect(memory, self->page, PROT_READ | PROT_WRITE));
	EXPECT_EQ(EACCES, errno);
}

TEST_F(mremap, remap_file_pages_beyond_the_end_is_refused)
{
	EXPECT_EQ(-1, remap_file_pages(self->memory, self->page, 0, PAGES, 0));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, remap_file_pages(self->memory, 2 * self->page, 0,
				       PAGES - 1, 0));
	EXPECT_EQ(EINVAL, errno);
	/* As long as the region, and as where its file begins. */
	EXPECT_EQ(-1, remap_file_pages(self->memory, self->size, 0, 1, 0));
	EXPECT_EQ(EINVAL, errno);
	/* What was there still is. */
	EXPECT_EQ('a', self->memory[0]);
	EXPECT_EQ('b', self->memory[self->page]);
	EXPECT_EQ('d', self->memory[3 * self->page]);
}

TEST_F(mremap, an_attach_replaces_another_of_the_same_region)
{
	void *memory = self->memory;

	ASSERT_EQ(0, region_attach_at(self->fd, self->id, memory,
				      SHMREGION_ATTACH_REMAP |
					      SHMREGION_ATTACH_POPULATE,
				      &memory));
	EXPECT_EQ(self->memory, memory);
	EXPECT_EQ('a', self->memory[0]);
	EXPECT_EQ('d', self->memory[3 * self->page]);
	EXPECT_EQ(1, region_attaches(self->fd, self->id));
}

/* How many mappings there are, each of which is a line. */
static long count_pieces(const char *memory, size_t size)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	unsigned long start, end;
	char line[512];
	long count = 0;

	while (maps && fgets(line, sizeof(line), maps))
		count += sscanf(line, "%lx-%lx", &start, &end) == 2 &&
			 start < (uintptr_t)memory + size &&
			 end > (uintptr_t)memory;
	if (maps)
		fclose(maps);
	return count;
}

/*
 * What was bound without the right to execute stays so, also in what is mapped anew
 * and where the kernel makes one of two mappings; and each is counted once.
 */
TEST_F(mremap, remap_file_pages_of_a_descriptor_counts_what_there_is)
{
	const struct {
		unsigned int page, pages, from;
	} moves[] = {
		{ 1, 1, 1 }, { 2, 2, 2 }, { 3, 1, 3 }, { 0, 1, 1 },
		{ 1, 1, 2 }, { 0, 2, 0 }, { 0, 4, 0 },
	};
	int bound = region_open(self->id, O_RDWR);
	char *memory;
	long pieces;
	size_t i;

	ASSERT_LE(0, bound);
	ASSERT_EQ(0, region_detach(self->fd, self->memory));
	memory = mmap(NULL, self->size, PROT_READ | PROT_WRITE, MAP_SHARED,
		      bound, 0);
	ASSERT_NE(MAP_FAILED, memory);
	for (i = 0; i < ARRAY_SIZE(moves); i++) {
		char *piece = memory + moves[i].page * self->page;
		const size_t size = moves[i].pages * self->page;

		EXPECT_EQ(0, remap_file_pages(piece, size, 0, moves[i].from, 0))
		TH_LOG("move %zu", i);
		EXPECT_EQ('a' + (char)moves[i].from, *piece);
		EXPECT_EQ(-1, mprotect(piece, size, PROT_READ | PROT_EXEC));
		EXPECT_EQ(EACCES, errno);
		pieces = count_pieces(memory, self->size);
		EXPECT_EQ(pieces, region_attaches(self->fd, self->id))
		TH_LOG("move %zu", i);
	}
	EXPECT_EQ(0, munmap(memory, self->size));
	EXPECT_EQ(0, region_attaches(self->fd, self->id));
	close(bound);
	EXPECT_EQ(0, region_remove(self->fd, self->id));
	EXPECT_TRUE(region_is_gone(self->fd, self->id));
}

/*
 * It closes the old mapping before it makes the new one from the file alone. If
 * that was the last of a removed region, the region is destroyed in between.
 */
TEST_F(mremap, remap_file_pages_of_the_last_attach_of_a_removed_region)
{
	int remapped;

	ASSERT_EQ(0, region_remove(self->fd, self->id));
	remapped = remap_file_pages(self->memory, self->size, 0, 0, 0);
	if (remapped) {
		EXPECT_EQ(EIDRM, errno);
		EXPECT_FALSE(is_mapped(self->memory));
	} else {
		/* A kernel that makes the new mapping first keeps the region. */
		EXPECT_EQ('a', self->memory[0]);
		EXPECT_EQ(1, region_attaches(self->fd, self->id));
		EXPECT_EQ(0, region_detach(self->fd, self->memory));
	}
	EXPECT_TRUE(region_is_gone(self->fd, self->id));
}

TEST_F(mremap, remap_file_pages_of_a_part_of_a_removed_region)
{
	ASSERT_EQ(0, region_remove(self->fd, self->id));
	EXPECT_EQ(0, remap_file_pages(self->memory, self->page, 0, 2, 0));
	EXPECT_EQ('c', self->memory[0]);
	EXPECT_EQ(2, region_attaches(self->fd, self->id));
	EXPECT_EQ(0, munmap(self->memory, self->size));
	EXPECT_TRUE(region_is_gone(self->fd, self->id));
}

TEST_HARNESS_MAIN
