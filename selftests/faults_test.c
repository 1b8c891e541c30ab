// SPDX-License-Identifier: GPL-2.0
/*
 * How many page faults it takes to use a region. Where each page takes one, as
 * with System V, nothing is wrong but the speed, and nobody would notice.
 */

#include "harness.h"

#include "device.h"
#include "kernel_file.h"
#include "pagemap.h"

#define SIZE (64UL << 20)
#define THP_SIZE_FILE "/sys/kernel/mm/transparent_hugepage/hpage_pmd_size"

/* A page table that does not begin where the region does. */
#define PER_FAULT 256

/* The program itself takes a few meanwhile. */
#define OF_OTHERS 64

FIXTURE(faults)
{
	int fd;
	size_t page;
	unsigned long pages;
};

FIXTURE_SETUP(faults)
{
	self->page = sysconf(_SC_PAGESIZE);
	self->pages = SIZE / self->page;
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(faults)
{
	region_remove_all(self->fd);
	close(self->fd);
}

static unsigned long faults_to_read(const char *memory, size_t page)
{
	long before = minor_faults();
	size_t i;

	for (i = 0; i < SIZE; i += page)
		__atomic_load_n(&memory[i], __ATOMIC_RELAXED);
	return minor_faults() - before;
}

/* A region with every page written, by an attach that is gone. Returns an id. */
static int create_written(int fd, uint32_t flags)
{
	int id = region_get(fd, SHMREGION_KEY_PRIVATE, SIZE, flags, 0600);
	char *memory = region_attach(fd, id, 0);

	if (!memory)
		return -errno;
	memset(memory, 1, SIZE);
	return region_detach(fd, memory) ?: id;
}

TEST_F(faults, one_maps_many_small_pages)
{
	int id = create_written(self->fd, SHMREGION_GET_HUGE_NEVER);
	char *memory = region_attach(self->fd, id, 0);

	ASSERT_NE(NULL, memory);
	EXPECT_GE(self->pages / PER_FAULT + OF_OTHERS,
		  faults_to_read(memory, self->page));
	EXPECT_EQ(0, faults_to_read(memory, self->page));
}

TEST_F(faults, one_maps_many_small_pages_of_a_mapped_descriptor)
{
	int id = create_written(self->fd, SHMREGION_GET_HUGE_NEVER);
	int bound = region_open(id, O_RDWR);
	char *memory;

	ASSERT_LE(0, bound);
	memory = mmap(NULL, SIZE, PROT_READ, MAP_SHARED, bound, 0);
	ASSERT_NE(MAP_FAILED, memory);
	close(bound);
	EXPECT_GE(self->pages / PER_FAULT + OF_OTHERS,
		  faults_to_read(memory, self->page));
}

TEST_F(faults, one_maps_a_huge_page)
{
	int id = create_written(self->fd, SHMREGION_GET_HUGE_ALWAYS);
	char *memory = region_attach(self->fd, id, 0);
	char text[32];

	ASSERT_NE(NULL, memory);
	if (kernel_file_read(THP_SIZE_FILE, text, sizeof(text)) < 0)
		SKIP(return, "this kernel has no huge pages");
	EXPECT_GE(SIZE / strtoul(text, NULL, 10) + OF_OTHERS,
		  faults_to_read(memory, self->page));
}

TEST_F(faults, none_are_taken_after_populate)
{
	int id = create_written(self->fd, SHMREGION_GET_HUGE_NEVER);
	char *memory = region_attach(self->fd, id, SHMREGION_ATTACH_POPULATE);

	ASSERT_NE(NULL, memory);
	EXPECT_GE(OF_OTHERS, faults_to_read(memory, self->page));
}

TEST_F(faults, attach_with_populate_allocates_every_page)
{
	int id = region_get(self->fd, SHMREGION_KEY_PRIVATE, SIZE,
			    SHMREGION_GET_NORESERVE, 0600);
	char *memory = region_attach(self->fd, id, SHMREGION_ATTACH_POPULATE);
	struct shmregion_stat stat;

	ASSERT_NE(NULL, memory);
	EXPECT_EQ(0, region_stat(self->fd, id, 0, &stat));
	EXPECT_EQ(SIZE, stat.resident_bytes);
	EXPECT_GE(OF_OTHERS, faults_to_read(memory, self->page));
}

TEST_HARNESS_MAIN
