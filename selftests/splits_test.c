// SPDX-License-Identifier: GPL-2.0
/*
 * Whatever a process does to an attach, mappings are counted as System V
 * counts them on the same kernel: the same is done to both and compared.
 */

#include "harness.h"

#include "deadline.h"
#include "free_address.h"
#include "process.h"
#include "sysv.h"

#define PAGES 4

FIXTURE(splits)
{
	size_t page;
};

FIXTURE_SETUP(splits)
{
	self->page = sysconf(_SC_PAGESIZE);
	ASSERT_LE(0, shared_region_device());
}

FIXTURE_TEARDOWN(splits)
{
	region_remove_all(shared_region_device());
	close(shared_region_device());
}

/* What is done to an attach of PAGES pages. Returns 0 or -errno. */
typedef int (*change_function)(char *memory, size_t page);

static int result(int failed)
{
	return failed ? -errno : 0;
}

static int change_nothing(char *memory, size_t page)
{
	(void)memory;
	(void)page;
	return 0;
}

static int protect_first(char *memory, size_t page)
{
	return result(mprotect(memory, page, PROT_READ));
}

static int protect_middle(char *memory, size_t page)
{
	return result(mprotect(memory + page, page, PROT_NONE));
}

static int protect_last(char *memory, size_t page)
{
	return result(mprotect(memory + 3 * page, page, PROT_READ));
}

static int protect_all(char *memory, size_t page)
{
	return result(mprotect(memory, PAGES * page, PROT_READ));
}

static int protect_and_back(char *memory, size_t page)
{
	return result(mprotect(memory + page, page, PROT_READ) ||
		      mprotect(memory + page, page, PROT_READ | PROT_WRITE) ||
		      mprotect(memory + page, page, PROT_READ));
}

static int protect_every_other(char *memory, size_t page)
{
	return result(mprotect(memory, page, PROT_READ) ||
		      mprotect(memory + 2 * page, page, PROT_READ));
}

static int lock_middle(char *memory, size_t page)
{
	return result(mlock(memory + page, page));
}

static int lock_and_unlock_middle(char *memory, size_t page)
{
	return result(mlock(memory + page, page) ||
		      munlock(memory + page, page));
}

static int unmap_first(char *memory, size_t page)
{
	return result(munmap(memory, page));
}

static int unmap_middle(char *memory, size_t page)
{
	return result(munmap(memory + page, 2 * page));
}

static int unmap_last(char *memory, size_t page)
{
	return result(munmap(memory + 3 * page, page));
}

static int unmap_all(char *memory, size_t page)
{
	return result(munmap(memory, PAGES * page));
}

static int map_over_middle(char *memory, size_t page)
{
	return result(mmap(memory + page, page, PROT_READ,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
			   0) == MAP_FAILED);
}

static int move(char *memory, size_t page)
{
	return result(mremap(memory, PAGES * page, PAGES * page,
			     MREMAP_MAYMOVE | MREMAP_FIXED,
			     FREE_ADDRESS) == MAP_FAILED);
}

static int move_middle(char *memory, size_t page)
{
	return result(mremap(memory + page, page, page,
			     MREMAP_MAYMOVE | MREMAP_FIXED,
			     FREE_ADDRESS) == MAP_FAILED);
}

static int move_and_leave(char *memory, size_t page)
{
	return result(mremap(memory, PAGES * page, PAGES * page,
			     MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP,
			     FREE_ADDRESS) == MAP_FAILED);
}

static int duplicate(char *memory, size_t page)
{
	return result(mremap(memory, 0, PAGES * page, MREMAP_MAYMOVE) ==
		      MAP_FAILED);
}

static int grow(char *memory, size_t page)
{
	return result(mremap(memory, PAGES * page, 2 * PAGES * page,
			     MREMAP_MAYMOVE) == MAP_FAILED);
}

static int shrink(char *memory, size_t page)
{
	return result(mremap(memory, PAGES * page, page, 0) == MAP_FAILED);
}

static int remap_pages(char *memory, size_t page)
{
	return result(remap_file_pages(memory, page, 0, 3, 0));
}

static int remap_pages_in_place(char *memory, size_t page)
{
	return result(remap_file_pages(memory, PAGES * page, 0, 0, 0));
}

static int do_not_fork_middle(char *memory, size_t page)
{
	return result(madvise(memory + page, page, MADV_DONTFORK));
}

static int do_not_dump_middle(char *memory, size_t page)
{
	return result(madvise(memory + page, page, MADV_DONTDUMP));
}

static int advise_random_last(char *memory, size_t page)
{
	return result(madvise(memory + 3 * page, page, MADV_RANDOM));
}

static int sleep_in_child(struct peer *parent, void *data)
{
	uint64_t word;

	(void)data;
	peer_tell(parent, 1);
	return peer_hear(parent, &word);
}

static int fork_child(char *memory, size_t page)
{
	struct peer child;
	uint64_t word;
	int error;

	(void)memory;
	(void)page;
	error = peer_start(&child, sleep_in_child, NULL);
	return error ? error : peer_hear(&child, &word);
}

static int protect_inherited(struct peer *parent, void *data)
{
	const int64_t error = protect_middle(data, sysconf(_SC_PAGESIZE));
	uint64_t word;

	peer_tell(parent, (uint64_t)error);
	return peer_hear(parent, &word);
}

