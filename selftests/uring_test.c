// SPDX-License-Identifier: GPL-2.0
/*
 * io_uring on the pages of a region: it reads and writes them like others.
 * Registering them as fixed buffers is another matter: of file mappings Linux 6.1
 * takes only those of shmem itself, and refuses ours as it does those of System V.
 */

#include "harness.h"

#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "device.h"
#include "pattern.h"

#define SIZE 65536

/* A ring for one request at a time. */
struct ring {
	int fd;
	struct io_uring_params params;
	char *queues;
	struct io_uring_sqe *request;
};

FIXTURE(uring)
{
	int fd;
	int id;
	int file;
	char *memory;
	struct ring ring;
};

/* Returns 0 or -errno. */
static int ring_open(struct ring *ring)
{
	size_t size;

	ring->fd = (int)syscall(SYS_io_uring_setup, 1, &ring->params);
	if (ring->fd < 0)
		return -errno;
	if (!(ring->params.features & IORING_FEAT_SINGLE_MMAP))
		return -EOPNOTSUPP;
	size = ring->params.cq_off.cqes +
	       ring->params.cq_entries * sizeof(struct io_uring_cqe);
	ring->queues = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED,
			    ring->fd, IORING_OFF_SQ_RING);
	ring->request = mmap(NULL, sizeof(*ring->request),
			     PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd,
			     IORING_OFF_SQES);
	return ring->queues == MAP_FAILED || ring->request == MAP_FAILED ?
		       -errno :
		       0;
}

/* Submits a request on the start of the file and waits. Returns bytes or -errno. */
static int ring_run(struct ring *ring, int opcode, int file, void *memory)
{
	const struct io_sqring_offsets *sq = &ring->params.sq_off;
	const struct io_cqring_offsets *cq = &ring->params.cq_off;
	uint32_t *head = (uint32_t *)(ring->queues + cq->head);
	struct io_uring_cqe *completions =
		(struct io_uring_cqe *)(ring->queues + cq->cqes);
	int result;

	*ring->request = (struct io_uring_sqe){
		.opcode = opcode,
		.fd = file,
		.addr = (uintptr_t)memory,
		.len = SIZE,
	};
	*(uint32_t *)(ring->queues + sq->array) = 0;
	__atomic_fetch_add((uint32_t *)(ring->queues + sq->tail), 1,
			   __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring->fd, 1, 1, IORING_ENTER_GETEVENTS,
		    NULL, 0) != 1)
		return -errno;
	result = completions[*head % ring->params.cq_entries].res;
	__atomic_fetch_add(head, 1, __ATOMIC_RELEASE);
	return result;
}

/* Makes the memory the ring's one fixed buffer. Returns 0 or -errno. */
static int ring_register(struct ring *ring, void *memory)
{
	struct iovec buffer = { .iov_base = memory, .iov_len = SIZE };

	return syscall(SYS_io_uring_register, ring->fd, IORING_REGISTER_BUFFERS,
		       &buffer, 1) ?
		       -errno :
		       0;
}

FIXTURE_SETUP(uring)
{
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	self->id = region_create(self->fd, SIZE);
	ASSERT_LT(0, self->id);
	self->memory = region_attach(self->fd, self->id, 0);
	ASSERT_NE(NULL, self->memory);
	self->file = memfd_create("uring", MFD_CLOEXEC);
	ASSERT_LE(0, self->file);
	ASSERT_EQ(0, ring_open(&self->ring));
}

FIXTURE_TEARDOWN(uring)
{
	close(self->ring.fd);
	close(self->file);
	region_remove_all(self->fd);
	close(self->fd);
}

TEST_F(uring, writes_from_a_region_and_reads_into_it)
{
	pattern_fill(self->memory, SIZE, 1);
	EXPECT_EQ(SIZE, ring_run(&self->ring, IORING_OP_WRITE, self->file,
				 self->memory));
	memset(self->memory, 0, SIZE);
	EXPECT_EQ(SIZE, ring_run(&self->ring, IORING_OP_READ, self->file,
				 self->memory));
	EXPECT_EQ(0, pattern_errors(self->memory, SIZE, 1));
}

TEST_F(uring, does_not_read_into_a_read_only_attach)
{
	char *reader =
		region_attach(self->fd, self->id, SHMREGION_ATTACH_RDONLY);

	ASSERT_NE(NULL, reader);
	pattern_fill(self->memory, SIZE, 2);
	EXPECT_EQ(SIZE,
		  ring_run(&self->ring, IORING_OP_WRITE, self->file, reader));
	memset(self->memory, 0, SIZE);
	EXPECT_EQ(-EFAULT,
		  ring_run(&self->ring, IORING_OP_READ, self->file, reader));
	EXPECT_EQ(0, self->memory[0]);
}

TEST_F(uring, fixed_buffers_work_or_are_refused_as_those_of_system_v)
{
	int error = ring_register(&self->ring, self->memory);
	struct ring other = { 0 };
	void *segment;
	int shmid;

	if (!error) {
		pattern_fill(self->memory, SIZE, 3);
		EXPECT_EQ(SIZE, ring_run(&self->ring, IORING_OP_WRITE_FIXED,
					 self->file, self->memory));
		memset(self->memory, 0, SIZE);
		EXPECT_EQ(SIZE, ring_run(&self->ring, IORING_OP_READ_FIXED,
					 self->file, self->memory));
		EXPECT_EQ(0, pattern_errors(self->memory, SIZE, 3));
		return;
	}
	EXPECT_EQ(-EOPNOTSUPP, error);
	shmid = shmget(IPC_PRIVATE, SIZE, IPC_CREAT | 0600);
	ASSERT_LE(0, shmid);
	segment = shmat(shmid, NULL, 0);
	shmctl(shmid, IPC_RMID, NULL);
	ASSERT_NE((void *)-1, segment);
	ASSERT_EQ(0, ring_open(&other));
	EXPECT_EQ(error, ring_register(&other, segment));
	shmdt(segment);
	close(other.fd);
}

TEST_HARNESS_MAIN
