// SPDX-License-Identifier: GPL-2.0
/*
 * System calls that reach for the pages of a region: of another process, of a
 * pipe, of the memory policy, of residence.
 */

#include "harness.h"

#include <linux/mempolicy.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/uio.h>

#include "device.h"
#include "free_address.h"
#include "kernel_file.h"
#include "pagemap.h"
#include "pattern.h"
#include "process.h"

#define PAGE 4096UL
#define PAGES 16
#define SIZE (PAGES * PAGE)
#define USER 65534
#define MEMLOCK (1024 * 1024)

FIXTURE(pages)
{
	int fd;
	int id;
	char *memory;
};

FIXTURE_SETUP(pages)
{
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	self->id = region_get(self->fd, SHMREGION_KEY_PRIVATE, SIZE,
			      SHMREGION_GET_CREATE | SHMREGION_GET_HUGE_NEVER,
			      0666);
	ASSERT_LT(0, self->id);
	self->memory = region_attach(self->fd, self->id, 0);
	ASSERT_NE(NULL, self->memory);
}

FIXTURE_TEARDOWN(pages)
{
	region_remove_all(self->fd);
	close(self->fd);
}

struct attachment {
	int id;
	uint32_t flags;
};

/* Attaches, tells where, and waits for the end. */
static int attach_and_tell(struct peer *parent, void *data)
{
	const struct attachment *attachment = data;
	int fd = device_open(O_RDWR);
	void *address = region_attach(fd, attachment->id, attachment->flags);
	uint64_t end;

	peer_tell(parent, (uintptr_t)address);
	peer_hear(parent, &end);
	return address ? 0 : -errno;
}

TEST_F(pages, another_process_is_read_and_written)
{
	struct attachment attachment = { .id = self->id };
	struct iovec local, remote;
	struct peer other;
	uint64_t place = 0;
	char *buffer;

	buffer = malloc(SIZE);
	ASSERT_NE(NULL, buffer);
	ASSERT_EQ(0, peer_start(&other, attach_and_tell, &attachment));
	ASSERT_EQ(0, peer_hear(&other, &place));
	ASSERT_NE(0, place);
	local = (struct iovec){ .iov_base = buffer, .iov_len = SIZE };
	remote = (struct iovec){ .iov_base = (void *)place, .iov_len = SIZE };

	pattern_fill(self->memory, SIZE, 1);
	EXPECT_EQ(SIZE, process_vm_readv(other.pid, &local, 1, &remote, 1, 0));
	EXPECT_EQ(0, pattern_errors(buffer, SIZE, 1));
	pattern_fill(buffer, SIZE, 2);
	EXPECT_EQ(SIZE, process_vm_writev(other.pid, &local, 1, &remote, 1, 0));
	EXPECT_EQ(0, pattern_errors(self->memory, SIZE, 2));
	EXPECT_EQ(0, peer_wait(&other));
	free(buffer);
}

/* The region may be on our side as well, even if nobody has touched it. */
TEST_F(pages, another_process_is_copied_into_the_region)
{
	static char source[SIZE];
	struct iovec local = { .iov_base = self->memory, .iov_len = SIZE };
	struct iovec remote = { .iov_base = source, .iov_len = SIZE };

	pattern_fill(source, SIZE, 3);
	EXPECT_EQ(SIZE, process_vm_readv(getpid(), &local, 1, &remote, 1, 0));
	EXPECT_EQ(0, pattern_errors(self->memory, SIZE, 3));
}

TEST_F(pages, another_process_with_a_read_only_attach_is_only_read)
{
	struct attachment attachment = { .id = self->id,
					 .flags = SHMREGION_ATTACH_RDONLY };
	char byte = 'x';
	struct iovec local = { .iov_base = &byte, .iov_len = 1 }, remote;
	struct peer other;
	uint64_t place = 0;

	ASSERT_EQ(0, peer_start(&other, attach_and_tell, &attachment));
	ASSERT_EQ(0, peer_hear(&other, &place));
	ASSERT_NE(0, place);
	remote = (struct iovec){ .iov_base = (void *)place, .iov_len = 1 };
	self->memory[0] = 'y';
	EXPECT_EQ(-1, process_vm_writev(other.pid, &local, 1, &remote, 1, 0));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ('y', self->memory[0]);
	EXPECT_EQ(1, process_vm_readv(other.pid, &local, 1, &remote, 1, 0));
	EXPECT_EQ('y', byte);
	EXPECT_EQ(0, peer_wait(&other));
}

TEST_F(pages, pipe_takes_the_pages_themselves)
{
	struct iovec part = { .iov_base = self->memory, .iov_len = 4 * PAGE };
	static char buffer[4 * PAGE];
	int ends[2];

	ASSERT_EQ(0, pipe(ends));
	pattern_fill(self->memory, SIZE, 4);
	EXPECT_EQ(4 * PAGE, vmsplice(ends[1], &part, 1, 0));
	/* A copy would not notice. */
	pattern_fill(self->memory, SIZE, 5);
	EXPECT_EQ(4 * PAGE, read(ends[0], buffer, sizeof(buffer)));
	EXPECT_EQ(0, pattern_errors(buffer, sizeof(buffer), 5));
	close(ends[0]);
	close(ends[1]);
}

