// SPDX-License-Identifier: GPL-2.0
/*
 * The System V preload library: programs get regions, and an error wherever the
 * kernel's System V has one. Built as a 32-bit program as well.
 */

#include "harness.h"

#include <dlfcn.h>
#include <pthread.h>
#include <sys/mman.h>

#include "device.h"
#include "preload.h"
#include "process.h"

#define KEY ((key_t)0x9e1000a1)
#define USER 65534
#define EXECUTED "PRELOAD_TEST_ID"

/* What the program does when a test of it executes it. */
static void __attribute__((constructor)) be_executed(void)
{
	const char *id = getenv(EXECUTED);
	int *number;

	if (!id)
		return;
	number = shmat(atoi(id), NULL, 0);
	if (number == (void *)-1)
		_exit(1);
	++*number;
	_exit(0);
}

FIXTURE(preload)
{
	int fd;
	size_t page;
};

FIXTURE_SETUP(preload)
{
	self->page = sysconf(_SC_PAGESIZE);
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(preload)
{
	uint64_t cursor = 0;
	int id;

	while ((id = region_next(self->fd, &cursor, SHMREGION_NEXT_ANY)) > 0)
		region_remove(self->fd, id);
	close(self->fd);
}

TEST_F(preload, segments_are_regions)
{
	const int id = shmget(KEY, 5000, IPC_CREAT | 0640);
	struct shmregion_stat stat;

	ASSERT_LT(0, id);
	ASSERT_EQ(0, region_stat(self->fd, id, 0, &stat));
	/* The key has as many bits as the user gave it. */
	EXPECT_EQ(0x9e1000a1, stat.key);
	EXPECT_EQ(5000, stat.size);
	EXPECT_EQ(0640, stat.mode);
	EXPECT_EQ(getpid(), stat.creator_pid);
	EXPECT_EQ(SHMREGION_GET_HUGE_DEFAULT |
			  SHMREGION_GET_LIFETIME_PERSISTENT,
		  stat.attributes);
	EXPECT_EQ(id, region_get(self->fd, 0x9e1000a1, 0, 0, 0));
	EXPECT_EQ(-1, kernel_get(KEY, 0, 0));
	EXPECT_EQ(ENOENT, errno);
}

TEST_F(preload, the_dynamic_linker_prefers_it)
{
	void *libc = dlopen("libc.so.6", RTLD_LAZY);

	ASSERT_NE(NULL, libc);
	EXPECT_EQ((void *)shmget, dlsym(RTLD_DEFAULT, "shmget"));
	EXPECT_EQ((void *)shmctl, dlsym(RTLD_DEFAULT, "shmctl"));
	EXPECT_NE((void *)shmget, dlsym(libc, "shmget"));
	dlclose(libc);
}

static int attach_and_count(struct peer *parent, void *data)
{
	int *number = shmat(*(int *)data, NULL, 0);

	(void)parent;
	if (number == (void *)-1)
		return -errno;
	++*number;
	return 0;
}

static int execute_self(struct peer *parent, void *data)
{
	char id[16];

	(void)parent;
	snprintf(id, sizeof(id), "%d", *(int *)data);
	setenv(EXECUTED, id, 1);
	execl("/proc/self/exe", "preload_test", NULL);
	return -errno;
}

TEST_F(preload, ids_are_good_in_every_process)
{
	int id = shmget(IPC_PRIVATE, sizeof(int), IPC_CREAT | 0600);
	int *number = shmat(id, NULL, 0);
	struct shmid_ds ds;
	struct peer child;

	ASSERT_NE((void *)-1, number);
	ASSERT_EQ(0, run_in_child(attach_and_count, &id));
	EXPECT_EQ(1, *number);
	/* What it executes says nothing to the parent but its exit status. */
	ASSERT_EQ(0, peer_start(&child, execute_self, &id));
	EXPECT_EQ(PEER_SILENT, peer_wait(&child));
	EXPECT_EQ(2, *number);
	EXPECT_EQ(0, shmctl(id, IPC_STAT, &ds));
	EXPECT_EQ(1, ds.shm_nattch);
	EXPECT_EQ(child.pid, ds.shm_lpid);
}

TEST_F(preload, success_leaves_errno_alone)
{
	struct shminfo limits;
	struct shm_info use;
	struct shmid_ds ds;
	void *memory;
	int id;

	/* The first one opens the device as well. */
	errno = ENOTUNIQ;
	id = shmget(IPC_PRIVATE, 1, SHM_NORESERVE | 0600);
	EXPECT_EQ(ENOTUNIQ, errno);
	memory = shmat(id, NULL, 0);
	EXPECT_EQ(ENOTUNIQ, errno);
	EXPECT_EQ(0, shmctl(id, IPC_STAT, &ds));
	EXPECT_EQ(0, shmctl(id, IPC_SET, &ds));
	EXPECT_LE(0, shmctl(0, IPC_INFO, (struct shmid_ds *)&limits));
	EXPECT_LE(0, shmctl(0, SHM_INFO, (struct shmid_ds *)&use));
	EXPECT_EQ(id, shmctl(0, SHM_STAT, &ds));
	EXPECT_EQ(0, shmctl(id, SHM_LOCK, NULL));
	EXPECT_EQ(0, shmctl(id, SHM_UNLOCK, NULL));
	EXPECT_EQ(0, shmdt(memory));
	EXPECT_EQ(0, shmctl(id, IPC_RMID, NULL));
	EXPECT_EQ(ENOTUNIQ, errno);
	/* The device is opened again. */
	close_range(self->fd + 1, ~0U, 0);
	errno = ENOTUNIQ;
	id = shmget(IPC_PRIVATE, 1, 0600);
	EXPECT_LT(0, id);
	EXPECT_EQ(ENOTUNIQ, errno);
}

static struct shmid_ds *bad_pointer(int which, size_t page)
{
	char *memory = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	switch (which) {
	case 0:
		return NULL;
	case 1:
		return (void *)1;
	case 2:
		return (void *)-4096L;
	case 3:
		mprotect(memory, page, PROT_NONE);
		return (void *)memory;
	case 4:
		munmap(memory + page, page);
		return (void *)(memory + page - 16);
	case 5:
		mprotect(memory, page, PROT_READ);
		return (void *)memory;
	default:
		return NULL;
	}
}

TEST_F(preload, bad_pointers_are_errors)
{
	static const struct {
		int command;
		bool by_index;
	} commands[] = {
		{ IPC_STAT, false }, { SHM_STAT, true }, { SHM_STAT_ANY, true },
		{ IPC_INFO, true },  { SHM_INFO, true }, { IPC_SET, false },
	};
	const int id = shmget(KEY, 1, IPC_CREAT | 0640);
	struct shmid_ds ds;
	unsigned int i;
	int which;

	ASSERT_LT(0, id);
	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		for (which = 0; which < 6; which++) {
			/* That one can be read. */
			if (commands[i].command == IPC_SET && which == 5)
				continue;
			errno = 0;
			EXPECT_EQ(-1, shmctl(commands[i].by_index ? 0 : id,
					     commands[i].command,
					     bad_pointer(which, self->page)));
			EXPECT_EQ(EFAULT, errno)
			TH_LOG("command %d, pointer %d", commands[i].command,
			       which);
		}
	}
	EXPECT_EQ(0, shmctl(id, IPC_STAT, &ds));
	EXPECT_EQ(0640, ds.shm_perm.mode);
}

