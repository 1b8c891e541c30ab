// SPDX-License-Identifier: GPL-2.0
/*
 * Each allocation failing, one at a time: whatever is called, with the first,
 * then the second, … allocation that it makes failing, until none is left to
 * fail. Each time the call says so by an errno that is about memory, or copes;
 * nothing that it began is left, and then the same call succeeds.
 */

#include "../harness.h"

#include <stdbool.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "../deadline.h"
#include "../device.h"
#include "../module.h"
#include "../process.h"
#include "fail_caches.h"
#include "fail_nth.h"

#define KEY 0x66610000ULL
#define PAGES 4
#define HUGE_SIZE (2UL << 20)
#define NEWCOMER 54321
/* How many entries a node of the kernel's tables has. */
#define NODE_SLOTS 64
/* Of these the first two are no index. */
#define FIRST_INDEXES (NODE_SLOTS - 2)

/* What a call works on. All of it is made before, and none by the call. */
struct stage {
	int fd;
	int id;
	int handle;
	size_t page;
	size_t size;
	char *attach;
	/* The mappings that there are at most if the call fails. */
	unsigned int pieces;
	/* What the call itself made. */
	int made_id;
	int made_fd;
	char *made_map;
	pid_t child;
};

/* The region, attached and bound, with a page of memory. */
static int stage_open(struct stage *stage)
{
	*stage = (struct stage){ .fd = device_open(O_RDWR),
				 .handle = -1,
				 .pieces = 1,
				 .made_id = -1,
				 .made_fd = -1,
				 .child = -1 };
	if (stage->fd < 0)
		return stage->fd;
	stage->page = sysconf(_SC_PAGESIZE);
	stage->size = PAGES * stage->page;
	stage->id = region_get(stage->fd, KEY, stage->size,
			       SHMREGION_GET_CREATE | SHMREGION_GET_EXCL, 0600);
	if (stage->id < 0)
		return stage->id;
	stage->handle = region_open(stage->id, O_RDWR);
	if (stage->handle < 0)
		return stage->handle;
	stage->attach = region_attach(stage->fd, stage->id, 0);
	if (!stage->attach)
		return -errno;
	stage->attach[0] = 1;
	return 0;
}

static void stage_close(struct stage *stage)
{
	if (stage->made_map)
		munmap(stage->made_map, stage->size);
	if (stage->attach)
		munmap(stage->attach, stage->size);
	if (stage->child > 0)
		waitpid(stage->child, NULL, 0);
	if (stage->made_fd >= 0)
		close(stage->made_fd);
	if (stage->handle >= 0)
		close(stage->handle);
	region_remove_all(stage->fd);
	close(stage->fd);
}

static int call_open(struct stage *stage)
{
	stage->made_fd = device_open(O_RDWR);
	return stage->made_fd < 0 ? stage->made_fd : 0;
}

static int get(struct stage *stage, uint64_t key, uint64_t size, uint32_t flags)
{
	stage->made_id = region_get(stage->fd, key, size, flags, 0600);
	return stage->made_id < 0 ? stage->made_id : 0;
}

static int call_create(struct stage *stage)
{
	return get(stage, SHMREGION_KEY_PRIVATE, stage->size,
		   SHMREGION_GET_CREATE);
}

static int call_create_by_key(struct stage *stage)
{
	return get(stage, KEY + 1, stage->size,
		   SHMREGION_GET_CREATE | SHMREGION_GET_EXCL);
}

static int call_create_populated(struct stage *stage)
{
	return get(stage, KEY + 1, stage->size,
		   SHMREGION_GET_CREATE | SHMREGION_GET_POPULATE |
			   SHMREGION_GET_HUGE_NEVER);
}

static int call_create_huge(struct stage *stage)
{
	return get(stage, KEY + 1, HUGE_SIZE,
		   SHMREGION_GET_CREATE | SHMREGION_GET_POPULATE |
			   SHMREGION_GET_HUGE_ALWAYS);
}

static int call_create_unreserved(struct stage *stage)
{
	return get(stage, KEY + 1, stage->size,
		   SHMREGION_GET_CREATE | SHMREGION_GET_NORESERVE);
}

static int call_create_owned(struct stage *stage)
{
	return get(stage, KEY + 1, stage->size,
		   SHMREGION_GET_CREATE | SHMREGION_GET_LIFETIME_OWNER);
}

static int call_create_for_attaches(struct stage *stage)
{
	return get(stage, KEY + 1, stage->size,
		   SHMREGION_GET_CREATE | SHMREGION_GET_LIFETIME_LAST_DETACH);
}

