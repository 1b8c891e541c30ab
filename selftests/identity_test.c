// SPDX-License-Identifier: GPL-2.0
/*
 * Who attaches a region has its very pages, not a copy that happens to look
 * the same: page frame numbers are compared, and a private copy shows that the
 * comparison can fail. All of it for small and for huge pages.
 */

#include "harness.h"

#include "device.h"
#include "free_address.h"
#include "pagemap.h"
#include "process.h"

#define KEY 0x69640001ULL
#define CREATE SHMREGION_GET_CREATE
#define THP_DIRECTORY "/sys/kernel/mm/transparent_hugepage"
#define MAX_PAGES 1024

FIXTURE(identity)
{
	int fd;
	int id;
	size_t page;
	size_t pages;
	long long huge_bytes;
	uint64_t *memory;
	uint64_t frames[MAX_PAGES];
	uint64_t others[MAX_PAGES];
};

FIXTURE_VARIANT(identity)
{
	uint32_t flags;
	size_t size;
	bool huge;
};

/* clang-format off */
FIXTURE_VARIANT_ADD(identity, small_pages) {
	/* clang-format on */
	.flags = SHMREGION_GET_HUGE_NEVER,
	.size = 1 << 20,
	.huge = false,
};

/* clang-format off */
FIXTURE_VARIANT_ADD(identity, huge_pages) {
	/* clang-format on */
	.flags = SHMREGION_GET_HUGE_ALWAYS,
	.size = 4 << 20,
	.huge = true,
};

/* Every page gets a number of its own. */
static void write_numbers(uint64_t *memory, size_t pages, size_t page)
{
	size_t i;

	for (i = 0; i < pages; i++)
		memory[i * page / sizeof(*memory)] = 0x1000 + i;
}

/* Reading a page is what maps it. Returns how many have their number. */
static size_t read_numbers(const uint64_t *memory, size_t pages, size_t page)
{
	size_t i, right = 0;

	for (i = 0; i < pages; i++)
		right += memory[i * page / sizeof(*memory)] == 0x1000 + i;
	return right;
}

static size_t count_equal(const uint64_t *frames, const uint64_t *others,
			  size_t pages)
{
	size_t i, equal = 0;

	for (i = 0; i < pages; i++)
		equal += frames[i] == others[i];
	return equal;
}

FIXTURE_SETUP(identity)
{
	/* On a kernel without huge pages all is as with small ones. */
	if (variant->huge && !access(THP_DIRECTORY, F_OK))
		self->huge_bytes = variant->size;
	self->page = sysconf(_SC_PAGESIZE);
	self->pages = variant->size / self->page;
	ASSERT_GE(MAX_PAGES, self->pages);
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	self->id = region_get(self->fd, KEY, variant->size,
			      CREATE | variant->flags, 0600);
	ASSERT_LT(0, self->id);
	self->memory = region_attach(self->fd, self->id, 0);
	ASSERT_NE(NULL, self->memory);
	write_numbers(self->memory, self->pages, self->page);
	ASSERT_EQ(0, pagemap_frames(getpid(), self->memory, self->pages,
				    self->frames));
	ASSERT_EQ(self->huge_bytes,
		  smaps_bytes(getpid(), self->memory, "ShmemPmdMapped"));
}

FIXTURE_TEARDOWN(identity)
{
	region_remove_all(self->fd);
	close(self->fd);
}

/* What another process is to do, and what it answers: address, pages it read. */
struct reader {
	size_t size;
	size_t page;
	void *inherited;
	void *hint;
};

static int read_inherited(struct peer *parent, void *data)
{
	struct reader *reader = data;
	uint64_t go;

	peer_tell(parent, (uintptr_t)reader->inherited);
	peer_tell(parent,
		  read_numbers(reader->inherited, reader->size / reader->page,
			       reader->page));
	return peer_hear(parent, &go);
}

/* Has nothing from its parent: it was started before there was a region. */
static int read_by_key(struct peer *parent, void *data)
{
	struct reader *reader = data;
	void *memory = NULL;
	uint64_t go;
	int fd, id, error;

	error = peer_hear(parent, &go);
	if (error)
		return error;
	fd = device_open(O_RDWR);
	if (fd < 0)
		return fd;
	id = region_get(fd, KEY, reader->size, 0, 0600);
	if (id < 0)
		return id;
	error = region_attach_at(fd, id, reader->hint, 0, &memory);
	if (error)
		return error;
	peer_tell(parent, (uintptr_t)memory);
	peer_tell(parent, read_numbers(memory, reader->size / reader->page,
				       reader->page));
	return peer_hear(parent, &go);
}

TEST_F(identity, across_fork)
{
	struct reader reader = {
		.size = variant->size,
		.page = self->page,
		.inherited = self->memory,
	};
	uint64_t address, right;
	struct peer child;

	ASSERT_EQ(0, peer_start(&child, read_inherited, &reader));
	ASSERT_EQ(0, peer_hear(&child, &address));
	ASSERT_EQ(0, peer_hear(&child, &right));
	EXPECT_EQ(self->pages, right);
	EXPECT_EQ(0, pagemap_frames(child.pid, self->memory, self->pages,
				    self->others));
	EXPECT_EQ(self->pages,
		  count_equal(self->frames, self->others, self->pages));
	EXPECT_EQ(self->huge_bytes,
		  smaps_bytes(child.pid, self->memory, "ShmemPmdMapped"));
	EXPECT_EQ(0, peer_tell(&child, 1));
	EXPECT_EQ(0, peer_wait(&child));
}

