/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A region in which the processes of a test meet, each at an address of its
 * own, so that nothing works only because the addresses are the same.
 */

#ifndef SELFTESTS_MEETING_H
#define SELFTESTS_MEETING_H

#include <stddef.h>
#include <unistd.h>

#include "blocked.h"
#include "deadline.h"
#include "device.h"
#include "process.h"

#define MEETING_SMALL_SIZE 65536
#define MEETING_HUGE_SIZE (2 << 20)

/* Where they meet: not in the first page, which is the head of a huge one. */
#define MEETING_OFFSET (7 * 4096)

struct meeting {
	int fd;
	int id;
	/* Where the process that opened it has attached it. */
	char *attach;
};

/* Returns 0 or -errno; -ENOTSUP if the pages are not of the kind asked for. */
static inline int meeting_open(struct meeting *meeting, bool huge)
{
	const uint32_t policy = huge ? SHMREGION_GET_HUGE_ALWAYS :
				       SHMREGION_GET_HUGE_NEVER;
	const uint64_t size = huge ? MEETING_HUGE_SIZE : MEETING_SMALL_SIZE;
	struct shmregion_stat stat;
	int error;

	meeting->fd = device_open(O_RDWR);
	if (meeting->fd < 0)
		return meeting->fd;
	meeting->id = region_get(meeting->fd, SHMREGION_KEY_PRIVATE, size,
				 SHMREGION_GET_CREATE | policy, 0600);
	if (meeting->id < 0)
		return meeting->id;
	meeting->attach = region_attach(meeting->fd, meeting->id, 0);
	if (!meeting->attach)
		return -errno;
	meeting->attach[MEETING_OFFSET] = 0;
	error = region_stat(meeting->fd, meeting->id, SHMREGION_STAT_HUGE,
			    &stat);
	if (!error && !!stat.huge_bytes != huge)
		error = -ENOTSUP;
	return error;
}

static inline void meeting_close(struct meeting *meeting)
{
	region_detach(meeting->fd, meeting->attach);
	region_remove_all(meeting->fd);
	close(meeting->fd);
}

/* What they share, for who opened the meeting. */
static inline void *meeting_place(struct meeting *meeting)
{
	return meeting->attach + MEETING_OFFSET;
}

/*
 * What they share, for a child: attached anew, and no more at the address that
 * it was born with. Returns NULL on failure.
 */
static inline void *meeting_join(struct meeting *meeting, uint32_t flags)
{
	int fd = device_open(flags & SHMREGION_ATTACH_RDONLY ? O_RDONLY :
							       O_RDWR);
	char *attach = fd < 0 ? NULL : region_attach(fd, meeting->id, flags);

	if (!attach || attach == meeting->attach ||
	    region_detach(fd, meeting->attach))
		return NULL;
	close(fd);
	return attach + MEETING_OFFSET;
}

/* Waits until the child has gone to sleep on a futex; says whether it has. */
static inline bool meeting_waits(const struct peer *child)
{
	return BECOMES_TRUE(is_blocked_in(child->pid, SYS_futex));
}

#endif /* SELFTESTS_MEETING_H */
