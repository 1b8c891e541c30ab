/* SPDX-License-Identifier: GPL-2.0 */
/* The command line. */
#ifndef FUZZ_OPTIONS_H
#define FUZZ_OPTIONS_H

#include <stdint.h>

struct options {
	uint64_t seed;
	uint64_t calls;
	unsigned int workers;
	const char *corpus;
	/* What in a line of the kernel's log is a complaint; may be NULL. */
	const char *complaints;
	const char *save;
	const char *trail;
	/* Programs to be run as they are, and how often. */
	char **replay;
	unsigned int replay_count;
	uint64_t repeat;
};

/* Ends the program if there is nothing to be run. */
void options_parse(struct options *options, int argc, char **argv);

#endif /* FUZZ_OPTIONS_H */