/* A user who has no region yet, and so nothing that his are counted in. */
static int call_create_as_newcomer(struct stage *stage)
{
	int error = seteuid(NEWCOMER) ? -errno : 0;

	if (error)
		return error;
	error = call_create_by_key(stage);
	/* This may be what fails; not twice. */
	while (seteuid(0))
		continue;
	return error;
}

static int call_find(struct stage *stage)
{
	return get(stage, KEY, stage->size, 0);
}

static int attach(struct stage *stage, uint32_t flags)
{
	void *hint = flags & SHMREGION_ATTACH_REMAP ? stage->attach : NULL;
	void *address;
	int error =
		region_attach_at(stage->fd, stage->id, hint, flags, &address);

	if (!error && !hint)
		stage->made_map = address;
	return error;
}

static int call_attach(struct stage *stage)
{
	return attach(stage, 0);
}

static int call_attach_readonly(struct stage *stage)
{
	return attach(stage, SHMREGION_ATTACH_RDONLY);
}

static int call_attach_populated(struct stage *stage)
{
	return attach(stage, SHMREGION_ATTACH_POPULATE);
}

static int call_detach(struct stage *stage)
{
	return region_detach(stage->fd, stage->attach);
}

static int call_detach_pieces(struct stage *stage)
{
	if (mprotect(stage->attach + stage->page, stage->page, PROT_READ)) {
		if (errno != ENOMEM)
			return -errno;
	} else {
		stage->pieces = 3;
	}
	return region_detach(stage->fd, stage->attach);
}

static int call_bind(struct stage *stage)
{
	stage->made_fd = region_open(stage->id, O_RDWR);
	return stage->made_fd < 0 ? stage->made_fd : 0;
}

/* By another file than the stage's handle has made already. */
static int call_bind_readonly(struct stage *stage)
{
	stage->made_fd = region_open(stage->id, O_RDONLY);
	return stage->made_fd < 0 ? stage->made_fd : 0;
}

static int call_mmap(struct stage *stage)
{
	void *map = mmap(NULL, stage->size, PROT_READ | PROT_WRITE, MAP_SHARED,
			 stage->handle, 0);

	if (map == MAP_FAILED)
		return -errno;
	stage->made_map = map;
	return 0;
}

static int call_mmap_private(struct stage *stage)
{
	char *map = mmap(NULL, stage->size, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_POPULATE, stage->handle, 0);

	if (map == MAP_FAILED)
		return -errno;
	stage->made_map = map;
	return 0;
}

static int call_fault(struct stage *stage)
{
	return madvise(stage->attach, stage->size, MADV_POPULATE_WRITE) ?
		       -errno :
		       0;
}

static int call_punch(struct stage *stage)
{
	return madvise(stage->attach, stage->size, MADV_REMOVE) ? -errno : 0;
}

static int call_move(struct stage *stage)
{
	void *map = mremap(stage->attach, 0, stage->size, MREMAP_MAYMOVE);

	if (map == MAP_FAILED)
		return -errno;
	stage->made_map = map;
	return 0;
}

static int call_split(struct stage *stage)
{
	/* The kernel splits first, and does not put together again what it split. */
	stage->pieces = 3;
	return mprotect(stage->attach + stage->page, stage->page, PROT_NONE) ?
		       -errno :
		       0;
}

static int call_unmap_middle(struct stage *stage)
{
	stage->pieces = 3;
	return munmap(stage->attach + stage->page, stage->page) ? -errno : 0;
}

static int call_remap_pages(struct stage *stage)
{
	return remap_file_pages(stage->attach, stage->page, 0, 1, 0) ? -errno :
								       0;
}

static int call_fork(struct stage *stage)
{
	stage->child = fork();
	if (!stage->child)
		_exit(0);
	return stage->child < 0 ? -errno : 0;
}

static int call_stat(struct stage *stage)
{
	struct shmregion_stat stat;

	return region_stat(stage->fd, stage->id, SHMREGION_STAT_HUGE, &stat);
}

static int call_info(struct stage *stage)
{
	struct shmregion_info info;

	return device_info(stage->fd, &info);
}

static int call_next(struct stage *stage)
{
	uint64_t cursor = 0;
	int id = region_next(stage->fd, &cursor, SHMREGION_NEXT_ANY);

	return id < 0 ? id : 0;
}

static int call_set(struct stage *stage)
{
	return region_set_owner(stage->fd, stage->id, 0, 0);
}

static int call_lock(struct stage *stage)
{
	return region_lock(stage->fd, stage->id);
}

