/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a worker in a storm does: each operation by chance, on keys and regions
 * that others work on as well, and the errors that may come of that.
 */

#ifndef SELFTESTS_STORM_H
#define SELFTESTS_STORM_H

#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "harness.h"

#include "device.h"
#include "kernel_file.h"

#define KEY 0x73740000ULL
#define KEYS 3
#define PAGES 4
#define ATTACHES 8

/* Returned by an operation that found nothing to work on. */
#define IDLE 1

/* What a worker has at the moment. */
struct worker {
	unsigned int seed;
	size_t page;
	int fd;
	int handle;
	/* With other threads, that map things as well: its holes and children are theirs. */
	bool shares_memory;
	/* Most of the time goes into network namespaces unless they are rare. */
	bool few_namespaces;
	/* The region that it looked at last. */
	int id;
	struct attach {
		char *address;
		int id;
	} attaches[ATTACHES];
};

static unsigned int chance(struct worker *worker, unsigned int choices)
{
	return rand_r(&worker->seed) % choices;
}

static struct attach *free_attach(struct worker *worker)
{
	struct attach *attach = &worker->attaches[chance(worker, ATTACHES)];

	return attach->address ? NULL : attach;
}

static struct attach *used_attach(struct worker *worker)
{
	struct attach *attach = &worker->attaches[chance(worker, ATTACHES)];

	return attach->address ? attach : NULL;
}

/*
 * The first to attach a region marks it with its id. A mark of another region
 * would be memory that was not cleared, or not its own. Memory that may not be
 * written is not marked.
 */
