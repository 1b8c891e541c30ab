// SPDX-License-Identifier: GPL-2.0
/*
 * What the first fault in a page table maps besides its own page: all that is there,
 * nothing that is not, and nothing that the mapping may not do.
 */

#include "harness.h"

#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>

#include "device.h"
#include "free_address.h"
#include "kernel_file.h"
#include "pagemap.h"
#include "pattern.h"

/* What one page table maps on x86-64, and two of them. */
#define TABLE (2UL << 20)
#define SIZE (2 * TABLE)
#define PAGE 4096UL
#define PAGES (SIZE / PAGE)

FIXTURE(fault_around)
{
	int fd;
	int id;
	/* Attached by whoever fills the region. */
	char *memory;
};

FIXTURE_SETUP(fault_around)
{
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	self->id = region_get(self->fd, SHMREGION_KEY_PRIVATE, SIZE,
			      SHMREGION_GET_CREATE | SHMREGION_GET_HUGE_NEVER,
			      0600);
	self->memory = region_attach(self->fd, self->id, 0);
	ASSERT_NE(NULL, self->memory);
}

FIXTURE_TEARDOWN(fault_around)
{
	region_remove_all(self->fd);
	close(self->fd);
}

static char *attach_aligned(int fd, int id, uint32_t flags)
{
	void *address;

	return region_attach_at(fd, id, FREE_ADDRESS, flags, &address) ?
		       NULL :
		       address;
}

/* How many pages from there on have one of these bits, or -errno. */
static long count_entries(const char *memory, size_t bytes, uint64_t bits)
{
	uint64_t entries[PAGES];
	long count = pagemap_entries(getpid(), memory, bytes / PAGE, entries);
	size_t i;

	for (i = 0; i < bytes / PAGE && count >= 0; i++)
		count += !!(entries[i] & bits);
	return count;
}

static long count_mapped(const char *memory, size_t bytes)
{
	return count_entries(memory, bytes, PAGEMAP_PRESENT);
}

static long count_soft_dirty(const char *memory, size_t bytes)
{
	return count_entries(memory, bytes, PAGEMAP_SOFT_DIRTY);
}

static void read_byte(const char *place)
{
	__atomic_load_n(place, __ATOMIC_RELAXED);
}

static sigjmp_buf after_signal;

static void leave_signal(int signal)
{
	siglongjmp(after_signal, signal);
}

/*
 * Writes without reading, which would be another fault, so that what is there has to
 * be given. Returns the signal that this is answered with, or 0.
 */
static int write_byte(char *place, char value)
{
	const struct sigaction leave = { .sa_handler = leave_signal };
	struct sigaction before;
	int signal;

	sigaction(SIGSEGV, &leave, &before);
	signal = sigsetjmp(after_signal, 1);
	if (!signal)
		__atomic_store_n(place, value, __ATOMIC_RELAXED);
	sigaction(SIGSEGV, &before, NULL);
	return signal;
}

TEST_F(fault_around, a_read_fills_the_page_table)
{
	char *memory = attach_aligned(self->fd, self->id, 0);

	ASSERT_NE(NULL, memory);
	pattern_fill(self->memory, SIZE, 1);
	read_byte(memory + 5 * PAGE);
	EXPECT_EQ(TABLE / PAGE, count_mapped(memory, TABLE));
	EXPECT_EQ(0, count_mapped(memory + TABLE, TABLE));
	EXPECT_EQ(0, pattern_errors(memory, SIZE, 1));
}

TEST_F(fault_around, a_write_fills_the_page_table)
{
	char *memory = attach_aligned(self->fd, self->id, 0);
	long faults;

	ASSERT_NE(NULL, memory);
	pattern_fill(self->memory, SIZE, 2);
	EXPECT_EQ(0, write_byte(memory + 5 * PAGE, self->memory[5 * PAGE]));
	EXPECT_EQ(TABLE / PAGE, count_mapped(memory, TABLE));
	EXPECT_EQ(0, count_mapped(memory + TABLE, TABLE));
	EXPECT_EQ(0, pattern_errors(memory, SIZE, 2));

	/* All of it writable, so that there is nothing left to be asked. */
	faults = minor_faults();
	pattern_fill(memory, TABLE, 3);
	EXPECT_GE(8, minor_faults() - faults);
	EXPECT_EQ(0, pattern_errors(self->memory, TABLE, 3));
}

