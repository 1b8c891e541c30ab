// SPDX-License-Identifier: GPL-2.0
/* A fuzzer of the whole interface, guided by coverage. See --help. */

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../aftermath.h"
#include "../clock.h"
#include "limits.h"
#include "minimise.h"
#include "operation.h"
#include "options.h"
#include "shared.h"
#include "stage.h"
#include "trail.h"
#include "watch.h"
#include "worker.h"

#define PROGRESS_SECONDS 10
#define LOOK_MS 200
/* A program that takes longer than that hangs. */
#define HANG_SECONDS 180

static struct options options;
static pid_t pids[WORKERS];
static struct program replayed[WORKERS];
static uint64_t began;

static int is_program(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && strcmp(entry->d_name, "README");
}

static int read_corpus(const char *directory)
{
	const struct lineage lineage = { NOBODY, NOBODY, 0 };
	struct dirent **entries;
	struct program program;
	char path[PATH_MAX];
	int count, i, error = 0;

	count = scandir(directory, &entries, is_program, alphasort);
	if (count < 0) {
		fprintf(stderr, "fuzz: %s: %s\n", directory, strerror(errno));
		return -1;
	}
	for (i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%s", directory,
			 entries[i]->d_name);
		free(entries[i]);
		if (!error)
			error = program_read(path, &program);
		if (!error)
			shared_add(&program, &lineage);
	}
	free(entries);
	shared->given = shared->entries;
	return error;
}

static void print_history(void)
{
	unsigned int i, j;

	for (i = 0; i < WORKERS; i++) {
		const struct worker *worker = &shared->workers[i];

		for (j = 0; j < HISTORY && j < worker->inputs; j++) {
			printf("# worker %u, program %" PRIu64 "%s\n", i,
			       worker->inputs - j,
			       j ? " (done)" : ", the last one");
			program_print(stdout,
				      &worker->last[(worker->inputs - 1 - j) %
						    HISTORY]);
		}
	}
	fflush(stdout);
}

static void print_progress(void)
{
	const uint64_t calls = shared_calls();
	const uint64_t seconds = clock_seconds() - began;

	printf("# %" PRIu64 " s: %" PRIu64 " calls, %" PRIu64
	       "/s, %u edges, %u answers, %u programs\n",
	       seconds, calls, calls / (seconds ? seconds : 1),
	       shared->total.edges, shared->total.answers, shared->entries);
	fflush(stdout);
}

/* Whether a worker has not begun a program for long. */
static bool is_stuck(void)
{
	static uint64_t inputs[WORKERS];
	static uint64_t since[WORKERS];
	unsigned int i;

	for (i = 0; i < WORKERS; i++) {
		if (!pids[i] || !since[i] ||
		    inputs[i] != shared->workers[i].inputs) {
			inputs[i] = shared->workers[i].inputs;
			since[i] = clock_seconds();
		} else if (clock_seconds() - since[i] > HANG_SECONDS) {
			stage_fail("worker %u hangs", i);
			return true;
		}
	}
	return false;
}

/* Until it is told to, a worker ends only when it has replayed its program. */
static void judge_end(unsigned int number, int status)
{
	if (status)
		stage_fail("worker %u died, status %#x", number, status);
	else if (!shared->stop && !options.replay_count)
		stage_fail("worker %u ended by itself", number);
}

/* Forgets workers that ended. Returns how many are left. */
static unsigned int count_workers(void)
{
	unsigned int count = 0, i;
	int status;

	for (i = 0; i < WORKERS; i++) {
		if (pids[i] && waitpid(pids[i], &status, WNOHANG) == pids[i]) {
			pids[i] = 0;
			judge_end(i, status);
		}
		count += !!pids[i];
	}
	return count;
}

static void supervise(void)
{
	char complaint[sizeof(shared->failure) - 1];
	uint64_t next = clock_seconds() + PROGRESS_SECONDS, stopped = 0;
	unsigned int i;

	while (count_workers()) {
		if (watch_kernel(LOOK_MS, complaint, sizeof(complaint)))
			stage_fail("%s", complaint);
		if (!options.replay_count && shared_calls() >= options.calls)
			shared->stop = true;
		if (clock_seconds() >= next) {
			print_progress();
			next += PROGRESS_SECONDS;
		}
		if (is_stuck())
			break;
		if (shared->stop && !stopped)
			stopped = clock_seconds();
		if (stopped && clock_seconds() - stopped > HANG_SECONDS)
			break;
	}
	for (i = 0; i < WORKERS; i++)
		if (pids[i])
			kill(pids[i], SIGKILL);
	if (watch_kernel(LOOK_MS, complaint, sizeof(complaint)))
		stage_fail("%s", complaint);
}

static void start_workers(void)
{
	const unsigned int count = options.replay_count ? options.replay_count :
							  options.workers;
	unsigned int i;

	for (i = 0; i < count && !shared->failed; i++) {
		const pid_t pid =
			options.replay_count ?
				worker_replay(i, &replayed[i], options.repeat) :
				worker_start(i);

		if (pid < 0)
			stage_fail("cannot start worker %u: %s", i,
				   strerror(-pid));
		else
			pids[i] = pid;
	}
}

