// SPDX-License-Identifier: LGPL-2.1-or-later
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "frames.h"
#include "procfs.h"
#include "say.h"

/* How often the kernel may move a page just when we look. */
#define MAX_TRIES 10

/* Lines of the excerpt in each of its three places. */
#define EXCERPT 3

/*
 * The kernel can move a page to another frame between two readings. So the left
 * one is read again after the right one: if it still is the same, both belong
 * together.
 */
static void read_both(const struct view *left, const struct view *right,
		      size_t count, uint64_t *left_frames,
		      uint64_t *right_frames)
{
	const size_t size = count * sizeof(uint64_t);
	uint64_t *again = malloc(size);
	unsigned int tries;

	if (!again)
		fail("out of memory");
	for (tries = 0; tries < MAX_TRIES; tries++) {
		procfs_frames(left->pid, left->address, count, left_frames);
		procfs_frames(right->pid, right->address, count, right_frames);
		procfs_frames(left->pid, left->address, count, again);
		if (!memcmp(left_frames, again, size)) {
			free(again);
			return;
		}
	}
	fail("the kernel keeps moving the pages of the %s", left->name);
}

static bool in_excerpt(size_t i, size_t count)
{
	return i < EXCERPT || i + EXCERPT >= count ||
	       (i >= count / 2 && i < count / 2 + EXCERPT);
}

size_t frames_compare(const struct view *left, const struct view *right,
		      size_t count)
{
	uint64_t *left_frames = calloc(count, sizeof(*left_frames));
	uint64_t *right_frames = calloc(count, sizeof(*right_frames));
	size_t i, same = 0;

	if (!left_frames || !right_frames)
		fail("out of memory");
	read_both(left, right, count, left_frames, right_frames);

	say("%8s  %16s  %16s", "page", left->name, right->name);
	for (i = 0; i < count; i++) {
		const bool equal = left_frames[i] == right_frames[i];

		same += equal;
		if (in_excerpt(i, count))
			say("%8zu  %#16" PRIx64 "  %#16" PRIx64 "  %s", i,
			    left_frames[i], right_frames[i],
			    equal ? "same" : "different");
		else if (in_excerpt(i - 1, count))
			say("%8s", "...");
	}
	free(left_frames);
	free(right_frames);
	return same;
}