TEST_F(pages, pipe_keeps_pages_of_a_region_that_is_gone)
{
	struct iovec part = { .iov_base = self->memory, .iov_len = 4 * PAGE };
	static char buffer[4 * PAGE];
	int ends[2];

	ASSERT_EQ(0, pipe(ends));
	pattern_fill(self->memory, SIZE, 6);
	EXPECT_EQ(4 * PAGE, vmsplice(ends[1], &part, 1, 0));
	EXPECT_EQ(0, region_remove(self->fd, self->id));
	EXPECT_EQ(0, region_detach(self->fd, self->memory));
	EXPECT_EQ(4 * PAGE, read(ends[0], buffer, sizeof(buffer)));
	EXPECT_EQ(0, pattern_errors(buffer, sizeof(buffer), 6));
	close(ends[0]);
	close(ends[1]);
}

TEST_F(pages, pipe_is_emptied_into_a_region)
{
	struct iovec part = { .iov_base = self->memory + PAGE,
			      .iov_len = 2 * PAGE };
	static char buffer[2 * PAGE];
	int ends[2];

	ASSERT_EQ(0, pipe(ends));
	pattern_fill(buffer, sizeof(buffer), 7);
	EXPECT_EQ(2 * PAGE, write(ends[1], buffer, sizeof(buffer)));
	EXPECT_EQ(2 * PAGE, vmsplice(ends[0], &part, 1, 0));
	EXPECT_EQ(0, pattern_errors(self->memory + PAGE, 2 * PAGE, 7));
	close(ends[0]);
	close(ends[1]);
}

static long long resident_bytes(int fd, int id)
{
	struct shmregion_stat stat;
	int error = region_stat(fd, id, 0, &stat);

	return error ? error : (long long)stat.resident_bytes;
}

TEST_F(pages, mlock_brings_the_pages_in_and_counts_them)
{
	const long long before =
		kernel_file_number("/proc/self/status", "VmLck");

	EXPECT_EQ(0, resident_bytes(self->fd, self->id));
	ASSERT_EQ(0, mlock(self->memory, SIZE));
	EXPECT_EQ(SIZE, resident_bytes(self->fd, self->id));
	EXPECT_EQ(SIZE, smaps_bytes(getpid(), self->memory, "Locked"));
	EXPECT_EQ(before + (long long)SIZE / 1024,
		  kernel_file_number("/proc/self/status", "VmLck"));
	EXPECT_EQ(0, munlock(self->memory, SIZE));
	EXPECT_EQ(before, kernel_file_number("/proc/self/status", "VmLck"));
	/* The parts of the mapping that locking made are one attach to DETACH. */
	ASSERT_EQ(0, mlock(self->memory + PAGE, PAGE));
	EXPECT_EQ(0, region_detach(self->fd, self->memory));
	EXPECT_EQ(before, kernel_file_number("/proc/self/status", "VmLck"));
}

/* Attaches until no more memory may be locked, which all that it maps is. */
static int attach_locked(struct peer *parent, void *data)
{
	const struct rlimit limit = { .rlim_cur = MEMLOCK,
				      .rlim_max = MEMLOCK };
	int fd = device_open(O_RDWR);
	size_t attached = 0;
	void *address;
	int error;

	(void)parent;
	if (setrlimit(RLIMIT_MEMLOCK, &limit) || mlockall(MCL_FUTURE))
		return -errno;
	while (attached <= MEMLOCK) {
		error = region_attach_at(fd, *(int *)data, NULL, 0, &address);
		if (error)
			return attached ? error : -ERANGE;
		/* Of pages that are attached twice it counts half. */
		if (!attached &&
		    smaps_bytes(getpid(), address, "Locked") != (long long)SIZE)
			return -ERANGE;
		attached += SIZE;
	}
	return 0;
}

TEST_F(pages, mlockall_holds_for_attaches)
{
	EXPECT_EQ(-EAGAIN, run_as(USER, USER, attach_locked, &self->id));
}

/* Returns the mode of the policy that holds for the address, or -errno. */
static int policy_at(const void *address, unsigned long *nodes)
{
	int mode;

	*nodes = 0;
	if (syscall(SYS_get_mempolicy, &mode, nodes, sizeof(*nodes) * 8,
		    address, MPOL_F_ADDR))
		return -errno;
	return mode;
}

