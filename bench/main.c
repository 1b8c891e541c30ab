// SPDX-License-Identifier: GPL-2.0
/* Lists the benchmarks, or runs one. */

#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "benchmark.h"
#include "machine.h"

#define USAGE_ERROR 2

static const char *const guests[] = {
	[GUEST_INSTRUCTIONS] = "instructions",
	[GUEST_FRAGMENTED] = "fragmented",
	[GUEST_PROCESSORS] = "processors",
};

static const char usage[] =
	"Usage: bench --names\n"
	"       bench --list GUEST\n"
	"       bench NAME MECHANISM BYTES\n"
	"\n"
	"Lists the names of the benchmarks; or those for a guest (instructions,\n"
	"fragmented, processors), a line \"NAME MECHANISM BYTES\" for each; or runs\n"
	"one, as root, in a machine that is fit for it. It prints lines\n"
	"    row NAME UNIT BYTES MECHANISM SAMPLE...\n"
	"README.md tells what they mean; scripts/bench runs all.\n"
	"\n"
	"Exit status: 0, 1 if it could not be measured, 2 for a usage error.\n";

static void list_names(void)
{
	const struct benchmark *benchmark;

	for (benchmark = benchmarks; benchmark->name; benchmark++)
		printf("%s\n", benchmark->name);
}

static void list_runs(const struct benchmark *benchmark)
{
	const size_t *bytes;
	unsigned int i;

	for (bytes = benchmark->sizes; *bytes; bytes++)
		for (i = 0; i < MECHANISMS; i++)
			if (benchmark->mechanisms & 1U << i)
				printf("%s %s %zu\n", benchmark->name,
				       mechanisms[i]->name, *bytes);
}

static void list_guest(const char *name)
{
	const struct benchmark *benchmark;
	bool found = false;

	for (benchmark = benchmarks; benchmark->name; benchmark++) {
		if (strcmp(guests[benchmark->guest], name))
			continue;
		found = true;
		list_runs(benchmark);
	}
	if (!found)
		errx(USAGE_ERROR, "there is no guest '%s'", name);
}

static const struct benchmark *find_benchmark(const char *name)
{
	const struct benchmark *benchmark;

	for (benchmark = benchmarks; benchmark->name; benchmark++)
		if (!strcmp(benchmark->name, name))
			return benchmark;
	errx(USAGE_ERROR, "there is no benchmark '%s'", name);
}

static const struct mechanism *find_mechanism(const char *name,
					      unsigned int among)
{
	unsigned int i;

	for (i = 0; i < MECHANISMS; i++)
		if (among & 1U << i && !strcmp(mechanisms[i]->name, name))
			return mechanisms[i];
	errx(USAGE_ERROR, "that is not measured of '%s'", name);
}

static size_t parse_bytes(const char *text)
{
	char *end;
	const unsigned long bytes = strtoul(text, &end, 10);

	if (!bytes || *end)
		errx(USAGE_ERROR, "'%s' is not a number of bytes", text);
	return bytes;
}

static int run_benchmark(char **arguments)
{
	struct run run = { .benchmark = find_benchmark(arguments[0]) };
	int error;

	run.mechanism = find_mechanism(arguments[1], run.benchmark->mechanisms);
	run.bytes = parse_bytes(arguments[2]);
	error = mechanism_begin(run.mechanism, run.bytes);
	if (!error)
		error = run.benchmark->run(&run);
	if (error)
		warnx("%s of %s: %s", arguments[0], arguments[1],
		      error < 0 && error > -1000 ? strerror(-error) :
						   "a process died");
	if (machine_restore())
		warnx("what was set could not be set back");
	return error ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	int status = EXIT_SUCCESS;

	if (argc == 2 && !strcmp(argv[1], "--help"))
		fputs(usage, stdout);
	else if (argc == 2 && !strcmp(argv[1], "--names"))
		list_names();
	else if (argc == 3 && !strcmp(argv[1], "--list"))
		list_guest(argv[2]);
	else if (argc == 4)
		status = run_benchmark(argv + 1);
	else
		errx(USAGE_ERROR, "wrong arguments; try --help");
	return status;
}
