/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A patrol: processes that go through a few regions for as long as the pressure
 * lasts, check pages, renew some, and now and then attach or move a region anew.
 */

#ifndef SELFTESTS_PRESSURE_PATROL_H
#define SELFTESTS_PRESSURE_PATROL_H

#include "pressure_crew.h"

#define PATROL_REGIONS 8
/* So many pages in a row before another place is chosen. */
#define PATROL_STRETCH 16

struct patrol {
	unsigned int count;
	struct checked_region regions[PATROL_REGIONS];
	/* Called by each process before it begins, if it is not NULL. */
	int (*prepare)(void);
	/* To attach may fail for want of memory; then it is tried again. */
	bool refusable;
	/* Between two stretches, so that others get on. */
	unsigned int nap_us;
};

/* Returns 0 or -errno. */
static inline int patrol_add(struct patrol *patrol, int fd, size_t pages,
			     uint32_t flags)
{
	struct checked_region *region = &patrol->regions[patrol->count];
	int error = checked_region_make(region, fd, pages, flags);

	if (!error)
		patrol->count++;
	return error;
}

/* Returns the address, or NULL with errno set. */
static inline void *patrol_attach(const struct patrol *patrol, int fd, int id)
{
	void *address;

	while (!(address = region_attach(fd, id, 0)) && errno == ENOMEM &&
	       patrol->refusable) {
		board_add(&board->refused, 1);
		sched_yield();
	}
	return address;
}

/* Attaches a region somewhere else. Returns 0 or -errno. */
static inline int patrol_move(const struct patrol *patrol, int fd,
			      unsigned int which, struct checked_page **pages,
			      bool anew)
{
	const struct checked_region *region = &patrol->regions[which];
	void *moved = NULL;
	int error;

	/* A second mapping, and then no more the first one. */
	if (!anew) {
		moved = mremap(*pages, 0, region->pages * CHECKED_PAGE,
			       MREMAP_MAYMOVE);
		if (moved == MAP_FAILED && errno == ENOMEM && patrol->refusable)
			return 0;
		if (moved == MAP_FAILED)
			return -errno;
	}
	error = region_detach(fd, *pages);
	if (error)
		return error;
	*pages = anew ? patrol_attach(patrol, fd, region->id) : moved;
	board_add(&board->moved, 1);
	return *pages ? 0 : -errno;
}

/* Returns 0, or -errno for a page that is wrong. */
static inline int patrol_stretch(const struct checked_region *region,
				 struct checked_page *pages, unsigned int *seed)
{
	size_t number = rand_r(seed) % region->pages;
	int i, error = 0;

	for (i = 0; i < PATROL_STRETCH && number < region->pages;
	     i++, number++) {
		if (rand_r(seed) % 4)
			error = verify_page(&pages[number], region, number);
		else
			error = renew_page(&pages[number], region, number);
		/* Who writes it does not get on while we look. */
		if (error == -EAGAIN)
			sched_yield();
		else if (error)
			return error;
	}
	return 0;
}

/* One process of it, until the phase of the patrol is over. */
static inline int patrol_walk(unsigned int number, void *data)
{
	const struct patrol *patrol = data;
	struct checked_page *pages[PATROL_REGIONS];
	unsigned int i, seed = number + 1;
	int fd, error;

	error = patrol->prepare ? patrol->prepare() : 0;
	fd = device_open(O_RDWR);
	if (error || fd < 0)
		return error ? error : fd;
	for (i = 0; i < patrol->count; i++) {
		pages[i] = patrol_attach(patrol, fd, patrol->regions[i].id);
		if (!pages[i])
			return -errno;
	}
	crew_has_done();
	board_wait_for(PHASE_PATROL);
	while (!error && board_phase() == PHASE_PATROL) {
		i = rand_r(&seed) % patrol->count;
		if (patrol->nap_us)
			usleep(patrol->nap_us);
		error = patrol_stretch(&patrol->regions[i], pages[i], &seed);
		if (!error && rand_r(&seed) % 64 == 0)
			error = patrol_move(patrol, fd, i, &pages[i],
					    rand_r(&seed) % 2);
	}
	return error;
}

/* Every page of all regions. Returns how many are not right, or -errno. */
static inline long patrol_visit(const struct patrol *patrol, int fd,
				visit_function visit)
{
	long errors, sum = 0;
	unsigned int i;

	for (i = 0; i < patrol->count; i++) {
		errors = checked_region_visit(&patrol->regions[i], fd, visit);
		if (errors < 0)
			return errors;
		sum += errors;
	}
	return sum;
}

#endif /* SELFTESTS_PRESSURE_PATROL_H */
