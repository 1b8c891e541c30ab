/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Listing, by ids, by indexes and as text, against everything that changes the
 * list. What stays is met once and is whole; what comes and goes may be met, but
 * never as something that it was not.
 */

#ifndef SELFTESTS_RACE_LIST_H
#define SELFTESTS_RACE_LIST_H

#include "race_regions.h"

/* What comes and goes has keys from here on, and a size by its key. */
#define COMES_AND_GOES (RACE_KEY + 0x100)
#define KINDS 4
#define CHANGES 6

/* Owner, group and mode of the one that stays change together. */
#define OTHER_USER 4711
#define OTHER_GROUP 4712

enum { MET, MISSED, DIED_MEANWHILE };

static int make_lasting(struct race *race)
{
	race->id = region_get(race->fd[LEFT], RACE_KEY, RACE_PAGES * race->page,
			      SHMREGION_GET_CREATE, 0640);
	return race->id < 0 ? race_unexplained(race, "creating", race->id) : 0;
}

/* One that comes and goes, with a life by its kind. */
static int come_and_go(struct race *race, unsigned int kind)
{
	const int fd = race->fd[LEFT];
	const uint32_t lifetime = kind % 2 ? RACE_LAST_DETACH : 0;
	char *address;
	int id = region_get(fd, COMES_AND_GOES + kind, (kind + 1) * race->page,
			    SHMREGION_GET_CREATE | lifetime, 0600);

	if (id < 0)
		return race_unexplained(race, "creating", id);
	address = region_attach(fd, id, kind < 2 ? 0 : SHMREGION_ATTACH_RDONLY);
	if (!address)
		return race_unexplained(race, "attaching", -errno);
	if (!lifetime && region_remove(fd, id))
		return race_fault(race, "removing fails");
	if (region_detach(fd, address) || !region_is_gone(fd, id))
		return race_fault(race, "what has come does not go");
	return 0;
}

static int set_lasting(struct race *race, bool other)
{
	struct shmregion_set set = {
		.id = race->id,
		.flags = SHMREGION_SET_UID | SHMREGION_SET_GID |
			 SHMREGION_SET_MODE,
		.uid = other ? OTHER_USER : 0,
		.gid = other ? OTHER_GROUP : 0,
		.mode = other ? 0604 : 0640,
	};

	return device_ioctl(race->fd[LEFT], SHMREGION_IOC_SET, &set);
}

static int change_list(struct race *race)
{
	const int fd = race->fd[LEFT];
	unsigned int i, kind;
	int error = 0;

	for (i = 0; i < CHANGES && !error; i++) {
		kind = race_choice(race, i, KINDS);
		switch (race_choice(race, 12 + i, 4)) {
		case 0:
			error = set_lasting(race, kind % 2);
			break;
		case 1:
			error = kind % 2 ? region_lock(fd, race->id) :
					   region_unlock(fd, race->id);
			break;
		default:
			error = come_and_go(race, kind);
		}
	}
	return error ? race_fault(race, "changing fails: %d", error) : 0;
}

/* Is it one that there can be, and nothing in between? */
static int check_listed(struct race *race, const struct shmregion_stat *stat)
{
	const bool other = stat->uid == OTHER_USER;
	uint64_t pages = RACE_PAGES;

	if (stat->id == race->id) {
		if (stat->key != RACE_KEY || stat->attaches ||
		    stat->gid != (other ? OTHER_GROUP : 0) ||
		    (stat->mode & 0777) != (other ? 0604 : 0640))
			return race_fault(race, "listed as %u, %u, %#o",
					  stat->uid, stat->gid, stat->mode);
	} else if (stat->key) {
		pages = stat->key - COMES_AND_GOES + 1;
		if (pages > KINDS || stat->mode != 0600 || stat->attaches > 1)
			return race_fault(race, "listed with key %#llx",
					  (unsigned long long)stat->key);
	} else {
		pages = stat->size / race->page;
		if (stat->mode != (0600 | SHMREGION_MODE_REMOVED) ||
		    pages < 1 || pages > KINDS)
			return race_fault(race, "listed without key, mode %#o",
					  stat->mode);
	}
	if (stat->size != pages * race->page)
		return race_fault(race, "listed with %llu bytes",
				  (unsigned long long)stat->size);
	return 0;
}

