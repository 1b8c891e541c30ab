// SPDX-License-Identifier: GPL-2.0
/*
 * Whatever was done to an attach, DETACH unmaps what shmdt(2) unmaps.
 */

#include "harness.h"

#include "free_address.h"
#include "pagemap.h"
#include "process.h"
#include "sysv.h"

#define PAGES 4
/* Attached at the second page of a window, with room on both sides. */
#define WINDOW 12
#define FIRST 2

FIXTURE(shmdt)
{
	size_t page;
};

FIXTURE_SETUP(shmdt)
{
	self->page = sysconf(_SC_PAGESIZE);
	ASSERT_LE(0, shared_region_device());
}

FIXTURE_TEARDOWN(shmdt)
{
	region_remove_all(shared_region_device());
	close(shared_region_device());
}

/* One step of a layout: what is done to some pages of the window. */
enum step_kind {
	NOTHING,
	PROTECT,
	UNMAP,
	FOREIGN,
	MOVE,
	DUPLICATE,
	GROW,
	ATTACH_AGAIN,
	ATTACH_OTHER,
	REMAP_PAGES,
};

struct step {
	enum step_kind kind;
	int at;
	int pages;
	int to;
};

#define STEPS 3
#define A FIRST

static const struct step layouts[][STEPS] = {
	{ { NOTHING, 0, 0, 0 } },
	{ { PROTECT, A, 1, 0 } },
	{ { PROTECT, A + 1, 1, 0 }, { PROTECT, A + 3, 1, 0 } },
	{ { UNMAP, A, 1, 0 } },
	{ { UNMAP, A, 3, 0 } },
	{ { UNMAP, A + 1, 2, 0 } },
	{ { UNMAP, A + 3, 1, 0 } },
	{ { FOREIGN, A, 1, 0 } },
	{ { FOREIGN, A + 1, 1, 0 } },
	{ { FOREIGN, A + 3, 1, 0 } },
	{ { FOREIGN, A, 1, 0 }, { UNMAP, A + 2, 1, 0 } },
	{ { FOREIGN, A - 1, 1, 0 }, { FOREIGN, A + 4, 1, 0 } },
	{ { MOVE, A, 4, 7 } },
	{ { MOVE, A + 2, 2, 8 } },
	{ { MOVE, A, 1, 8 } },
	{ { MOVE, A + 1, 1, A } },
	{ { MOVE, A + 3, 1, A + 1 } },
	{ { DUPLICATE, A, 4, 7 } },
	{ { DUPLICATE, A + 1, 3, 8 } },
	{ { GROW, A, 4, 6 } },
	{ { PROTECT, A, 1, 0 }, { GROW, A + 1, 3, 5 } },
	{ { UNMAP, A, 1, 0 }, { GROW, A + 1, 3, 5 } },
	{ { ATTACH_AGAIN, A + 4, 0, 0 } },
	{ { ATTACH_AGAIN, A + 2, 0, 0 } },
	{ { ATTACH_AGAIN, A - 2, 0, 0 } },
	{ { UNMAP, A, 1, 0 }, { ATTACH_AGAIN, A + 4, 0, 0 } },
	{ { UNMAP, A, 4, 0 }, { ATTACH_AGAIN, A + 4, 0, 0 } },
	{ { ATTACH_OTHER, A + 4, 0, 0 } },
	{ { ATTACH_OTHER, A + 2, 0, 0 } },
	{ { ATTACH_OTHER, A - 2, 0, 0 } },
	{ { ATTACH_OTHER, A - 2, 0, 0 }, { UNMAP, A - 2, 2, 0 } },
	{ { UNMAP, A, 4, 0 },
	  { ATTACH_OTHER, A + 1, 0, 0 },
	  { UNMAP, A + 1, 1, 0 } },
	/* Of the other region, where it would fit into this one. */
	{ { ATTACH_OTHER, 8, 0, 0 }, { MOVE, 9, 1, A + 1 } },
	{ { ATTACH_OTHER, 8, 0, 0 }, { MOVE, 9, 1, A + 1 }, { UNMAP, A, 1, 0 } },
	{ { REMAP_PAGES, A, 1, 2 } },
	{ { REMAP_PAGES, A + 2, 1, 0 } },
	{ { REMAP_PAGES, A + 3, 1, 3 } },
};

struct subject {
	const struct shared_memory *memory;
	const struct step *layout;
	int id;
	int other;
};

