// SPDX-License-Identifier: LGPL-2.1-or-later
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <shmregion.h>

#include "command.h"
#include "device.h"
#include "parse.h"
#include "process.h"
#include "target.h"
#include "text.h"

#define NANOSECONDS 1000000000ULL

struct policy {
	bool dry_run;
	bool force;
	bool quiet;
	uint64_t age;
};

static const char *const synopsis[] = {
	"[options]",
	NULL,
};

static const char description[] =
	"Remove what dead processes left behind: regions that nobody is attached to and\n"
	"no descriptor is bound to, whose creator is dead. Root reaps those of all users,\n"
	"others reap those that they own or created. Prints what it removed.\n"
	"\n"
	"If in doubt a region is kept: if a process has the number of its creator again,\n"
	"or if the creator is not visible in this pid namespace. Regions with the\n"
	"lifetime of their owner are left to the kernel.\n";

static const char options_help[] =
	" -t, --older-than TIME  only what was neither created, changed, attached nor\n"
	"                        detached for so long: seconds, or with s, m, h, d, w\n"
	" -f, --force            also if the creator is not visible from here\n"
	" -n, --dry-run          remove nothing, print what would be removed\n"
	" -q, --quiet            do not print what was removed\n";

static const struct option options[] = {
	{ "dry-run", no_argument, NULL, 'n' },
	{ "force", no_argument, NULL, 'f' },
	{ "older-than", required_argument, NULL, 't' },
	{ "quiet", no_argument, NULL, 'q' },
	{},
};

static bool is_mine(const struct shmregion_stat *stat)
{
	uid_t uid = geteuid();

	return !uid || uid == stat->uid || uid == stat->cuid;
}

static bool is_used(const struct shmregion_stat *stat)
{
	return stat->attaches || stat->descriptors;
}

static bool is_creator_gone(const struct shmregion_stat *stat,
			    const struct policy *policy)
{
	if (!stat->creator_pid)
		return policy->force;
	return process_is_gone(stat->creator_pid);
}

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static bool is_old(const struct shmregion_stat *stat,
		   const struct policy *policy)
{
	uint64_t last = later(stat->change_time,
			      later(stat->attach_time, stat->detach_time));
	struct timespec time;
	uint64_t now;

	clock_gettime(CLOCK_REALTIME, &time);
	now = time.tv_sec * NANOSECONDS + time.tv_nsec;
	/* A clock that was put back makes nothing old. */
	return !policy->age ||
	       (now > last && (now - last) / NANOSECONDS >= policy->age);
}

static bool is_left_behind(const struct shmregion_stat *stat,
			   const struct policy *policy)
{
	if (stat->mode & SHMREGION_MODE_REMOVED)
		return false;
	/*
	 * Its descriptor outlived the process that created it: somebody else
	 * holds it, or the kernel is about to remove the region.
	 */
	if ((stat->attributes & SHMREGION_GET_LIFETIME_MASK) ==
	    SHMREGION_GET_LIFETIME_OWNER)
		return false;
	return is_mine(stat) && !is_used(stat) && is_old(stat, policy) &&
	       is_creator_gone(stat, policy);
}

static void report(const struct shmregion_stat *stat,
		   const struct policy *policy)
{
	char *key, *size, *owner;

	if (policy->quiet)
		return;
	key = text_of_key(stat->key);
	size = text_of_size(stat->size, false);
	owner = text_of_user(stat->uid);
	printf("%s id %d (key %s, size %s, owner %s, creator's pid %d)\n",
	       policy->dry_run ? "would remove" : "removed", stat->id, key,
	       size, owner, stat->creator_pid);
	free(owner);
	free(size);
	free(key);
}

/*
 * Somebody can attach between looking and removing. What that process has
 * stays, as after any removal, but others no longer find the region by its key.
 */
static int reap_region(int fd, int id, const struct policy *policy)
{
	const struct target target = {
		.id = id,
	};
	struct shmregion_stat stat;

	if (!shmregion_stat(fd, id, SHMREGION_STAT_ANY, &stat)) {
		if (!is_left_behind(&stat, policy))
			return EXIT_SUCCESS;
		if (policy->dry_run || !shmregion_remove(fd, id)) {
			report(&stat, policy);
			return EXIT_SUCCESS;
		}
	}
	/* Gone is what it was to be. */
	if (errno == EINVAL || errno == EIDRM)
		return EXIT_SUCCESS;
	target_warn(&target, device_reason(errno));
	return EXIT_FAILURE;
}

static int reap(const struct policy *policy)
{
	int status = EXIT_SUCCESS;
	int fd = device_open();
	uint64_t cursor = 0;
	int id;

	while ((id = shmregion_next(fd, &cursor, SHMREGION_NEXT_ANY)) >= 0) {
		if (reap_region(fd, id, policy))
			status = EXIT_FAILURE;
	}
	if (errno != ENOENT)
		err(EXIT_FAILURE, "cannot list regions");
	return status;
}

static int run_reap(struct command_line *line)
{
	struct policy policy = {};
	int option;

	while ((option = command_line_option(line)) != -1) {
		switch (option) {
		case 'f':
			policy.force = true;
			break;
		case 'n':
			policy.dry_run = true;
			break;
		case 'q':
			policy.quiet = true;
			break;
		case 't':
			policy.age = parse_duration(optarg);
			break;
		}
	}
	command_line_expect_end(line);
	return reap(&policy);
}

const struct command reap_command = {
	.name = "reap",
	.summary = "remove regions that dead processes left behind",
	.synopsis = synopsis,
	.description = description,
	.options_help = options_help,
	.letters = "fnqt:",
	.options = options,
	.run = run_reap,
};
