/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the pairs of a race make regions of, and see in them.
 */

#ifndef SELFTESTS_RACE_REGIONS_H
#define SELFTESTS_RACE_REGIONS_H

#include "../device.h"
#include "race.h"

#define RACE_KEY 0x72616365000ULL
#define RACE_PAGES 2

#define RACE_LAST_DETACH SHMREGION_GET_LIFETIME_LAST_DETACH
#define RACE_OWNER SHMREGION_GET_LIFETIME_OWNER

/* Where the mark is in each page; the others may change it at any time. */
static inline uint64_t race_read(const char *address)
{
	return __atomic_load_n((const uint64_t *)address, __ATOMIC_RELAXED);
}

static inline void race_write_mark(const struct race *race, char *address)
{
	unsigned int i;

	for (i = 0; i < RACE_PAGES; i++)
		__atomic_store_n((uint64_t *)(address + i * race->page),
				 race->mark + i, __ATOMIC_RELAXED);
}

static inline bool race_has_mark(const struct race *race, const char *address)
{
	unsigned int i;

	for (i = 0; i < RACE_PAGES; i++)
		if (race_read(address + i * race->page) != race->mark + i)
			return false;
	return true;
}

static inline bool race_is_clear(const struct race *race, const char *address)
{
	unsigned int i;

	for (i = 0; i < RACE_PAGES; i++)
		if (race_read(address + i * race->page))
			return false;
	return true;
}

/*
 * Makes the region that the round is about, and attaches it, with the mark in
 * it. Returns the address, or NULL after a fault.
 */
static inline char *race_make_attached(struct race *race, int fd, uint64_t key,
				       uint32_t lifetime)
{
	const uint32_t reserve =
		race_choice(race, 30, 2) ? SHMREGION_GET_NORESERVE : 0;
	char *address;

	race->id = region_get(fd, key, RACE_PAGES * race->page,
			      SHMREGION_GET_CREATE | reserve | lifetime, 0600);
	if (race->id < 0) {
		race_fault(race, "creating fails: %s", strerror(-race->id));
		return NULL;
	}
	address = region_attach(fd, race->id, 0);
	if (!address)
		race_fault(race, "attaching alone fails: %s", strerror(errno));
	else
		race_write_mark(race, address);
	return address;
}

static inline int race_make(struct race *race, int fd, uint64_t key,
			    uint32_t lifetime)
{
	char *address = race_make_attached(race, fd, key, lifetime);

	if (!address)
		return FAULT;
	if (region_detach(fd, address))
		return race_fault(race, "detaching alone fails");
	return 0;
}

/* The region of a round is a persistent and private one, made by the left. */
static inline int race_make_left(struct race *race)
{
	race->result[LEFT] = 0;
	race->result[RIGHT] = 0;
	return race_make(race, race->fd[LEFT], SHMREGION_KEY_PRIVATE, 0);
}

static inline int race_left_removes(struct race *race)
{
	int error = region_remove(race->fd[LEFT], race->id);

	return error ? race_fault(race, "removing fails: %s",
				  strerror(-error)) :
		       0;
}

/* What a call may say to whom the region vanished under his hands. */
static inline bool race_explains(int error)
{
	return !error || error == -EINVAL || error == -EIDRM;
}

static inline int race_unexplained(struct race *race, const char *what,
				   int error)
{
	return race_fault(race, "%s: %s", what, strerror(-error));
}

/*
 * A region that is attached here is alive whatever the others do: it has its
 * content, its count, and takes what is written.
 */
static inline int race_use(struct race *race, enum side side, char *address,
			   bool writable, long attaches)
{
	struct shmregion_stat stat;
	int error;

	if (!race_has_mark(race, address))
		return race_fault(race, "an attached region lost its content");
	error = region_stat(race->fd[side], race->id, 0, &stat);
	if (error)
		return race_unexplained(race, "asking about an attached region",
					error);
	if ((long)stat.attaches != attaches)
		return race_fault(race, "%lld attaches are counted, not %ld",
				  (long long)stat.attaches, attaches);
	if (stat.size != RACE_PAGES * race->page)
		return race_fault(race, "the size became %lld",
				  (long long)stat.size);
	if (writable)
		race_write_mark(race, address);
	return 0;
}

/* Detaches by one of the ways there are. */
static inline int race_detach(struct race *race, enum side side, char *address)
{
	int error = race_choice(race, 29, 2) ?
			    region_detach(race->fd[side], address) :
		    munmap(address, RACE_PAGES * race->page) ? -errno :
							       0;

	return error ? race_unexplained(race, "detaching", error) : 0;
}

static inline int race_must_be_gone(struct race *race)
{
	if (region_is_gone(race->fd[LEFT], race->id))
		return 0;
	return race_fault(race, "the region is still there");
}

#endif /* SELFTESTS_RACE_REGIONS_H */
