// SPDX-License-Identifier: GPL-2.0
/* Waiting until what was removed is freed, and seeing that it was. */

#include "settle.h"

#include <stdbool.h>
#include <stdio.h>

#include "deadline.h"
#include "kernel_file.h"
#include "slab.h"

#define SETTLE_NS 100000000

/* What counters for each processor hold back, and what others do meanwhile. */
#define SLACK_BYTES (1024 * 1024)
#define SLACK_OBJECTS 64

static const char *const caches[SETTLE_CACHES] = {
	"shmregion",
	"filp",
	"shmem_inode_cache",
};

void in_use_read(struct in_use *now)
{
	int i;

	now->shmem = meminfo_bytes("Shmem");
	now->pool = kernel_file_number("/proc/meminfo", "HugePages_Free");
	for (i = 0; i < SETTLE_CACHES; i++)
		now->objects[i] = slab_objects(caches[i]);
}

void settle(void)
{
	const struct timespec nap = { .tv_nsec = SETTLE_NS };

	nanosleep(&nap, NULL);
}

static bool is_back(const struct in_use *before, struct in_use *now)
{
	int i;

	in_use_read(now);
	for (i = 0; i < SETTLE_CACHES; i++)
		if (now->objects[i] > before->objects[i] + SLACK_OBJECTS)
			return false;
	return now->shmem <= before->shmem + SLACK_BYTES &&
	       now->pool >= before->pool;
}

int in_use_is_back(const struct in_use *before)
{
	struct in_use now = { 0 };
	int i;

	if (BECOMES_TRUE(is_back(before, &now)))
		return 0;
	fprintf(stderr, "shmem: %lld bytes, were %lld\n", now.shmem,
		before->shmem);
	fprintf(stderr, "free huge pages: %lld, were %lld\n", now.pool,
		before->pool);
	for (i = 0; i < SETTLE_CACHES; i++)
		fprintf(stderr, "%s: %lld objects, were %lld\n", caches[i],
			now.objects[i], before->objects[i]);
	return -EBUSY;
}
