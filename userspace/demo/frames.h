/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Two views of memory, compared by the physical pages behind them. */
#ifndef DEMO_FRAMES_H
#define DEMO_FRAMES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Some bytes of a process. */
struct view {
	const char *name;
	pid_t pid;
	uint64_t address;
};

/*
 * Shows an excerpt of the page frame numbers behind @count pages of both, side
 * by side. Returns how many are the same.
 */
size_t frames_compare(const struct view *left, const struct view *right,
		      size_t count);

#endif /* DEMO_FRAMES_H */