/* Attaches anew, so that there is no page table, and touches a page. */
static long map_by(const FIXTURE_DATA(fault_around) * self, bool write)
{
	char *memory = attach_aligned(self->fd, self->id, 0);
	long mapped;

	if (!memory)
		return -errno;
	if (!write)
		read_byte(memory + 3 * PAGE);
	else if (write_byte(memory + 3 * PAGE, self->memory[3 * PAGE]))
		return -EFAULT;
	mapped = count_mapped(memory, SIZE);
	return region_detach(self->fd, memory) ?: mapped;
}

TEST_F(fault_around, what_is_not_there_is_not_mapped)
{
	struct shmregion_stat stat;

	self->memory[3 * PAGE] = 1;
	self->memory[300 * PAGE] = 1;
	EXPECT_EQ(2, map_by(self, false));
	EXPECT_EQ(2, map_by(self, true));
	EXPECT_EQ(0, region_stat(self->fd, self->id, 0, &stat));
	EXPECT_EQ(2 * PAGE, stat.resident_bytes);
}

/* A page that has to be made is made alone, whatever is around it. */
TEST_F(fault_around, a_first_touch_maps_its_page)
{
	char *memory = attach_aligned(self->fd, self->id, 0);

	ASSERT_NE(NULL, memory);
	self->memory[3 * PAGE] = 1;
	EXPECT_EQ(0, write_byte(memory + 4 * PAGE, 0));
	EXPECT_EQ(1, count_mapped(memory, SIZE));
	read_byte(memory + 5 * PAGE);
	EXPECT_EQ(2, count_mapped(memory, SIZE));
}

TEST_F(fault_around, a_part_is_mapped_to_its_ends)
{
	const int bound = region_open(self->id, O_RDWR);
	const size_t length = 20 * PAGE;
	char *memory;

	ASSERT_LE(0, bound);
	pattern_fill(self->memory, SIZE, 4);
	memory = mmap(FREE_ADDRESS + TABLE - 10 * PAGE, length,
		      PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED_NOREPLACE,
		      bound, 7 * PAGE);
	close(bound);
	ASSERT_NE(MAP_FAILED, memory);
	EXPECT_EQ(0, write_byte(memory + 2 * PAGE, self->memory[9 * PAGE]));
	EXPECT_EQ(10, count_mapped(memory, 10 * PAGE));
	EXPECT_EQ(0, count_mapped(memory + 10 * PAGE, 10 * PAGE));
	read_byte(memory + length - 1);
	EXPECT_EQ(20, count_mapped(memory, length));
	EXPECT_EQ(0, memcmp(memory, self->memory + 7 * PAGE, length));
	munmap(memory, length);
}

TEST_F(fault_around, what_is_read_only_stays_read_only)
{
	char *memory =
		attach_aligned(self->fd, self->id, SHMREGION_ATTACH_RDONLY);

	ASSERT_NE(NULL, memory);
	pattern_fill(self->memory, SIZE, 5);
	EXPECT_EQ(SIGSEGV, write_byte(memory, self->memory[0]));
	EXPECT_EQ(0, count_mapped(memory, SIZE));
	read_byte(memory);
	EXPECT_EQ(TABLE / PAGE, count_mapped(memory, TABLE));
	EXPECT_EQ(SIGSEGV, write_byte(memory + PAGE, self->memory[PAGE]));
	EXPECT_EQ(0, pattern_errors(self->memory, SIZE, 5));
}

TEST_F(fault_around, a_private_mapping_writes_to_copies)
{
	const int bound = region_open(self->id, O_RDWR);
	char *memory;

	ASSERT_LE(0, bound);
	pattern_fill(self->memory, SIZE, 6);
	memory = mmap(FREE_ADDRESS, SIZE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_FIXED_NOREPLACE, bound, 0);
	close(bound);
	ASSERT_NE(MAP_FAILED, memory);
	__atomic_store_n(memory, 'x', __ATOMIC_RELAXED);
	EXPECT_EQ(1, count_mapped(memory, SIZE));
	read_byte(memory + TABLE);
	EXPECT_EQ(TABLE / PAGE, count_mapped(memory + TABLE, TABLE));
	memset(memory, 0, SIZE);
	EXPECT_EQ(0, pattern_errors(self->memory, SIZE, 6));
	munmap(memory, SIZE);
}