TEST_F(identity, across_unrelated_processes_at_different_addresses)
{
	struct reader reader = {
		.size = variant->size,
		.page = self->page,
		.hint = FREE_ADDRESS,
	};
	uint64_t address, right;
	struct peer child;

	/* The fixture's region goes, so that the child does not inherit it. */
	ASSERT_EQ(0, region_detach(self->fd, self->memory));
	ASSERT_EQ(0, region_remove(self->fd, self->id));
	ASSERT_EQ(0, peer_start(&child, read_by_key, &reader));
	self->id = region_get(self->fd, KEY, variant->size,
			      CREATE | variant->flags, 0600);
	ASSERT_LT(0, self->id);
	self->memory = region_attach(self->fd, self->id, 0);
	ASSERT_NE(NULL, self->memory);
	write_numbers(self->memory, self->pages, self->page);
	ASSERT_EQ(0, pagemap_frames(getpid(), self->memory, self->pages,
				    self->frames));

	ASSERT_EQ(0, peer_tell(&child, 1));
	ASSERT_EQ(0, peer_hear(&child, &address));
	ASSERT_EQ(0, peer_hear(&child, &right));
	EXPECT_EQ((uintptr_t)FREE_ADDRESS, address);
	EXPECT_NE((char *)self->memory, FREE_ADDRESS);
	EXPECT_EQ(self->pages, right);
	EXPECT_EQ(0, pagemap_frames(child.pid, FREE_ADDRESS, self->pages,
				    self->others));
	EXPECT_EQ(self->pages,
		  count_equal(self->frames, self->others, self->pages));
	EXPECT_EQ(self->huge_bytes,
		  smaps_bytes(child.pid, FREE_ADDRESS, "ShmemPmdMapped"));
	EXPECT_EQ(0, peer_tell(&child, 1));
	EXPECT_EQ(0, peer_wait(&child));
}

TEST_F(identity, across_two_attaches_in_one_process)
{
	uint64_t *second = region_attach(self->fd, self->id, 0);

	ASSERT_NE(NULL, second);
	EXPECT_NE(self->memory, second);
	EXPECT_EQ(self->pages, read_numbers(second, self->pages, self->page));
	EXPECT_EQ(0,
		  pagemap_frames(getpid(), second, self->pages, self->others));
	EXPECT_EQ(self->pages,
		  count_equal(self->frames, self->others, self->pages));
	EXPECT_EQ(self->huge_bytes,
		  smaps_bytes(getpid(), second, "ShmemPmdMapped"));

	second[0] = 42;
	EXPECT_EQ(42, self->memory[0]);
}

TEST_F(identity, of_a_read_only_attach)
{
	uint64_t *second =
		region_attach(self->fd, self->id, SHMREGION_ATTACH_RDONLY);

	ASSERT_NE(NULL, second);
	EXPECT_EQ(self->pages, read_numbers(second, self->pages, self->page));
	EXPECT_EQ(0,
		  pagemap_frames(getpid(), second, self->pages, self->others));
	EXPECT_EQ(self->pages,
		  count_equal(self->frames, self->others, self->pages));
	EXPECT_EQ(self->huge_bytes,
		  smaps_bytes(getpid(), second, "ShmemPmdMapped"));

	self->memory[0] = 42;
	EXPECT_EQ(42, second[0]);
}

TEST_F(identity, of_a_mapped_descriptor)
{
	int bound = region_open(self->id, O_RDWR);
	size_t half = variant->size / 2;
	uint64_t *part;

	ASSERT_LE(0, bound);
	part = mmap(NULL, half, PROT_READ | PROT_WRITE, MAP_SHARED, bound,
		    half);
	ASSERT_NE(MAP_FAILED, part);
	EXPECT_EQ(0x1000 + self->pages / 2, part[0]);
	write_numbers(part, self->pages / 2, self->page);
	EXPECT_EQ(0, pagemap_frames(getpid(), part, self->pages / 2,
				    self->others));
	EXPECT_EQ(self->pages / 2, count_equal(self->frames + self->pages / 2,
					       self->others, self->pages / 2));
	EXPECT_EQ(0x1000, self->memory[half / sizeof(*self->memory)]);
	close(bound);
}

TEST_F(identity, is_not_of_a_private_copy)
{
	int bound = region_open(self->id, O_RDWR);
	uint64_t *copy;

	ASSERT_LE(0, bound);
	copy = mmap(NULL, variant->size, PROT_READ | PROT_WRITE, MAP_PRIVATE,
		    bound, 0);
	ASSERT_NE(MAP_FAILED, copy);
	EXPECT_EQ(self->pages, read_numbers(copy, self->pages, self->page));
	EXPECT_EQ(0, pagemap_frames(getpid(), copy, self->pages, self->others));
	EXPECT_EQ(self->pages,
		  count_equal(self->frames, self->others, self->pages));

	write_numbers(copy, self->pages, self->page);
	EXPECT_EQ(0, pagemap_frames(getpid(), copy, self->pages, self->others));
	EXPECT_EQ(0, count_equal(self->frames, self->others, self->pages));
	copy[0] = 42;
	EXPECT_EQ(0x1000, self->memory[0]);
	close(bound);
}

TEST_HARNESS_MAIN