/* What is not reserved has no memory that could be locked until it is. */
static int call_lock_unreserved(struct stage *stage)
{
	int error = call_create_unreserved(stage);

	if (error)
		return error;
	error = region_lock(stage->fd, stage->made_id);
	if (error)
		region_remove(stage->fd, stage->made_id);
	return error;
}

static int call_unlock(struct stage *stage)
{
	int error = region_lock(stage->fd, stage->id);

	return error ? error : region_unlock(stage->fd, stage->id);
}

static int call_remove(struct stage *stage)
{
	return region_remove(stage->fd, stage->id);
}

static int call_read_list(struct stage *stage)
{
	char text[8192];
	ssize_t length =
		kernel_file_read("/proc/shmregion", text, sizeof(text));

	(void)stage;
	return length < 0 ? length : 0;
}

static int call_read_fdinfo(struct stage *stage)
{
	char path[64], text[1024];
	ssize_t length;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", stage->handle);
	length = kernel_file_read(path, text, sizeof(text));
	return length < 0 ? length : 0;
}

static const struct failing_call {
	const char *name;
	int (*call)(struct stage *stage);
	/* Bits of errnos besides ENOMEM that a lack of memory may lead to. */
	uint64_t errors;
	/* An errno for doing it again where the kernel had done half of it, or 0. */
	int again;
} failing_calls[] = {
	{ "open", call_open, 0, 0 },
	{ "GET, private", call_create, 0, 0 },
	{ "GET, a key", call_create_by_key, 0, 0 },
	{ "GET, populated", call_create_populated, 0, 0 },
	{ "GET, huge", call_create_huge, 0, 0 },
	{ "GET, unreserved", call_create_unreserved, 0, 0 },
	{ "GET, lifetime of the owner", call_create_owned, 0, 0 },
	{ "GET, lifetime of attaches", call_create_for_attaches, 0, 0 },
	{ "GET, of a newcomer", call_create_as_newcomer, 0, 0 },
	{ "GET, an existing key", call_find, 0, 0 },
	{ "ATTACH", call_attach, 0, 0 },
	{ "ATTACH, read-only", call_attach_readonly, 0, 0 },
	{ "ATTACH, populated", call_attach_populated, 0, 0 },
	{ "DETACH", call_detach, 0, 0 },
	{ "DETACH, of pieces", call_detach_pieces, 0, 0 },
	{ "open and BIND", call_bind, 0, 0 },
	{ "open and BIND, read-only", call_bind_readonly, 0, 0 },
	{ "mmap", call_mmap, 0, 0 },
	{ "mmap, private", call_mmap_private, 0, 0 },
	{ "faults", call_fault, 1ULL << EFAULT, 0 },
	{ "MADV_REMOVE", call_punch, 0, 0 },
	{ "mremap", call_move, 0, 0 },
	{ "mprotect", call_split, 0, 0 },
	{ "munmap of a part", call_unmap_middle, 0, 0 },
	/* What is mapped there is unmapped first. */
	{ "remap_file_pages", call_remap_pages, 0, EINVAL },
	{ "fork", call_fork, 1ULL << EAGAIN, 0 },
	{ "STAT", call_stat, 0, 0 },
	{ "INFO", call_info, 0, 0 },
	{ "NEXT", call_next, 0, 0 },
	{ "SET", call_set, 0, 0 },
	{ "LOCK", call_lock, 0, 0 },
	{ "LOCK, unreserved", call_lock_unreserved, 0, 0 },
	{ "LOCK and UNLOCK", call_unlock, 0, 0 },
	{ "REMOVE", call_remove, 0, 0 },
	{ "read of the list", call_read_list, 0, 0 },
	{ "read of fdinfo", call_read_fdinfo, 0, 0 },
};

/* What all of it comes down to; equal before and after, or something is left. */
static int take_stock(struct shmregion_info *info)
{
	int fd = device_open(O_RDWR), error;

	if (fd < 0)
		return fd;
	error = device_info(fd, info);
	close(fd);
	return error;
}

FIXTURE(failing)
{
	struct shmregion_info before;
	long references;
	int failure;
};

FIXTURE_SETUP(failing)
{
	ASSERT_EQ(0, fail_nth_prepare());
	self->failure = fail_nth_open();
	ASSERT_LE(0, self->failure);
	ASSERT_EQ(0, take_stock(&self->before));
	self->references = module_references();
}