/* The same call of the library and of the kernel. */
#define EXPECT_SAME(library, kernel)                             \
	do {                                                     \
		int result_, expected_, error_, expected_error_; \
		errno = 0;                                       \
		expected_ = (kernel);                            \
		expected_error_ = errno;                         \
		errno = 0;                                       \
		result_ = (library);                             \
		error_ = errno;                                  \
		EXPECT_EQ(expected_, result_)                    \
		{                                                \
			TH_LOG(#library);                        \
		}                                                \
		EXPECT_EQ(expected_error_, error_)               \
		{                                                \
			TH_LOG(#library);                        \
		}                                                \
	} while (0)

/* Attaches, and detaches if that was possible: others want the address too. */
static int try_library(int id, void *address, int flags)
{
	void *memory = shmat(id, address, flags);

	return memory == (void *)-1 ? -1 : shmdt(memory);
}

static int try_kernel(int id, void *address, int flags)
{
	void *memory = kernel_at(id, address, flags);

	return memory == (void *)-1 ? -1 : kernel_dt(memory);
}

TEST_F(preload, nonsense_gets_the_kernels_answers)
{
	const unsigned long addresses[] = { 1,
					    self->page - 1,
					    self->page + 1,
					    0x1000000 + 1,
					    -self->page,
					    -self->page - self->page,
					    (unsigned long)&errno };
	const int flags[] = { 0, SHM_RND, SHM_REMAP, SHM_RND | SHM_REMAP };
	/* Of these System V would see no more than 15 bits in an index. */
	const int ids[] = { -1, INT_MIN, INT_MAX, 0x40007ffe };
	const size_t sizes[] = { 0, SIZE_MAX, SIZE_MAX / 2 + 2 };
	const int ours = shmget(KEY, 5000, IPC_CREAT | 0600);
	const int theirs = kernel_get(KEY, 5000, IPC_CREAT | 0600);
	struct shmid_ds ds;
	unsigned int i, j;

	ASSERT_LT(0, ours);
	ASSERT_LE(0, theirs);
	/* Others might be within the limits of one, but not of the other. */
	for (i = 0; i < (sizeof(size_t) == 8 ? ARRAY_SIZE(sizes) : 1); i++) {
		EXPECT_SAME(shmget(IPC_PRIVATE, sizes[i], 0600),
			    kernel_get(IPC_PRIVATE, sizes[i], 0600));
		EXPECT_SAME(shmget(KEY + 1, sizes[i], IPC_CREAT | 0600),
			    kernel_get(KEY + 1, sizes[i], IPC_CREAT | 0600));
	}
	EXPECT_SAME(shmget(KEY, SIZE_MAX, 0), kernel_get(KEY, SIZE_MAX, 0));
	EXPECT_SAME(shmget(KEY, 1, IPC_CREAT | IPC_EXCL),
		    kernel_get(KEY, 1, IPC_CREAT | IPC_EXCL));
	EXPECT_SAME(shmget(KEY + 1, 1, IPC_EXCL | 0777),
		    kernel_get(KEY + 1, 1, IPC_EXCL | 0777));
	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		for (j = 0; j <= 20; j++)
			EXPECT_SAME(shmctl(ids[i], j, NULL),
				    kernel_ctl(ids[i], j, NULL));
		for (j = 0; j <= 20; j++)
			if (j != IPC_INFO && j != SHM_INFO)
				EXPECT_SAME(shmctl(ids[i], j, &ds),
					    kernel_ctl(ids[i], j, &ds));
		EXPECT_SAME(shmctl(ours, ids[i], &ds),
			    kernel_ctl(theirs, ids[i], &ds));
		EXPECT_SAME(try_library(ids[i], NULL, 0),
			    try_kernel(ids[i], NULL, 0));
	}
	for (i = 0; i < ARRAY_SIZE(addresses); i++) {
		void *address = (void *)addresses[i];

		for (j = 0; j < ARRAY_SIZE(flags); j++) {
			/* To take the page of errno away would end the test. */
			if (address == &errno && (flags[j] & SHM_REMAP))
				continue;
			EXPECT_SAME(try_library(ours, address, flags[j]),
				    try_kernel(theirs, address, flags[j]));
		}
		EXPECT_SAME(shmdt(address), kernel_dt(address));
	}
	EXPECT_EQ(0, kernel_ctl(theirs, IPC_RMID, NULL));
}

static int set_nonsense(struct peer *parent, void *data)
{
	const int *ids = data;
	struct shmid_ds ds = { .shm_perm.uid = -1, .shm_perm.gid = -1 };

	(void)parent;
	if (shmctl(ids[0], IPC_SET, &ds) != -1 || errno != EPERM)
		return errno;
	return kernel_ctl(ids[1], IPC_SET, &ds) != -1 || errno != EPERM;
}

TEST_F(preload, nonsense_is_not_set)
{
	int ids[] = { shmget(KEY, 1, IPC_CREAT | 0666),
		      kernel_get(KEY, 1, IPC_CREAT | 0666) };
	struct shmid_ds ds = { .shm_perm.uid = -1 };

	ASSERT_LT(0, ids[0]);
	ASSERT_LE(0, ids[1]);
	EXPECT_EQ(0, run_as(USER, USER, set_nonsense, ids));
	EXPECT_SAME(shmctl(ids[0], IPC_SET, &ds),
		    kernel_ctl(ids[1], IPC_SET, &ds));
	/* Bits beyond the permissions change nothing. */
	ds.shm_perm.uid = USER;
	ds.shm_perm.mode = ~0440;
	EXPECT_SAME(shmctl(ids[0], IPC_SET, &ds),
		    kernel_ctl(ids[1], IPC_SET, &ds));
	EXPECT_EQ(0, shmctl(ids[0], IPC_STAT, &ds));
	EXPECT_EQ(USER, ds.shm_perm.uid);
	EXPECT_EQ(0337, ds.shm_perm.mode);
	EXPECT_EQ(0, kernel_ctl(ids[1], IPC_RMID, NULL));
}

static void *call_while_cancelled(void *data)
{
	struct shmid_ds ds;
	int id;

	pthread_cancel(pthread_self());
	/* The first one opens the device as well. */
	id = shmget(IPC_PRIVATE, 1, SHM_NORESERVE | 0600);
	*(bool *)data = id > 0 && !shmdt(shmat(id, NULL, 0)) &&
			!shmctl(id, IPC_STAT, &ds) &&
			!shmctl(id, IPC_RMID, NULL);
	pthread_testcancel();
	return NULL;
}

TEST_F(preload, calls_are_no_cancellation_points)
{
	bool called = false;
	pthread_t thread;
	void *result;

	ASSERT_EQ(0,
		  pthread_create(&thread, NULL, call_while_cancelled, &called));
	ASSERT_EQ(0, pthread_join(thread, &result));
	EXPECT_EQ(PTHREAD_CANCELED, result);
	EXPECT_TRUE(called);
}

TEST_HARNESS_MAIN
