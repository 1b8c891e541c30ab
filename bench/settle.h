/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Waiting until what was removed is freed, and seeing that it was.
 */

#ifndef BENCH_SETTLE_H
#define BENCH_SETTLE_H

/* Objects of the kernel of which each region, segment or file has some. */
#define SETTLE_CACHES 3

struct in_use {
	/* Bytes in files of tmpfs, System V and regions among them. */
	long long shmem;
	/* Huge pages that were set aside and are free. */
	long long pool;
	/* Objects, or -ENOENT. */
	long long objects[SETTLE_CACHES];
};

/* Before anything is made. Objects that are kept for reuse are freed first. */
void in_use_read(struct in_use *now);

/*
 * Sleeps for as long as the kernel takes to free what it frees later, after a
 * grace period of RCU.
 */
void settle(void);

/* Returns 0, or -EBUSY if after a while there is more than there was, and says so. */
int in_use_is_back(const struct in_use *before);

#endif /* BENCH_SETTLE_H */
