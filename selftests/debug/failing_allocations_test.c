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

#include "../aftermath.h"
#include "../device.h"
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

/* Where memory was lacking, success is not enough. */
static int get_populated(struct stage *stage, uint64_t size, uint32_t flags)
{
	int error = get(stage, KEY + 1, size,
			SHMREGION_GET_CREATE | SHMREGION_GET_POPULATE | flags);
	struct shmregion_stat stat;

	if (!error)
		error = region_stat(stage->fd, stage->made_id, 0, &stat);
	if (!error && stat.resident_bytes < size)
		error = -EUCLEAN;
	return error;
}

static int call_create_populated(struct stage *stage)
{
	return get_populated(stage, stage->size, SHMREGION_GET_HUGE_NEVER);
}

static int call_create_huge(struct stage *stage)
{
	return get_populated(stage, HUGE_SIZE, SHMREGION_GET_HUGE_ALWAYS);
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
	/* There may be nothing that it allocates. */
	bool frugal;
} failing_calls[] = {
	{ .name = "open", .call = call_open },
	{ .name = "GET, private", .call = call_create },
	{ .name = "GET, a key", .call = call_create_by_key },
	{ .name = "GET, populated", .call = call_create_populated },
	{ .name = "GET, huge", .call = call_create_huge },
	{ .name = "GET, unreserved", .call = call_create_unreserved },
	{ .name = "GET, lifetime of the owner", .call = call_create_owned },
	{ .name = "GET, lifetime of attaches",
	  .call = call_create_for_attaches },
	{ .name = "GET, of a newcomer", .call = call_create_as_newcomer },
	{ .name = "GET, an existing key", .call = call_find, .frugal = true },
	{ .name = "ATTACH", .call = call_attach },
	{ .name = "ATTACH, read-only", .call = call_attach_readonly },
	{ .name = "ATTACH, populated", .call = call_attach_populated },
	{ .name = "DETACH", .call = call_detach },
	{ .name = "DETACH, of pieces", .call = call_detach_pieces },
	{ .name = "open and BIND", .call = call_bind },
	{ .name = "open and BIND, read-only", .call = call_bind_readonly },
	{ .name = "mmap", .call = call_mmap },
	{ .name = "mmap, private", .call = call_mmap_private },
	{ .name = "faults", .call = call_fault, .errors = 1ULL << EFAULT },
	{ .name = "MADV_REMOVE", .call = call_punch, .frugal = true },
	{ .name = "mremap", .call = call_move },
	{ .name = "mprotect", .call = call_split },
	{ .name = "munmap of a part", .call = call_unmap_middle },
	/* What is mapped there is unmapped first. */
	{ .name = "remap_file_pages",
	  .call = call_remap_pages,
	  .again = EINVAL },
	{ .name = "fork", .call = call_fork, .errors = 1ULL << EAGAIN },
	{ .name = "STAT", .call = call_stat, .frugal = true },
	{ .name = "INFO", .call = call_info, .frugal = true },
	{ .name = "NEXT", .call = call_next, .frugal = true },
	{ .name = "SET", .call = call_set, .frugal = true },
	{ .name = "LOCK", .call = call_lock, .frugal = true },
	{ .name = "LOCK, unreserved", .call = call_lock_unreserved },
	{ .name = "LOCK and UNLOCK", .call = call_unlock, .frugal = true },
	{ .name = "REMOVE", .call = call_remove, .frugal = true },
	{ .name = "read of the list", .call = call_read_list },
	{ .name = "read of fdinfo", .call = call_read_fdinfo },
};

FIXTURE(failing)
{
	struct aftermath aftermath;
	int failure;
};

FIXTURE_SETUP(failing)
{
	ASSERT_EQ(0, fail_nth_prepare())
	TH_LOG(FAIL_NTH_NEEDS);
	self->failure = fail_nth_open();
	ASSERT_LE(0, self->failure);
	ASSERT_TRUE(aftermath_begin(&self->aftermath));
}

FIXTURE_TEARDOWN(failing)
{
	close(self->failure);
	EXPECT_EQ(0, settings_restore());
	EXPECT_TRUE(aftermath_is_clean(&self->aftermath));
	aftermath_end(&self->aftermath);
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
	    (stat.mode & SHMREGION_MODE_LOCKED) || info.regions != 1 ||
	    info.all_regions != 1)
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

	for (i = 0; i < ARRAY_SIZE(failing_calls); i++) {
		unsigned int nth = 1;

		while (nth < POINTS_MAX &&
		       fail_once(_metadata, self, &failing_calls[i], nth))
			nth++;
		EXPECT_NE(POINTS_MAX, nth);
		EXPECT_TRUE(failing_calls[i].frugal || nth > 1)
		TH_LOG("%s: nothing failed", failing_calls[i].name);
		TH_LOG("%-28s %4u points", failing_calls[i].name, nth - 1);
		points += nth - 1;
	}
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

/* Leaves one id at most in the node that the next one is to be in. Returns the last. */
static int use_up_node_of_ids(int fd)
{
	int id, error;

	do {
		id = region_create(fd, 1);
		error = id < 0 ? id : region_remove(fd, id);
	} while (!error && id % NODE_SLOTS != NODE_SLOTS - 2);
	return error ? error : id;
}

/*
 * A table that wants another node tries twice to get it, so that no single failure
 * does. First it is the table of ids that has no room, then that of indexes.
 */
TEST_F(failing, tables_without_nodes_take_no_more)
{
	const int fd = device_open(O_RDWR);
	int last, made, i;

	ASSERT_LE(0, fd);
	last = use_up_node_of_ids(fd);
	ASSERT_LT(0, last);
	ASSERT_EQ(0, fail_caches_prepare());
	ASSERT_EQ(0, fail_caches_start());
	made = create_until_short(fd);
	EXPECT_LE(0, made);
	EXPECT_GE(1, made);
	EXPECT_EQ(-ENOMEM, region_create(fd, 1));
	ASSERT_EQ(0, fail_caches_stop());
	/* Ids that were given before are not given again. */
	EXPECT_LT(last, region_create(fd, 1));
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
