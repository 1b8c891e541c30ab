/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ways to share memory that are measured side by side, behind one set of
 * functions.
 */

#ifndef BENCH_MECHANISM_H
#define BENCH_MECHANISM_H

#include <stddef.h>
#include <stdint.h>

/* The size of huge pages. */
#define HUGE_PAGE (2 * 1024 * 1024UL)

/* Flags for what is created, where a mechanism lets one choose. */
enum {
	/* Do not reserve the size. */
	MEMORY_NORESERVE = 1 << 0,
	/* No huge pages. */
	MEMORY_NO_HUGE = 1 << 1,
};

/* Memory that is shared. */
struct memory {
	uint32_t key;
	size_t size;
	/* What it is attached by: an id, or a descriptor. */
	int id;
};

/* Functions return -errno on failure. */
struct mechanism {
	const char *name;
	/* Prepares the machine for memory of so many bytes. May be NULL. */
	int (*begin)(size_t bytes);
	/* What each process does once, before all else. May be NULL. */
	int (*enter)(void);
	/* By key and size. */
	int (*create)(struct memory *memory, unsigned int flags);
	/* By key. NULL if it cannot be found so. */
	int (*find)(struct memory *memory);
	/* Closes what create and find opened. NULL if they open nothing. */
	void (*release)(struct memory *memory);
	/* Returns NULL on failure, with the reason in errno. */
	void *(*attach)(const struct memory *memory);
	int (*detach)(const struct memory *memory, void *address);
	/* By key or id. NULL if releasing it is enough. */
	int (*remove)(const struct memory *memory);
};

/* For sets of mechanisms, in the order of the table. */
enum {
	MECHANISM_SHMREGION = 1 << 0,
	MECHANISM_SYSV = 1 << 1,
	MECHANISM_SYSV_HUGETLB = 1 << 2,
	MECHANISM_POSIX = 1 << 3,
	MECHANISM_POSIX_HUGE = 1 << 4,
	MECHANISM_MEMFD = 1 << 5,
	MECHANISM_MEMFD_HUGE = 1 << 6,
};

#define MECHANISMS 7

extern const struct mechanism mechanism_shmregion;
extern const struct mechanism mechanism_sysv;
extern const struct mechanism mechanism_sysv_hugetlb;
extern const struct mechanism mechanism_posix;
extern const struct mechanism mechanism_posix_huge;
extern const struct mechanism mechanism_memfd;
extern const struct mechanism mechanism_memfd_huge;

extern const struct mechanism *const mechanisms[MECHANISMS];

/* Prepares the machine and this process. */
int mechanism_begin(const struct mechanism *mechanism, size_t bytes);

/* Prepares another process. */
int mechanism_enter(const struct mechanism *mechanism);

void mechanism_release(const struct mechanism *mechanism,
		       struct memory *memory);

/* What is left of it goes when nobody is attached any more. */
int mechanism_remove(const struct mechanism *mechanism, struct memory *memory);

/* Creates memory, attaches it and writes to each of the pages of its first @bytes. */
int mechanism_fill(const struct mechanism *mechanism, struct memory *memory,
		   size_t bytes, unsigned int flags);

#endif /* BENCH_MECHANISM_H */
