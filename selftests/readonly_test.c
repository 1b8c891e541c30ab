// SPDX-License-Identifier: GPL-2.0
/*
 * Who has a region for reading has it for reading for ever, whatever system
 * call is tried on the mapping, the file behind it, or the descriptor.
 */

#include "harness.h"

#include <inttypes.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/uio.h>

#include "device.h"
#include "mapped_file.h"
#include "pagemap.h"
#include "process.h"
#include "user_namespace.h"

#define USER 3001
#define PAGES 2
#define BEFORE "written by who may write"
#define AFTER "written by who may not"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

/* How one comes to a mapping for reading. */
static void *attach_by_writable(int id)
{
	return region_attach(device_open(O_RDWR), id, SHMREGION_ATTACH_RDONLY);
}

static void *attach_by_readable(int id)
{
	return region_attach(device_open(O_RDONLY), id,
			     SHMREGION_ATTACH_RDONLY);
}

static void *map_readable(int id)
{
	void *address = mmap(NULL, PAGES * sysconf(_SC_PAGESIZE), PROT_READ,
			     MAP_SHARED, region_open(id, O_RDONLY), 0);

	return address == MAP_FAILED ? NULL : address;
}

FIXTURE(readonly)
{
	int fd;
	int id;
	size_t size;
	char *writable;
	void *readable;
};

FIXTURE_VARIANT(readonly)
{
	void *(*map)(int id);
};

FIXTURE_VARIANT_ADD(readonly, attach_by_writable_descriptor){
	.map = attach_by_writable,
};

FIXTURE_VARIANT_ADD(readonly, attach_by_readable_descriptor){
	.map = attach_by_readable,
};

FIXTURE_VARIANT_ADD(readonly, mmap_of_readable_descriptor){
	.map = map_readable,
};

FIXTURE_SETUP(readonly)
{
	self->size = PAGES * sysconf(_SC_PAGESIZE);
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	self->id = region_get(self->fd, SHMREGION_KEY_PRIVATE, self->size,
			      SHMREGION_GET_CREATE, 0644);
	ASSERT_LT(0, self->id);
	self->writable = region_attach(self->fd, self->id, 0);
	ASSERT_NE(NULL, self->writable);
	strcpy(self->writable, BEFORE);
	self->readable = variant->map(self->id);
	ASSERT_NE(NULL, self->readable);
}

FIXTURE_TEARDOWN(readonly)
{
	EXPECT_STREQ(BEFORE, self->writable);
	region_remove_all(self->fd);
	close(self->fd);
}

static int write_directly(void *address)
{
	strcpy(address, AFTER);
	return 0;
}

static int write_in_child(struct peer *parent, void *data)
{
	(void)parent;
	return write_directly(data);
}

TEST_F(readonly, reads_and_does_not_store)
{
	EXPECT_STREQ(BEFORE, self->readable);
	EXPECT_EQ(PEER_KILLED_BY(SIGSEGV),
		  run_in_child(write_in_child, self->readable));
}

static int allow_writing(void *address, size_t size)
{
	return mprotect(address, size, PROT_READ | PROT_WRITE) ? -errno : 0;
}

TEST_F(readonly, against_mprotect)
{
	EXPECT_EQ(-EACCES, allow_writing(self->readable, self->size));
	EXPECT_EQ(-EACCES, allow_writing(self->readable, self->size / PAGES));
	EXPECT_EQ(-1, mprotect(self->readable, self->size, PROT_WRITE));
	EXPECT_EQ(0, mprotect(self->readable, self->size, PROT_NONE));
	EXPECT_EQ(-EACCES, allow_writing(self->readable, self->size));
	EXPECT_EQ(0, mprotect(self->readable, self->size, PROT_READ));
	EXPECT_STREQ(BEFORE, self->readable);
}

static int mprotect_in_child(struct peer *parent, void *data)
{
	(void)parent;
	return allow_writing(data, 1);
}