static unsigned int count_deaths(void)
{
	unsigned int deaths = 0, i;

	for (i = 0; i < WORKERS; i++)
		deaths += shared->workers[i].deaths;
	return deaths;
}

/* Without what went before, "ok" is as good as "not ok". */
static bool report(unsigned int number, bool good, const char *text)
{
	printf("%s %u %s\n", good ? "ok" : "not ok", number, text);
	fflush(stdout);
	return good;
}

/* What each operation returned, and how often. */
static void print_answers(void)
{
	unsigned int i, error;

	for (i = 0; operations[i].name; i++) {
		const unsigned long *times = shared->total.times[i];

		printf("# %s: %lu succeeded", operations[i].name, times[0]);
		for (error = 1; error < ERRNOS; error++)
			if (times[error] && error != -NOTHING)
				printf(", %lu %s", times[error],
				       strerrorname_np(error));
		if (times[-NOTHING])
			printf(", %lu times there was nothing to do it to",
			       times[-NOTHING]);
		putchar('\n');
	}
}

/* After so many calls there is none that never succeeded. */
#define MANY_CALLS 20000
/* The first hundred calls reach more. */
#define LEAST_EDGES 500

/* Prints what was not. */
static bool all_was_tried(void)
{
	bool good = true;
	unsigned int i;

	for (i = 0; operations[i].name; i++) {
		if (shared->total.times[i][0])
			continue;
		printf("# %s never succeeded\n", operations[i].name);
		good = false;
	}
	return good &&
	       (!coverage_has_edges() || shared->total.edges >= LEAST_EDGES);
}

static int save(void)
{
	int count = minimise_save(options.save);

	if (count < 0)
		fprintf(stderr, "fuzz: %s: %s\n", options.save,
			strerror(-count));
	else
		printf("# saved %d programs in %s\n", count, options.save);
	return count < 0 ? 1 : 0;
}

static int run(void)
{
	struct aftermath aftermath;
	char text[256];
	bool good;
	int error;

	error = watch_begin(options.complaints);
	if (!error)
		error = trail_open();
	if (!error)
		error = limits_begin();
	if (!error && !aftermath_begin(&aftermath))
		error = -EBUSY;
	if (error) {
		fprintf(stderr,
			"fuzz: needs root and the module, without a region: %s\n",
			strerror(-error));
		return 1;
	}
	printf("TAP version 13\n1..3\n# seed %" PRIu64 "\n", shared->seed);
	if (!coverage_has_edges())
		printf("# there is no KCOV: guided by answers alone\n");
	fflush(stdout);
	began = clock_seconds();
	start_workers();
	supervise();

	snprintf(text, sizeof(text),
		 "%" PRIu64
		 " calls, %u edges, %u answers, %u programs, %u executors died",
		 shared_calls(), shared->total.edges, shared->total.answers,
		 shared->entries, count_deaths());
	print_answers();
	if (shared->failed) {
		printf("# %s\n", shared->failure);
		print_history();
	}
	good = report(1, !shared->failed, text);
	/* What it runs for that leaves something as well. */
	if (good && options.save && save())
		good = false;
	aftermath_remove_rest(&aftermath);
	good = report(2, aftermath_is_clean(&aftermath),
		      "no region, no byte and no reference is left") &&
	       good;
	aftermath_end(&aftermath);
	if (shared_calls() < MANY_CALLS)
		report(3, true,
		       "# SKIP too few calls to expect each to succeed");
	else
		good = report(3, all_was_tried(),
			      "all kinds of calls succeeded") &&
		       good;
	return limits_give_back() || !good ? 1 : 0;
}

/* Tells what a log says of a run that is over. */
static int tell(void)
{
	unsigned int i;
	char name[32];
	int error = 0;

	if (trail_read(options.trail))
		return 1;
	print_history();
	for (i = 0; i < WORKERS && options.save && !error; i++) {
		const struct worker *worker = &shared->workers[i];

		if (!worker->inputs)
			continue;
		snprintf(name, sizeof(name), "worker-%u", i);
		error = program_write(
			options.save, name,
			&worker->last[(worker->inputs - 1) % HISTORY]);
	}
	if (error)
		fprintf(stderr, "fuzz: %s: %s\n", options.save,
			strerror(-error));
	return error ? 1 : 0;
}

int main(int argc, char **argv)
{
	unsigned int i;
	int error;

	options_parse(&options, argc, argv);
	error = shared_make();
	if (error) {
		fprintf(stderr, "fuzz: %s\n", strerror(-error));
		return 1;
	}
	shared->seed = options.seed;
	if (options.corpus && read_corpus(options.corpus))
		return 1;
	for (i = 0; i < options.replay_count; i++)
		if (program_read(options.replay[i], &replayed[i]))
			return 1;
	return options.trail ? tell() : run();
}