static int check_mark(int *mark, int id, bool writable)
{
	int seen = 0;

	if (!writable)
		seen = __atomic_load_n(mark, __ATOMIC_SEQ_CST);
	else
		__atomic_compare_exchange_n(mark, &seen, id, false,
					    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
	return seen && seen != id ? -EILSEQ : 0;
}

static int do_get(struct worker *worker)
{
	const uint32_t lifetimes[] = {
		SHMREGION_GET_LIFETIME_PERSISTENT,
		SHMREGION_GET_LIFETIME_LAST_DETACH,
		SHMREGION_GET_LIFETIME_OWNER,
	};
	uint32_t flags = lifetimes[chance(worker, 3)];
	int id;

	flags |= chance(worker, 4) ? SHMREGION_GET_CREATE : 0;
	flags |= chance(worker, 4) ? 0 : SHMREGION_GET_EXCL;
	flags |= chance(worker, 2) ? SHMREGION_GET_NORESERVE : 0;
	flags |= chance(worker, 4) ? 0 : SHMREGION_GET_POPULATE;
	id = region_get(worker->fd, KEY + chance(worker, KEYS),
			PAGES * worker->page, flags,
			chance(worker, 4) ? 0666 : 0600);
	if (id < 0)
		return id;
	worker->id = id;
	return 0;
}

static int do_attach(struct worker *worker)
{
	struct attach *attach = free_attach(worker);
	bool writable = chance(worker, 4);
	void *address;
	int error;

	if (!attach)
		return IDLE;
	error = region_attach_at(worker->fd, worker->id, NULL,
				 writable ? 0 : SHMREGION_ATTACH_RDONLY,
				 &address);
	if (error)
		return error;
	attach->address = address;
	attach->id = worker->id;
	return check_mark(address, worker->id, writable);
}

static int do_detach(struct worker *worker)
{
	struct attach *attach = used_attach(worker);
	int error;

	if (!attach)
		return IDLE;
	error = region_detach(worker->fd, attach->address);
	attach->address = NULL;
	return error;
}

/* Splits a mapping: what is left of it has to be found when it is detached. */
static int do_split(struct worker *worker)
{
	struct attach *attach = used_attach(worker);
	char *middle;

	if (!attach || worker->shares_memory)
		return IDLE;
	middle = attach->address + worker->page;
	if (chance(worker, 2))
		munmap(middle, worker->page);
	else
		mprotect(middle, worker->page, PROT_NONE);
	return 0;
}

static int do_bind(struct worker *worker)
{
	int handle;

	if (worker->handle >= 0) {
		close(worker->handle);
		worker->handle = -1;
		return IDLE;
	}
	handle = region_open(worker->id, chance(worker, 2) ? O_RDWR : O_RDONLY);
	if (handle < 0)
		return handle;
	worker->handle = handle;
	return 0;
}

static int do_map(struct worker *worker)
{
	struct pollfd ready = { .fd = worker->handle, .events = POLLIN };
	char *address;

	if (worker->handle < 0)
		return IDLE;
	if (poll(&ready, 1, 0) < 0)
		return -errno;
	address = mmap(NULL, 2 * worker->page, PROT_READ, MAP_SHARED,
		       worker->handle, worker->page);
	if (address == MAP_FAILED)
		return -errno;
	mremap(address, 0, worker->page, MREMAP_MAYMOVE);
	if (chance(worker, 2))
		munmap(address, 2 * worker->page);
	return 0;
}

static int do_remove(struct worker *worker)
{
	return region_remove(worker->fd, worker->id);
}

static int do_set(struct worker *worker)
{
	return region_set_mode(worker->fd, worker->id,
			       chance(worker, 2) ? 0666 : 0600);
}

static int do_lock(struct worker *worker)
{
	if (chance(worker, 2))
		return region_unlock(worker->fd, worker->id);
	return region_lock(worker->fd, worker->id);
}

static int do_stat(struct worker *worker)
{
	struct shmregion_stat stat;
	struct shmregion_info info;
	int error = device_info(worker->fd, &info);

	if (error)
		return error;
	return region_stat(worker->fd, worker->id, SHMREGION_STAT_HUGE, &stat);
}

static int do_list(struct worker *worker)
{
	struct shmregion_stat stat;
	uint64_t cursor = 0;
	char list[16384];
	ssize_t length;
	int id;

	length = kernel_file_read("/proc/shmregion", list, sizeof(list));
	if (length < 0 && length != -EFBIG)
		return length;
	while ((id = region_next(worker->fd, &cursor, SHMREGION_NEXT_ANY)) >
	       0) {
		int error =
			region_stat(worker->fd, id, SHMREGION_STAT_ANY, &stat);

		if (error && error != -EINVAL && error != -EIDRM)
			return error;
		worker->id = id;
	}
	return id == -ENOENT ? 0 : id;
}

/* The device anew: what was owned by the descriptor goes with it. */
static int do_reopen(struct worker *worker)
{
	int fd = device_open(O_RDWR);

	if (fd < 0)
		return fd;
	close(worker->fd);
	worker->fd = fd;
	return 0;
}

/* A child has all that its parent has, does something, and dies somehow. */
static int do_fork(struct worker *worker)
{
	pid_t pid;
	int status;

	if (worker->shares_memory)
		return IDLE;
	pid = fork();
	if (pid < 0)
		return -errno;
	if (!pid) {
		do_attach(worker);
		do_split(worker);
		if (chance(worker, 2))
			kill(getpid(), SIGKILL);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return 0;
}

/* A scope of its own, full of regions, that dies with the child. */
static int do_namespace(struct worker *worker)
{
	pid_t pid;
	int status;

	if (worker->shares_memory ||
	    (worker->few_namespaces && chance(worker, 20)))
		return IDLE;
	pid = fork();
	if (pid < 0)
		return -errno;
	if (!pid) {
		if (!unshare(CLONE_NEWNET)) {
			do_reopen(worker);
			do_get(worker);
			do_attach(worker);
			do_get(worker);
		}
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return 0;
}

#define ERROR(name) (1ULL << (name))

static const struct operation {
	int (*run)(struct worker *worker);
	unsigned int weight;
	/* What a race with the others explains; EIDRM always is explained. */
	uint64_t errors;
} operations[] = {
	{ do_get, 12, ERROR(EEXIST) | ERROR(ENOENT) | ERROR(EACCES) },
	{ do_attach, 12, ERROR(EINVAL) | ERROR(EACCES) },
	{ do_detach, 8, 0 },
	{ do_split, 4, 0 },
	{ do_bind, 6, ERROR(EINVAL) | ERROR(EACCES) },
	{ do_map, 6, 0 },
	{ do_remove, 4, ERROR(EINVAL) | ERROR(EPERM) },
	{ do_set, 2, ERROR(EINVAL) | ERROR(EPERM) },
	{ do_lock, 2, ERROR(EINVAL) | ERROR(EPERM) | ERROR(ENOMEM) },
	{ do_stat, 4, ERROR(EINVAL) | ERROR(EACCES) },
	{ do_list, 2, 0 },
	{ do_reopen, 2, 0 },
	{ do_fork, 1, 0 },
	{ do_namespace, 1, 0 },
};

static const struct operation *choose(struct worker *worker)
{
	unsigned int i, sum = 0, chosen;

	for (i = 0; i < ARRAY_SIZE(operations); i++)
		sum += operations[i].weight;
	chosen = chance(worker, sum);
	for (i = 0; chosen >= operations[i].weight; i++)
		chosen -= operations[i].weight;
	return &operations[i];
}

/* How often each operation did what it is for, shared by all workers. */
static unsigned long *successes;

/* Before the workers are started. Returns 0 or -errno. */
static inline int storm_begin(void)
{
	successes = mmap(NULL, sizeof(*successes) * ARRAY_SIZE(operations),
			 PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	return successes == MAP_FAILED ? -errno : 0;
}

/* After the workers have ended. Of what is rare by choice nothing is expected. */
static inline void storm_expect_successes(struct __test_metadata *_metadata,
					  unsigned long least,
					  bool few_namespaces)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(operations); i++) {
		if (few_namespaces && operations[i].run == do_namespace)
			continue;
		EXPECT_LE(least, successes[i])
		TH_LOG("operation %u succeeded %lu times", i + 1, successes[i]);
	}
}

/* What a worker returns for an error that nothing explains. */
#define STORM_FAILURE(operation, error) (1000 * ((operation) + 1) + (error))
#define STORM_FAILED_OPERATION(failure) ((failure) / 1000)
#define STORM_FAILED_ERRNO(failure) ((failure) % 1000)

/*
 * One operation. @errors: what else is explained, by where this worker is.
 * Returns 0 or STORM_FAILURE().
 */
static inline int storm_step(struct worker *worker, uint64_t errors)
{
	const struct operation *operation = choose(worker);
	const int error = operation->run(worker);

	errors |= operation->errors | ERROR(EIDRM);
	if (!error)
		__atomic_add_fetch(&successes[operation - operations], 1,
				   __ATOMIC_RELAXED);
	if (error >= 0 || (error > -64 && errors & ERROR(-error)))
		return 0;
	return STORM_FAILURE(operation - operations, -error);
}

/* Returns 0 or -errno. */
static inline int worker_begin(struct worker *worker, unsigned int seed)
{
	*worker = (struct worker){
		.seed = seed,
		.page = sysconf(_SC_PAGESIZE),
		.handle = -1,
		.id = 1,
		.fd = device_open(O_RDWR),
	};
	return worker->fd < 0 ? worker->fd : 0;
}

#endif /* SELFTESTS_STORM_H */