FIXTURE_TEARDOWN(failing)
{
	struct shmregion_info after;

	close(self->failure);
	EXPECT_EQ(0, settings_restore());
	ASSERT_EQ(0, take_stock(&after));
	EXPECT_EQ(self->before.regions, after.regions);
	EXPECT_TRUE(BECOMES_TRUE(!take_stock(&after) &&
				 after.all_bytes == self->before.all_bytes));
	EXPECT_TRUE(BECOMES_TRUE(module_references() == self->references));
}

static bool is_clean(const struct failing_call *call, int error)
{
	return !error || error == -ENOMEM ||
	       (error > -64 && (call->errors & (1ULL << -error)));
}

/* A call that failed left what it worked on as it was. */
static int nothing_happened(const struct stage *stage)
{
	struct shmregion_stat stat;
	struct shmregion_info info;
	int id = region_get(stage->fd, KEY + 1, 1, 0, 0);
	int error = region_stat(stage->fd, stage->id, 0, &stat);

	if (id != -ENOENT)
		return id < 0 ? id : -EEXIST;
	if (error)
		return error;
	error = device_info(stage->fd, &info);
	if (error)
		return error;
	if (!stat.attaches || stat.attaches > stage->pieces ||
	    (stat.mode & SHMREGION_MODE_LOCKED) || info.regions != 1)
		return -EUCLEAN;
	return 0;
}

/* Returns whether there was an nth allocation to fail. */
static bool fail_once(struct __test_metadata *_metadata,
		      FIXTURE_DATA(failing) * self,
		      const struct failing_call *call, unsigned int nth)
{
	struct stage stage;
	bool failed;
	int error;

	ASSERT_EQ(0, stage_open(&stage));
	fail_nth_start(self->failure, nth);
	error = call->call(&stage);
	failed = !fail_nth_stop(self->failure);
	EXPECT_TRUE(is_clean(call, error))
	TH_LOG("%s: allocation %u: errno %d", call->name, nth, -error);
	if (error) {
		EXPECT_TRUE(failed)
		TH_LOG("%s: errno %d, and nothing had failed", call->name,
		       -error);
		EXPECT_EQ(0, nothing_happened(&stage))
		TH_LOG("%s: allocation %u", call->name, nth);
		error = call->call(&stage);
		EXPECT_TRUE(!error || error == -call->again)
		TH_LOG("%s: again after allocation %u", call->name, nth);
	}
	stage_close(&stage);
	return failed;
}

TEST_F_TIMEOUT(failing, calls_fail_cleanly_or_cope, 600)
{
	unsigned long points = 0;
	size_t i;

	ASSERT_EQ(0, self->before.regions);
	for (i = 0; i < ARRAY_SIZE(failing_calls); i++) {
		unsigned int nth = 1;

		while (nth < POINTS_MAX &&
		       fail_once(_metadata, self, &failing_calls[i], nth))
			nth++;
		EXPECT_NE(POINTS_MAX, nth);
		TH_LOG("%-28s %4u points", failing_calls[i].name, nth - 1);
		points += nth - 1;
	}
	EXPECT_LT(0, points);
	TH_LOG("%lu points failed", points);
}

/* How many regions are made until one fails with ENOMEM; -errno, or an id, if not. */
static int create_until_short(int fd)
{
	int made = 0, id = 0;

	while (made <= NODE_SLOTS && id >= 0) {
		id = region_create(fd, 1);
		made += id >= 0;
	}
	return id == -ENOMEM ? made : id;
}

/*
 * A table that wants another node tries twice to get it, so that no single failure
 * does. Regions are made as long as there is room in the nodes that there are: for
 * ids in one node at most, and for indexes in the first one.
 */
TEST_F(failing, tables_without_nodes_take_no_more)
{
	const int fd = device_open(O_RDWR);
	int made, i;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, self->before.regions);
	ASSERT_EQ(0, fail_caches_prepare());
	ASSERT_EQ(0, fail_caches_start());
	made = create_until_short(fd);
	EXPECT_LE(0, made);
	EXPECT_GT(NODE_SLOTS, made);
	EXPECT_EQ(-ENOMEM, region_create(fd, 1));
	ASSERT_EQ(0, fail_caches_stop());
	region_remove_all(fd);

	/* The first node is full, but for its id there is mostly room. */
	for (i = 0; i < FIRST_INDEXES; i++)
		EXPECT_LT(0, region_create(fd, 1));
	ASSERT_EQ(0, fail_caches_start());
	for (i = 0; i < 2; i++)
		EXPECT_EQ(-ENOMEM, region_create(fd, 1));
	ASSERT_EQ(0, fail_caches_stop());
	EXPECT_LT(0, region_create(fd, 1));
	region_remove_all(fd);
	close(fd);
}

TEST_HARNESS_MAIN
