// SPDX-License-Identifier: GPL-2.0
/*
 * Whatever address and flags they are given, ATTACH does what shmat(2) does.
 */

#include "harness.h"

#include "free_address.h"
#include "process.h"
#include "sysv.h"

#define PAGES 4
#define USER 65534
#define FREE ((unsigned long)FREE_ADDRESS)
#define TAKEN (FREE + (16 << 20))

FIXTURE(shmat)
{
	size_t page;
};

FIXTURE_SETUP(shmat)
{
	self->page = sysconf(_SC_PAGESIZE);
	ASSERT_LE(0, shared_region_device());
}

FIXTURE_TEARDOWN(shmat)
{
	region_remove_all(shared_region_device());
	close(shared_region_device());
}

struct attempt {
	const struct shared_memory *memory;
	unsigned long address;
	int flags;
	/* What became of it; addresses that the kernel chose are as good as any. */
	long result;
	long attaches;
	bool foreign_left;
};

static struct attempt attempt(const struct shared_memory *memory,
			      unsigned long address, int flags)
{
	return (struct attempt){ .memory = memory,
				 .address = address,
				 .flags = flags };
}

/* Lies where TAKEN is tried, with room on both sides. */
static char *map_foreign(size_t page)
{
	char *foreign = mmap((void *)(TAKEN - page), (PAGES + 2) * page,
			     PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

	if (foreign != MAP_FAILED)
		memset(foreign, 'x', (PAGES + 2) * page);
	return foreign;
}

static int try_attach(struct attempt *attempt, int id)
{
	const size_t page = sysconf(_SC_PAGESIZE);
	char *foreign = map_foreign(page);
	int error;

	if (foreign == MAP_FAILED)
		return -errno;
	attempt->result =
		attempt->memory->attach(id, attempt->address, attempt->flags);
	attempt->attaches = attempt->memory->attaches(id);
	attempt->foreign_left = foreign[page] == 'x';
	if (attempt->result < 0 && attempt->result > -4096)
		return 0;
	error = attempt->memory->detach(attempt->result);
	if (!attempt->address)
		attempt->result = 0;
	return error;
}

struct comparison {
	const unsigned long *addresses;
	size_t count;
	int ids[2];
	/* The first difference. */
	struct attempt attempts[2];
};

/* Returns 0 if there is none, 1 if there is one, or -errno. */
static int compare(struct peer *parent, void *data)
{
	struct comparison *comparison = data;
	struct attempt *sysv = &comparison->attempts[0];
	struct attempt *ours = &comparison->attempts[1];
	const int flag[] = { SHM_RDONLY, SHM_EXEC, SHM_REMAP, SHM_RND };
	unsigned int i, combination, bit;
	int flags, error;

	(void)parent;
	for (i = 0; i < comparison->count; i++) {
		for (combination = 0; combination < 1 << ARRAY_SIZE(flag);
		     combination++) {
			flags = 0;
			for (bit = 0; bit < ARRAY_SIZE(flag); bit++)
				if (combination & 1 << bit)
					flags |= flag[bit];
			*sysv = attempt(&system_v, comparison->addresses[i],
					flags);
			*ours = attempt(&shared_region,
					comparison->addresses[i], flags);
			error = try_attach(sysv, comparison->ids[0]) ?:
					try_attach(ours, comparison->ids[1]);
			if (error)
				return error;
			if (sysv->result != ours->result ||
			    sysv->attaches != ours->attaches ||
			    sysv->foreign_left != ours->foreign_left)
				return 1;
		}
	}
	return 0;
}

TEST_F(shmat, all_addresses_and_flags)
{
	const size_t page = self->page;
	const unsigned long addresses[] = {
		0,
		1,
		page - 1,
		page,
		65536,
		FREE,
		FREE + 1,
		FREE + page - 1,
		TAKEN,
		TAKEN + 1,
		TAKEN + page,
		TAKEN - (PAGES + 1) * page,
		TAKEN - PAGES * page,
		TAKEN + PAGES * page,
		TAKEN + (PAGES + 1) * page,
		/* The end of user space, of the lower half, and of all. */
		0x7ffffffff000UL - PAGES * page,
		0x7ffffffff000UL - (PAGES - 1) * page,
		0x7ffffffff000UL,
		0x800000000000UL,
		0xffff800000000000UL,
		0UL - (PAGES + 1) * page,
		0UL - PAGES * page,
		0UL - page,
		0UL - 1,
	};
	struct comparison *comparison;
	const struct attempt *attempt;
	unsigned int user, i;
	int result;

	comparison = mmap(NULL, sizeof(*comparison), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, comparison);
	comparison->addresses = addresses;
	comparison->count = ARRAY_SIZE(addresses);
	comparison->ids[0] = system_v.create(PAGES * page);
	comparison->ids[1] = shared_region.create(PAGES * page);
	ASSERT_LE(0, comparison->ids[0]);
	ASSERT_LT(0, comparison->ids[1]);
	EXPECT_EQ(0,
		  shmctl(comparison->ids[0], IPC_SET,
			 &(struct shmid_ds){ .shm_perm = { .mode = 0777 } }));
	EXPECT_EQ(0, region_set_mode(shared_region_device(), comparison->ids[1],
				     0777));

	for (user = 0; user < 2; user++) {
		result = user ? run_as(USER, USER, compare, comparison) :
				run_in_child(compare, comparison);
		EXPECT_EQ(0, result)
		TH_LOG("as %s:", user ? "a user" : "root");
		for (i = 0; result && i < 2; i++) {
			attempt = &comparison->attempts[i];
			TH_LOG("%s at %#lx with %#o: %ld, count %ld, foreign %d",
			       attempt->memory->name, attempt->address,
			       attempt->flags, attempt->result,
			       attempt->attaches, attempt->foreign_left);
		}
	}
	EXPECT_EQ(0, system_v.remove(comparison->ids[0]));
}

TEST_HARNESS_MAIN
