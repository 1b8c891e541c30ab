/* SPDX-License-Identifier: GPL-2.0 */
/* Making an ioctl, well-formed or not, and judging the answer. */
#ifndef FUZZ_ISSUE_H
#define FUZZ_ISSUE_H

#include "stage.h"

struct request {
	uint64_t fd;
	unsigned int command;
	/* With room behind it for a structure that is too long: see issue.c. */
	void *argument;
	/* Its pointer and its form. */
	const uint64_t *how;
	/* It has a flag that is not known or a reserved field that is not 0. */
	bool wrong;
	/* Errors that the interface tells of, besides those of every ioctl. */
	const int *errors;
};

/*
 * Whether the argument can be another than ours: in a region lies what another worker
 * puts there, and in one that is attached for reading ours is not put at all.
 */
bool pointer_is_open(uint64_t pointer);

/* Returns 0, and what was written back in the argument, or -errno. */
int issue(struct lane *lane, const struct request *request);

#endif /* FUZZ_ISSUE_H */