TEST_F(fault_around, a_write_to_a_part_that_was_read_is_seen)
{
	char *memory = attach_aligned(self->fd, self->id, 0);
	size_t i;

	ASSERT_NE(NULL, memory);
	pattern_fill(self->memory, SIZE, 7);
	read_byte(memory);
	for (i = 0; i < SIZE; i += PAGE)
		memory[i] = i / PAGE;
	for (i = 0; i < SIZE; i += PAGE)
		EXPECT_EQ((char)(i / PAGE), self->memory[i]);
}

TEST_F(fault_around, who_reads_at_random_is_believed)
{
	char *memory = attach_aligned(self->fd, self->id, 0);

	ASSERT_NE(NULL, memory);
	pattern_fill(self->memory, SIZE, 8);
	ASSERT_EQ(0, madvise(memory, SIZE, MADV_RANDOM));
	EXPECT_EQ(0, write_byte(memory + 100 * PAGE, self->memory[100 * PAGE]));
	EXPECT_EQ(1, count_mapped(memory, SIZE));
	read_byte(memory + TABLE + 100 * PAGE);
	EXPECT_GT((long)(TABLE / PAGE), count_mapped(memory + TABLE, TABLE));
	EXPECT_EQ(0, pattern_errors(memory, SIZE, 8));
}

TEST_F(fault_around, what_was_taken_out_is_zero_and_the_rest_is_not)
{
	char *memory = attach_aligned(self->fd, self->id, 0);
	static const char zero[PAGE];

	ASSERT_NE(NULL, memory);
	pattern_fill(self->memory, SIZE, 9);
	read_byte(memory);
	ASSERT_EQ(0, madvise(self->memory + 8 * PAGE, 2 * PAGE, MADV_REMOVE));
	EXPECT_EQ(TABLE / PAGE - 2, count_mapped(memory, TABLE));
	EXPECT_EQ(0, memcmp(memory + 8 * PAGE, zero, PAGE));
	EXPECT_EQ(0, write_byte(memory + 9 * PAGE, 0));
	EXPECT_EQ(0, pattern_errors(memory, 8 * PAGE, 9));
	EXPECT_EQ(0, memcmp(memory + 10 * PAGE, self->memory + 10 * PAGE,
			    SIZE - 10 * PAGE));
}

/* What is mapped besides is as clean as it was, and need not be swapped out. */
TEST_F(fault_around, a_write_makes_one_page_dirty)
{
	char *memory;
	size_t i;

	for (i = 0; i < SIZE; i += PAGE)
		read_byte(self->memory + i);
	memory = attach_aligned(self->fd, self->id, 0);
	ASSERT_NE(NULL, memory);
	EXPECT_EQ(0, write_byte(memory + 5 * PAGE, self->memory[5 * PAGE]));
	EXPECT_EQ(TABLE / PAGE, count_mapped(memory, TABLE));
	EXPECT_EQ(PAGE, smaps_bytes(getpid(), memory, "Private_Dirty") +
				smaps_bytes(getpid(), memory, "Shared_Dirty"));
}

/* Who has asked which pages are written is told of no other. */
TEST_F(fault_around, soft_dirty_is_what_was_written)
{
	static char ordinary[PAGE] __attribute__((aligned(PAGE)));
	char *memory = attach_aligned(self->fd, self->id, 0);

	ASSERT_NE(NULL, memory);
	pattern_fill(self->memory, SIZE, 10);
	ASSERT_EQ(0, kernel_file_write("/proc/self/clear_refs", "4"));
	__atomic_store_n(ordinary, 'x', __ATOMIC_RELAXED);
	if (!count_soft_dirty(ordinary, PAGE))
		SKIP(return, "this kernel does not track what is written");
	EXPECT_EQ(0, write_byte(memory + 5 * PAGE, self->memory[5 * PAGE]));
	EXPECT_EQ(1, count_soft_dirty(memory, TABLE));
	EXPECT_EQ(0, pattern_errors(memory, SIZE, 10));
}

