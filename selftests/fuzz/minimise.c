// SPDX-License-Identifier: GPL-2.0
/* A small corpus that does all that a large one does. */

#include "minimise.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "executor.h"
#include "operation.h"
#include "shared.h"

/* What a program does by itself, and how often each thing was counted. */
struct candidate {
	struct program program;
	bool seen[MARKS];
	bool chosen;
};

static void *memory(size_t size)
{
	void *address = mmap(NULL, size, PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return address == MAP_FAILED ? NULL : address;
}

/* Made once, since that takes long. */
static struct stage stage;

/* In a process of its own, that nothing of it stays. Says whether that went well. */
static bool measure(const struct program *program, struct coverage_total *total)
{
	int status = 1;
	pid_t pid;

	memset(total, 0, sizeof(*total));
	pid = fork();
	if (!pid)
		_exit(executor_start(&stage) || executor_run(&stage, program));
	while (pid > 0 && waitpid(pid, &status, 0) < 0)
		continue;
	return !status;
}

static unsigned int count_new(const struct candidate *candidate,
			      const unsigned int *times)
{
	unsigned int count = 0, i;

	for (i = 0; i < MARKS; i++)
		count += candidate->seen[i] && !times[i];
	return count;
}

static void choose(struct candidate *candidate, unsigned int *times)
{
	unsigned int i;

	candidate->chosen = true;
	for (i = 0; i < MARKS; i++)
		times[i] += candidate->seen[i];
}

/* Always the one that adds most. */
static void choose_all(struct candidate *candidates, unsigned int count,
		       unsigned int *times)
{
	for (;;) {
		struct candidate *best = NULL;
		unsigned int most = 0, i;

		for (i = 0; i < count; i++) {
			unsigned int adds =
				candidates[i].chosen ?
					0 :
					count_new(&candidates[i], times);

			if (adds > most) {
				most = adds;
				best = &candidates[i];
			}
		}
		if (!best)
			return;
		choose(best, times);
	}
}

/* Whether all that only this one does is still done. */
static bool suffices(const struct candidate *candidate,
		     const unsigned int *times,
		     const struct coverage_total *total)
{
	unsigned int i;

	for (i = 0; i < MARKS; i++)
		if (candidate->seen[i] && times[i] == 1 && !total->seen[i])
			return false;
	return true;
}

static void adopt(struct candidate *candidate, const struct program *program,
		  unsigned int *times, const struct coverage_total *total)
{
	unsigned int i;

	for (i = 0; i < MARKS; i++) {
		times[i] -= candidate->seen[i];
		candidate->seen[i] = total->seen[i];
		times[i] += candidate->seen[i];
	}
	candidate->program = *program;
}

static void shorten(struct candidate *candidate, unsigned int *times,
		    struct coverage_total *total)
{
	unsigned int at = candidate->program.length;
	struct program shorter;

	while (at-- && candidate->program.length > 1) {
		shorter = candidate->program;
		program_drop(&shorter, at);
		if (measure(&shorter, total) &&
		    suffices(candidate, times, total))
			adopt(candidate, &shorter, times, total);
	}
}

static bool does_nothing_alone(const struct candidate *candidate,
			       const unsigned int *times)
{
	unsigned int i;

	for (i = 0; i < MARKS; i++)
		if (candidate->seen[i] && times[i] == 1)
			return false;
	return true;
}

static int write_all(const char *directory, struct candidate *candidates,
		     unsigned int count)
{
	unsigned int written = 0, i;
	char name[16];
	int error;

	for (i = 0; i < count; i++) {
		if (!candidates[i].chosen)
			continue;
		snprintf(name, sizeof(name), "%03u", written++);
		error = program_write(directory, name, &candidates[i].program);
		if (error)
			return error;
	}
	return written;
}

int minimise_save(const char *directory)
{
	unsigned int count = shared->entries, measured = 0, i;
	struct candidate *candidates = memory(count * sizeof(*candidates));
	struct coverage_total *total = memory(sizeof(*total));
	unsigned int *times = calloc(MARKS, sizeof(*times));
	int error;

	if (!candidates || !total || !times)
		return -ENOMEM;
	error = stage_make(&stage, total);
	if (error)
		return error;
	for (i = 0; i < count; i++) {
		struct candidate *candidate = &candidates[measured];

		candidate->program = shared->corpus[i].program;
		if (!measure(&candidate->program, total))
			continue;
		memcpy(candidate->seen, total->seen, sizeof(candidate->seen));
		measured++;
	}
	choose_all(candidates, measured, times);
	for (i = 0; i < measured; i++) {
		if (!candidates[i].chosen)
			continue;
		shorten(&candidates[i], times, total);
		/* What it was chosen for may be done by others as well. */
		if (does_nothing_alone(&candidates[i], times)) {
			static const struct coverage_total nothing;

			candidates[i].chosen = false;
			adopt(&candidates[i], &candidates[i].program, times,
			      &nothing);
		}
	}
	free(times);
	return write_all(directory, candidates, measured);
}