static int fork_child_that_splits(char *memory, size_t page)
{
	struct peer child;
	uint64_t word;
	int error;

	(void)page;
	error = peer_start(&child, protect_inherited, memory) ?:
			peer_hear(&child, &word);
	return error ? error : (int)(int64_t)word;
}

static int fork_after_split(char *memory, size_t page)
{
	return protect_every_other(memory, page) ?: fork_child(memory, page);
}

static int fork_without_middle(char *memory, size_t page)
{
	return do_not_fork_middle(memory, page) ?: fork_child(memory, page);
}

#define CHANGE(name)        \
	{                   \
#name, name \
	}
static const struct {
	const char *name;
	change_function change;
} changes[] = {
	CHANGE(change_nothing),
	CHANGE(protect_first),
	CHANGE(protect_middle),
	CHANGE(protect_last),
	CHANGE(protect_all),
	CHANGE(protect_and_back),
	CHANGE(protect_every_other),
	CHANGE(lock_middle),
	CHANGE(lock_and_unlock_middle),
	CHANGE(unmap_first),
	CHANGE(unmap_middle),
	CHANGE(unmap_last),
	CHANGE(unmap_all),
	CHANGE(map_over_middle),
	CHANGE(move),
	CHANGE(move_middle),
	CHANGE(move_and_leave),
	CHANGE(duplicate),
	CHANGE(grow),
	CHANGE(shrink),
	CHANGE(remap_pages),
	CHANGE(remap_pages_in_place),
	CHANGE(do_not_fork_middle),
	CHANGE(do_not_dump_middle),
	CHANGE(advise_random_last),
	CHANGE(fork_child),
	CHANGE(fork_child_that_splits),
	CHANGE(fork_after_split),
	CHANGE(fork_without_middle),
};

struct subject {
	const struct shared_memory *memory;
	change_function change;
	int id;
};

/* Attaches, changes the attach, tells the result, and ends when told to. */
static int change_attach(struct peer *parent, void *data)
{
	struct subject *subject = data;
	long address = subject->memory->attach(subject->id, 0, 0);
	uint64_t word;
	int error;

	if (address < 0)
		return address;
	error = subject->change((char *)address, sysconf(_SC_PAGESIZE));
	peer_tell(parent, (uint64_t)(int64_t)error);
	return peer_hear(parent, &word);
}

struct outcome {
	int64_t error;
	long attaches;
	bool last_pid_is_the_childs;
	bool comes_back_to_zero;
	int status;
};

/* Returns 0 or -errno. */
static int observe(const struct shared_memory *memory, change_function change,
		   struct outcome *outcome)
{
	struct subject subject = { .memory = memory, .change = change };
	struct peer child;
	uint64_t word;
	int error;

	*outcome = (struct outcome){ 0 };
	subject.id = memory->create(PAGES * sysconf(_SC_PAGESIZE));
	if (subject.id < 0)
		return subject.id;
	error = peer_start(&child, change_attach, &subject) ?:
			peer_hear(&child, &word);
	if (error)
		return error;
	outcome->error = word;
	outcome->attaches = memory->attaches(subject.id);
	outcome->last_pid_is_the_childs = memory->last_pid(subject.id) ==
					  child.pid;
	peer_tell(&child, 1);
	outcome->status = peer_wait(&child);
	/* A grandchild dies of its parent's death, a little later. */
	outcome->comes_back_to_zero =
		BECOMES_TRUE(!memory->attaches(subject.id));
	return memory->remove(subject.id);
}

TEST_F(splits, are_counted_as_system_v_counts)
{
	struct outcome theirs, ours;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(changes); i++) {
		ASSERT_EQ(0, observe(&system_v, changes[i].change, &theirs));
		ASSERT_EQ(0, observe(&shared_region, changes[i].change, &ours));
		EXPECT_EQ(theirs.error, ours.error)
		TH_LOG("%s", changes[i].name);
		EXPECT_EQ(theirs.attaches, ours.attaches)
		TH_LOG("%s", changes[i].name);
		EXPECT_EQ(theirs.last_pid_is_the_childs,
			  ours.last_pid_is_the_childs)
		TH_LOG("%s", changes[i].name);
		EXPECT_EQ(0, ours.status) TH_LOG("%s", changes[i].name);
		EXPECT_TRUE(ours.comes_back_to_zero)
		TH_LOG("%s", changes[i].name);
	}
}

/* That both are wrong in the same way is ruled out where it is obvious. */
TEST_F(splits, are_counted)
{
	const struct {
		change_function change;
		long attaches;
	} known[] = {
		{ change_nothing, 1 },
		{ protect_first, 2 },
		{ protect_middle, 3 },
		{ unmap_first, 1 },
		{ unmap_middle, 2 },
		{ unmap_all, 0 },
		{ move, 1 },
		{ duplicate, 2 },
		{ grow, 1 },
		{ fork_child, 2 },
		{ fork_after_split, 8 },
		{ fork_without_middle, 5 },
	};
	struct outcome outcome;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(known); i++) {
		ASSERT_EQ(0,
			  observe(&shared_region, known[i].change, &outcome));
		EXPECT_EQ(0, outcome.error) TH_LOG("case %u", i);
		EXPECT_EQ(known[i].attaches, outcome.attaches)
		TH_LOG("case %u", i);
		EXPECT_TRUE(outcome.comes_back_to_zero) TH_LOG("case %u", i);
	}
}

TEST_HARNESS_MAIN