TEST_F(fault_around, a_neighbour_that_is_read_only_is_left_alone)
{
	char *memory = attach_aligned(self->fd, self->id, 0);

	ASSERT_NE(NULL, memory);
	pattern_fill(self->memory, SIZE, 11);
	ASSERT_EQ(0, mprotect(memory + 100 * PAGE, 50 * PAGE, PROT_READ));
	EXPECT_EQ(0, write_byte(memory + 99 * PAGE, self->memory[99 * PAGE]));
	EXPECT_EQ(100, count_mapped(memory, TABLE));
	EXPECT_EQ(SIGSEGV,
		  write_byte(memory + 100 * PAGE, self->memory[100 * PAGE]));
	EXPECT_EQ(0, write_byte(memory + 150 * PAGE, self->memory[150 * PAGE]));
	EXPECT_EQ(0, pattern_errors(memory, SIZE, 11));
}

/* What is in huge pages, but mapped so that none of them fits in. */
FIXTURE(part_of_huge_page)
{
	int fd;
	int id;
	int bound;
	/* Attached by whoever fills the region. */
	char *memory;
};

FIXTURE_SETUP(part_of_huge_page)
{
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	self->id = region_get(self->fd, SHMREGION_KEY_PRIVATE, SIZE,
			      SHMREGION_GET_CREATE | SHMREGION_GET_HUGE_ALWAYS,
			      0600);
	self->memory = region_attach(self->fd, self->id, 0);
	ASSERT_NE(NULL, self->memory);
	self->bound = region_open(self->id, O_RDWR);
	ASSERT_LE(0, self->bound);
	pattern_fill(self->memory, SIZE, 12);
	ASSERT_EQ(SIZE, smaps_bytes(getpid(), self->memory, "ShmemPmdMapped"));
}

FIXTURE_TEARDOWN(part_of_huge_page)
{
	EXPECT_EQ(0, pattern_errors(self->memory, SIZE, 12));
	close(self->bound);
	region_remove_all(self->fd);
	close(self->fd);
}

/* Maps so many pages from page @first on, @pages behind the start of a table. */
static char *map_part(int bound, size_t pages, size_t first, size_t count)
{
	char *part = mmap(FREE_ADDRESS + pages * PAGE, count * PAGE,
			  PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_FIXED_NOREPLACE, bound,
			  first * PAGE);

	return part == MAP_FAILED ? NULL : part;
}

TEST_F(part_of_huge_page, the_second_half_is_filled_by_a_read)
{
	char *part = map_part(self->bound, 256, 256, 256);

	ASSERT_NE(NULL, part);
	read_byte(part + 5 * PAGE);
	EXPECT_EQ(256, count_mapped(part, 256 * PAGE));
	EXPECT_EQ(0, memcmp(part, self->memory + 256 * PAGE, 256 * PAGE));
	munmap(part, 256 * PAGE);
}

TEST_F(part_of_huge_page, a_misaligned_one_is_filled_by_a_read)
{
	char *part = map_part(self->bound, 1, 0, 512);

	ASSERT_NE(NULL, part);
	read_byte(part + 5 * PAGE);
	EXPECT_EQ(511, count_mapped(part, 512 * PAGE));
	EXPECT_EQ(0, memcmp(part, self->memory, 512 * PAGE));
	EXPECT_EQ(512, count_mapped(part, 512 * PAGE));
	munmap(part, 512 * PAGE);
}

/* Where two huge pages meet in one table. */
TEST_F(part_of_huge_page, two_halves_are_filled_by_a_read)
{
	char *part = map_part(self->bound, 0, 256, 512);

	ASSERT_NE(NULL, part);
	read_byte(part);
	EXPECT_EQ(512, count_mapped(part, 512 * PAGE));
	EXPECT_EQ(0, memcmp(part, self->memory + 256 * PAGE, 512 * PAGE));
	munmap(part, 512 * PAGE);
}

TEST_F(part_of_huge_page, what_is_written_is_seen)
{
	char *part = map_part(self->bound, 1, 0, 512);
	size_t i;

	ASSERT_NE(NULL, part);
	for (i = 0; i < 512; i++)
		EXPECT_EQ(0, write_byte(part + i * PAGE + 100, (char)i));
	for (i = 0; i < 512; i++)
		EXPECT_EQ((char)i, self->memory[i * PAGE + 100]);
	munmap(part, 512 * PAGE);
	pattern_fill(self->memory, SIZE, 12);
}

TEST_HARNESS_MAIN