TEST_F(readonly, against_mprotect_after_fork)
{
	EXPECT_EQ(-EACCES, run_in_child(mprotect_in_child, self->readable));
}

/*
 * The call maps the file anew, by what the file allows. It may refuse, but what
 * there is afterwards is for reading.
 */
TEST_F(readonly, against_remap_file_pages)
{
	int error =
		remap_file_pages(self->readable, self->size / PAGES, 0, 1, 0);

	EXPECT_TRUE(!error || errno == EINVAL);
	EXPECT_EQ(-EACCES, allow_writing(self->readable, self->size / PAGES));
	EXPECT_EQ(-EACCES, allow_writing(self->readable, self->size));
	EXPECT_EQ(PEER_KILLED_BY(SIGSEGV),
		  run_in_child(write_in_child, self->readable));
}

TEST_F(readonly, against_mremap_that_moves)
{
	void *room = mmap(NULL, self->size, PROT_NONE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	void *moved;

	ASSERT_NE(MAP_FAILED, room);
	moved = mremap(self->readable, self->size, self->size,
		       MREMAP_MAYMOVE | MREMAP_FIXED, room);
	ASSERT_EQ(room, moved);
	EXPECT_STREQ(BEFORE, moved);
	EXPECT_EQ(-EACCES, allow_writing(moved, self->size));
}

TEST_F(readonly, against_mremap_that_duplicates)
{
	void *twin = mremap(self->readable, 0, self->size, MREMAP_MAYMOVE);

	ASSERT_NE(MAP_FAILED, twin);
	EXPECT_STREQ(BEFORE, twin);
	EXPECT_EQ(-EACCES, allow_writing(twin, self->size));
	EXPECT_EQ(PEER_KILLED_BY(SIGSEGV), run_in_child(write_in_child, twin));
}

TEST_F(readonly, against_mremap_that_grows)
{
	void *grown = mremap(self->readable, self->size, 2 * self->size,
			     MREMAP_MAYMOVE);

	ASSERT_NE(MAP_FAILED, grown);
	EXPECT_EQ(-EACCES, allow_writing(grown, self->size));
}

TEST_F(readonly, against_madvise)
{
	EXPECT_EQ(-1, madvise(self->readable, self->size, MADV_REMOVE));
	EXPECT_EQ(EACCES, errno);
	EXPECT_EQ(-1, madvise(self->readable, self->size, MADV_POPULATE_WRITE));
	EXPECT_EQ(0, madvise(self->readable, self->size, MADV_DONTNEED));
	EXPECT_STREQ(BEFORE, self->readable);
}

/* Writing as a debugger does, which passes over what mprotect(2) set. */
static ssize_t write_as_debugger(void *address)
{
	int memory = open("/proc/self/mem", O_RDWR | O_CLOEXEC);
	ssize_t put;

	if (memory < 0)
		return -errno;
	put = pwrite(memory, AFTER, sizeof(AFTER), (uintptr_t)address);
	put = put < 0 ? -errno : put;
	close(memory);
	return put;
}

TEST_F(readonly, against_proc_self_mem)
{
	EXPECT_GT(0, write_as_debugger(self->readable));
}

static ssize_t write_as_neighbour(void *address)
{
	struct iovec from = { .iov_base = AFTER, .iov_len = sizeof(AFTER) };
	struct iovec to = { .iov_base = address, .iov_len = sizeof(AFTER) };
	ssize_t put = process_vm_writev(getpid(), &from, 1, &to, 1, 0);

	return put < 0 ? -errno : put;
}

TEST_F(readonly, against_process_vm_writev)
{
	EXPECT_EQ(-EFAULT, write_as_neighbour(self->readable));
}

static ssize_t write_by_read(void *address)
{
	ssize_t got;
	int ends[2];

	if (pipe(ends) || write(ends[1], AFTER, sizeof(AFTER)) < 0)
		return -errno;
	got = read(ends[0], address, sizeof(AFTER));
	got = got < 0 ? -errno : got;
	close(ends[0]);
	close(ends[1]);
	return got;
}

TEST_F(readonly, against_read)
{
	EXPECT_EQ(-EFAULT, write_by_read(self->readable));
}

struct reopen {
	void *(*map)(int id);
	int id;
};

static int reopen_mapped_file(struct peer *parent, void *data)
{
	const struct reopen *reopen = data;
	void *address = reopen->map(reopen->id);
	unsigned long offset;

	(void)parent;
	return address ? mapped_file_open(address, O_RDWR, &offset) : -ENXIO;
}

static int reopen_as_root_of_a_namespace(struct peer *parent, void *data)
{
	struct user_namespace space = {
		.owner = USER,
		.first = 103000,
		.count = 1,
	};
	int error = user_namespace_enter(&space, CLONE_NEWNS);

	return error ? 1000 - error : reopen_mapped_file(parent, data);
}

/* The variants that open the device for writing are for who may do that. */
TEST_F(readonly, against_proc_self_map_files)
{
	struct reopen reopen = { .map = variant->map, .id = self->id };

	EXPECT_EQ(-EPERM, run_as(USER, USER, reopen_mapped_file, &reopen));
	EXPECT_EQ(-EPERM, run_in_child(reopen_as_root_of_a_namespace, &reopen));
}

/*
 * Root can, as it can read and write /proc/kcore; what the module promises is
 * that it stays whole.
 */
TEST_F(readonly, root_can_reopen_proc_self_map_files)
{
	char *mapped = mapped_file_map(self->readable, self->size);

	ASSERT_NE(NULL, mapped);
	EXPECT_STREQ(BEFORE, mapped);

	EXPECT_EQ(0, munmap(self->readable, self->size));
	EXPECT_EQ(0, region_detach(self->fd, self->writable));
	EXPECT_EQ(0, region_remove(self->fd, self->id));
	EXPECT_EQ(-EINVAL, (int)region_attaches(self->fd, self->id));
	/* The memory was the region's, and has gone with it. */
	EXPECT_EQ(PEER_KILLED_BY(SIGBUS),
		  run_in_child(mapped_file_read, mapped));
	EXPECT_EQ(0, munmap(mapped, self->size));
	self->writable = BEFORE;
}

/* Each way, tried where it is allowed: so the tests above can fail. */
TEST_F(readonly, a_writable_attach_can_do_all_that)
{
	char *address = region_attach(self->fd, self->id, 0);
	char *twin;

	ASSERT_NE(NULL, address);
	ASSERT_EQ(0, mprotect(address, self->size, PROT_READ));
	EXPECT_EQ(PEER_KILLED_BY(SIGSEGV),
		  run_in_child(write_in_child, address));
	EXPECT_EQ(0, allow_writing(address, self->size));
	EXPECT_EQ(0, run_in_child(write_in_child, address));
	EXPECT_STREQ(AFTER, self->readable);

	strcpy(address, BEFORE);
	twin = mremap(address, 0, self->size, MREMAP_MAYMOVE);
	ASSERT_NE(MAP_FAILED, twin);
	EXPECT_EQ(0, allow_writing(twin, self->size));

	EXPECT_EQ(sizeof(AFTER), write_as_debugger(address));
	EXPECT_EQ(sizeof(AFTER), write_as_neighbour(twin));
	EXPECT_EQ(sizeof(AFTER), write_by_read(twin));
	EXPECT_STREQ(AFTER, self->readable);
	EXPECT_EQ(0, madvise(address, self->size, MADV_POPULATE_WRITE));
	EXPECT_EQ(0, madvise(address, self->size, MADV_REMOVE));
	EXPECT_STREQ("", self->readable);

	EXPECT_EQ(0, remap_file_pages(address, self->size / PAGES, 0, 1, 0));
	EXPECT_EQ(0, allow_writing(address, self->size / PAGES));
	strcpy(self->writable, BEFORE);
}

TEST_HARNESS_MAIN