TEST_F(pages, memory_policy_belongs_to_the_region)
{
	unsigned long first = 1, nodes;
	char *other;

	other = region_attach(self->fd, self->id, 0);
	ASSERT_NE(NULL, other);
	EXPECT_EQ(MPOL_DEFAULT, policy_at(self->memory, &nodes));
	ASSERT_EQ(0, syscall(SYS_mbind, self->memory, SIZE / 2, MPOL_BIND,
			     &first, sizeof(first) * 8, MPOL_MF_STRICT));
	EXPECT_EQ(MPOL_BIND, policy_at(self->memory, &nodes));
	EXPECT_EQ(first, nodes);
	EXPECT_EQ(MPOL_DEFAULT, policy_at(self->memory + SIZE / 2, &nodes));
	/* Another attach has it without having been told. */
	EXPECT_EQ(MPOL_BIND, policy_at(other, &nodes));
	EXPECT_EQ(first, nodes);
	EXPECT_EQ(MPOL_DEFAULT, policy_at(other + SIZE / 2, &nodes));

	memset(self->memory, 1, SIZE);
	EXPECT_EQ(0, region_detach(self->fd, other));
	EXPECT_EQ(0, region_detach(self->fd, self->memory));
	/* And so has one that comes when nobody is attached any more. */
	self->memory = region_attach(self->fd, self->id, 0);
	ASSERT_NE(NULL, self->memory);
	EXPECT_EQ(MPOL_BIND, policy_at(self->memory, &nodes));
	EXPECT_EQ(1, self->memory[SIZE - 1]);
}

/* The file would keep it; mremap(2) makes room for as many as there are addresses. */
TEST_F(pages, memory_policy_behind_the_region_is_refused)
{
	unsigned long first = 1, nodes;
	void *address;
	char *memory;

	ASSERT_EQ(0, region_attach_at(self->fd, self->id, FREE_ADDRESS, 0,
				      &address));
	memory = address;
	ASSERT_EQ(memory, mremap(memory, SIZE, 2 * SIZE, 0));
	/* The first one is one mapping yet. */
	EXPECT_EQ(-1, syscall(SYS_mbind, memory + SIZE - PAGE, 2 * PAGE,
			      MPOL_BIND, &first, sizeof(first) * 8, 0));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, syscall(SYS_mbind, memory + SIZE, PAGE, MPOL_BIND, &first,
			      sizeof(first) * 8, 0));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(MPOL_DEFAULT, policy_at(memory + SIZE - PAGE, &nodes));
	EXPECT_EQ(MPOL_DEFAULT, policy_at(memory + SIZE, &nodes));
	EXPECT_EQ(0, syscall(SYS_mbind, memory + SIZE - PAGE, PAGE, MPOL_BIND,
			     &first, sizeof(first) * 8, 0));
	EXPECT_EQ(MPOL_BIND, policy_at(memory + SIZE - PAGE, &nodes));
}

TEST_F(pages, memory_policy_of_no_node_is_refused)
{
	unsigned long none = 0, nodes;

	EXPECT_EQ(-1, syscall(SYS_mbind, self->memory, SIZE, MPOL_BIND, &none,
			      sizeof(none) * 8, 0));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(MPOL_DEFAULT, policy_at(self->memory, &nodes));
}

TEST_F(pages, pages_tell_their_node_and_can_be_moved)
{
	void *addresses[2] = { self->memory, self->memory + PAGE };
	int nodes[2] = { 0, 0 }, status[2] = { -1, -1 };

	self->memory[0] = 'z';
	EXPECT_EQ(0,
		  syscall(SYS_move_pages, 0, 2UL, addresses, NULL, status, 0));
	EXPECT_EQ(0, status[0]);
	EXPECT_EQ(-ENOENT, status[1]);
	EXPECT_EQ(0, syscall(SYS_move_pages, 0, 1UL, addresses, nodes, status,
			     MPOL_MF_MOVE));
	EXPECT_EQ(0, status[0]);
	EXPECT_EQ('z', self->memory[0]);
}

/* Returns a bit for each page that is in memory, or -errno. */
static long residence(void *memory)
{
	unsigned char present[PAGES];
	long bits = 0;
	int i;

	if (mincore(memory, SIZE, present))
		return -errno;
	for (i = 0; i < PAGES; i++)
		bits |= (long)(present[i] & 1) << i;
	return bits;
}

/* Touches a page, and looks at which there are. */
static int touch_and_look(struct peer *parent, void *data)
{
	int fd = device_open(O_RDWR);
	char *memory = region_attach(fd, *(int *)data, 0);

	(void)parent;
	if (!memory)
		return -errno;
	memory[3 * PAGE] = 1;
	return (int)residence(memory);
}

TEST_F(pages, mincore_shows_what_anybody_has_touched)
{
	EXPECT_EQ(0, residence(self->memory));
	self->memory[5 * PAGE] = 1;
	EXPECT_EQ(1 << 5, residence(self->memory));
	EXPECT_EQ(1 << 5 | 1 << 3,
		  run_as(USER, USER, touch_and_look, &self->id));
	EXPECT_EQ(1 << 5 | 1 << 3, residence(self->memory));
	EXPECT_EQ(2 * PAGE, resident_bytes(self->fd, self->id));
}

TEST_HARNESS_MAIN