static int do_step(const struct subject *subject, const struct step *step)
{
	const size_t page = sysconf(_SC_PAGESIZE);
	char *at = FREE_ADDRESS + step->at * page,
	     *to = FREE_ADDRESS + step->to * page;
	const size_t size = step->pages * page;
	void *mapped = NULL;
	long address = 0;
	int failed = 0;

	switch (step->kind) {
	case NOTHING:
		break;
	case PROTECT:
		failed = mprotect(at, size, PROT_READ);
		break;
	case UNMAP:
		failed = munmap(at, size);
		break;
	case FOREIGN:
		mapped = mmap(at, size, PROT_READ,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
		break;
	case MOVE:
		mapped = mremap(at, size, size, MREMAP_MAYMOVE | MREMAP_FIXED,
				to);
		break;
	case DUPLICATE:
		mapped = mremap(at, 0, size, MREMAP_MAYMOVE | MREMAP_FIXED, to);
		break;
	case GROW:
		mapped = mremap(at, size, step->to * page, 0);
		break;
	case ATTACH_AGAIN:
		address = subject->memory->attach(subject->id,
						  (unsigned long)at, SHM_REMAP);
		break;
	case ATTACH_OTHER:
		address = subject->memory->attach(subject->other,
						  (unsigned long)at, SHM_REMAP);
		break;
	case REMAP_PAGES:
		failed = remap_file_pages(at, size, 0, step->to, 0);
		break;
	}
	if (address < 0)
		return address;
	return failed || mapped == MAP_FAILED ? -errno : 0;
}

/*
 * Lays the window out, detaches, and tells the result, how many of the mappings
 * are left and which pages of the window are mapped.
 */
static int lay_out_and_detach(struct peer *parent, void *data)
{
	const struct subject *subject = data;
	const size_t page = sysconf(_SC_PAGESIZE);
	const unsigned long address =
		(unsigned long)FREE_ADDRESS + FIRST * page;
	uint64_t mapped = 0, word;
	int i, error;

	if (subject->memory->attach(subject->id, address, 0) != (long)address)
		return -ENOMEM;
	for (i = 0; i < STEPS; i++) {
		error = do_step(subject, &subject->layout[i]);
		if (error)
			return error;
	}
	peer_tell(parent, (uint64_t)(int64_t)subject->memory->detach(address));
	for (i = 0; i < WINDOW; i++)
		mapped |= (uint64_t)is_mapped(FREE_ADDRESS + i * page) << i;
	peer_tell(parent, mapped);
	return peer_hear(parent, &word);
}

struct outcome {
	uint64_t result;
	uint64_t mapped;
	long attaches;
	long attaches_of_other;
	int status;
};

static int observe(const struct shared_memory *memory,
		   const struct step *layout, struct outcome *outcome)
{
	const size_t size = PAGES * sysconf(_SC_PAGESIZE);
	struct subject subject = { .memory = memory, .layout = layout };
	struct peer child;
	int error;

	*outcome = (struct outcome){ 0 };
	subject.id = memory->create(size);
	subject.other = memory->create(size);
	if (subject.id < 0 || subject.other < 0)
		return -ENOSPC;
	error = peer_start(&child, lay_out_and_detach, &subject) ?:
			peer_hear(&child, &outcome->result)	 ?:
			peer_hear(&child, &outcome->mapped);
	if (error)
		return error;
	outcome->attaches = memory->attaches(subject.id);
	outcome->attaches_of_other = memory->attaches(subject.other);
	peer_tell(&child, 1);
	outcome->status = peer_wait(&child);
	return memory->remove(subject.id) ?: memory->remove(subject.other);
}

TEST_F(shmdt, in_every_layout)
{
	struct outcome theirs, ours;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(layouts); i++) {
		ASSERT_EQ(0, observe(&system_v, layouts[i], &theirs))
		TH_LOG("layout %u", i);
		ASSERT_EQ(0, observe(&shared_region, layouts[i], &ours))
		TH_LOG("layout %u", i);
		EXPECT_EQ((int64_t)theirs.result, (int64_t)ours.result)
		TH_LOG("layout %u", i);
		EXPECT_EQ(theirs.mapped, ours.mapped)
		TH_LOG("layout %u: pages mapped %#llx, not %#llx", i,
		       (unsigned long long)ours.mapped,
		       (unsigned long long)theirs.mapped);
		EXPECT_EQ(theirs.attaches, ours.attaches)
		TH_LOG("layout %u", i);
		EXPECT_EQ(theirs.attaches_of_other, ours.attaches_of_other)
		TH_LOG("layout %u", i);
		EXPECT_EQ(0, ours.status) TH_LOG("layout %u", i);
	}
}

TEST_HARNESS_MAIN