/* Counts who is met; the one that stays has to be. */
struct listing {
	unsigned int lasting;
	unsigned int others;
	unsigned int died;
	int last;
};

static int note_listed(struct race *race, struct listing *listing,
		       const struct shmregion_stat *stat)
{
	if (stat->id <= listing->last)
		return race_fault(race, "%d is listed after %d", stat->id,
				  listing->last);
	listing->last = stat->id;
	if (stat->id == race->id)
		listing->lasting++;
	else
		listing->others++;
	return check_listed(race, stat);
}

static int list_by_id(struct race *race, struct listing *listing)
{
	struct shmregion_stat stat;
	uint64_t cursor = 0;
	int id, error;

	while ((id = region_next(race->fd[RIGHT], &cursor, 0)) > 0) {
		error = region_stat(race->fd[RIGHT], id, SHMREGION_STAT_HUGE,
				    &stat);
		if (!race_explains(error))
			return race_unexplained(race, "listing", error);
		if (error)
			listing->died++;
		else if (note_listed(race, listing, &stat))
			return FAULT;
	}
	return id == -ENOENT ? 0 : race_unexplained(race, "next", id);
}

/* Indexes are given again, so they are in no order. */
static int list_by_index(struct race *race, struct listing *listing)
{
	struct shmregion_info info;
	struct shmregion_stat stat;
	int i, error = device_info(race->fd[RIGHT], &info);

	if (error)
		return race_unexplained(race, "asking", error);
	/* Who comes behind one that was counted and went is counted as well. */
	if (info.regions < 1 || info.regions > 1 + CHANGES ||
	    info.all_regions > 2)
		return race_fault(race, "%d regions are counted",
				  (int)info.regions);
	for (i = 0; i <= info.highest_index; i++) {
		listing->last = 0;
		error = region_stat(race->fd[RIGHT], i, SHMREGION_STAT_BY_INDEX,
				    &stat);
		if (!race_explains(error))
			return race_unexplained(race, "by index", error);
		if (error)
			listing->died++;
		else if (note_listed(race, listing, &stat))
			return FAULT;
	}
	return 0;
}

static int list_as_text(struct race *race, struct listing *listing)
{
	char text[16384], *line;
	ssize_t length =
		kernel_file_read("/proc/shmregion", text, sizeof(text));

	if (length < 0)
		return race_unexplained(race, "reading", (int)length);
	for (line = strchr(text, '\n'); line && line[1];
	     line = strchr(line + 1, '\n')) {
		struct shmregion_stat stat;
		unsigned long long key, size, attaches;

		if (sscanf(line, "%llx %d %o %llu %*d %*d %llu %u %u", &key,
			   &stat.id, &stat.mode, &size, &attaches, &stat.uid,
			   &stat.gid) != 7)
			return race_fault(race, "listed as %s", line);
		stat.key = key;
		stat.size = size;
		stat.attaches = attaches;
		if (note_listed(race, listing, &stat))
			return FAULT;
	}
	return 0;
}

static int list_meanwhile(struct race *race)
{
	struct listing listing = { 0 };
	int error;

	switch (race_choice(race, 20, 3)) {
	case 0:
		error = list_by_id(race, &listing);
		break;
	case 1:
		error = list_by_index(race, &listing);
		break;
	default:
		error = list_as_text(race, &listing);
	}
	if (!error && listing.lasting != 1)
		race_fault(race, "what stays is listed %u times",
			   listing.lasting);
	race->found[RIGHT] = listing.others ? MET :
			     listing.died   ? DIED_MEANWHILE :
					      MISSED;
	return error;
}

static int judge_list(struct race *race)
{
	return race_left_removes(race) ? FAULT : race->found[RIGHT];
}

static const struct pair list_pairs[] = {
	{ .name = "list against everything",
	  .outcomes = { "met", "missed", "died meanwhile" },
	  .prepare = make_lasting,
	  .left = change_list,
	  .right = list_meanwhile,
	  .judge = judge_list },
};

#endif /* SELFTESTS_RACE_LIST_H */
