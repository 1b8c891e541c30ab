// SPDX-License-Identifier: GPL-2.0
/* The command line. */

#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "shared.h"

#define USAGE_ERROR 2

static const char help[] =
	"Usage: fuzz [OPTION]...\n"
	"       fuzz --replay [--repeat N] [--complaints REGEX] FILE...\n"
	"       fuzz --trail LOG [--corpus DIR] [--save DIR]\n"
	"\n"
	"Makes calls of all kinds on the module, in several processes with children and\n"
	"threads, guided by what the module does meanwhile, until the kernel complains,\n"
	"an answer is wrong, or enough calls were made. Prints KTAP. Needs root, the\n"
	"module and a machine for itself, as scripts/vm gives it. With --kernel debug or\n"
	"coverage it is guided by the edges of the module's code that KCOV tells, otherwise\n"
	"by the errors that calls return.\n"
	"\n"
	"  --seed N       begin with this number instead of another one each time; what\n"
	"                 comes of it depends on how the programs that run at once find\n"
	"                 the module. To do again what was done, see --trail\n"
	"  --calls N      stop after so many calls (default 200000)\n"
	"  --workers N    how many programs run at once, up to 16 (default 4)\n"
	"  --corpus DIR   begin with the programs in this directory\n"
	"  --complaints REGEX\n"
	"                 what in a line of the kernel's log is a complaint; otherwise only\n"
	"                 that it becomes tainted. selftests/debug/fuzz_test.sh gives it\n"
	"  --save DIR     write those that together do all that was done, made short\n"
	"  --replay       run the programs in the files, up to 16, all at once and as they\n"
	"                 are\n"
	"  --repeat N     each so often (default 1)\n"
	"  --trail LOG    from the kernel's log (build/vm/*/console.log), tell which\n"
	"                 programs ran last, and with --save write them as files to be\n"
	"                 replayed; needs the corpus that the run began with\n"
	"  --help         print this\n"
	"\n"
	"A program is text, a call a line; see selftests/fuzz/program.h.\n"
	"\n"
	"Exit status: 0 if nothing was found, 1 if something was, 2 for a usage error.\n";

static void usage_error(const char *what, const char *value)
{
	fprintf(stderr, "fuzz: %s%s; see --help\n", what, value);
	exit(USAGE_ERROR);
}

static uint64_t parse_number(const char *name, const char *text, uint64_t least,
			     uint64_t most)
{
	unsigned long long value;
	char *end;

	errno = 0;
	value = strtoull(text, &end, 0);
	if (errno || !*text || *end || *text == '-' || value < least ||
	    value > most) {
		fprintf(stderr,
			"fuzz: --%s: '%s' is not a number from %llu to %llu\n",
			name, text, (unsigned long long)least,
			(unsigned long long)most);
		exit(USAGE_ERROR);
	}
	return value;
}

static const struct option names[] = {
	{ "seed", required_argument, NULL, 's' },
	{ "calls", required_argument, NULL, 'c' },
	{ "workers", required_argument, NULL, 'w' },
	{ "corpus", required_argument, NULL, 'd' },
	{ "complaints", required_argument, NULL, 'e' },
	{ "save", required_argument, NULL, 'o' },
	{ "replay", no_argument, NULL, 'r' },
	{ "repeat", required_argument, NULL, 'n' },
	{ "trail", required_argument, NULL, 't' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

void options_parse(struct options *options, int argc, char **argv)
{
	bool replay = false, search = false;
	int option;

	*options = (struct options){
		.seed = (uint64_t)time(NULL),
		.calls = 200000,
		.workers = 4,
		.repeat = 1,
	};
	while ((option = getopt_long(argc, argv, "", names, NULL)) >= 0) {
		switch (option) {
		case 's':
			search = true;
			options->seed =
				parse_number("seed", optarg, 0, UINT64_MAX);
			break;
		case 'c':
			search = true;
			options->calls =
				parse_number("calls", optarg, 1, UINT64_MAX);
			break;
		case 'w':
			search = true;
			options->workers =
				parse_number("workers", optarg, 1, WORKERS);
			break;
		case 'd':
			options->corpus = optarg;
			break;
		case 'e':
			options->complaints = optarg;
			break;
		case 'o':
			options->save = optarg;
			break;
		case 'r':
			replay = true;
			break;
		case 'n':
			options->repeat =
				parse_number("repeat", optarg, 1, UINT64_MAX);
			break;
		case 't':
			options->trail = optarg;
			break;
		case 'h':
			fputs(help, stdout);
			exit(0);
		default:
			exit(USAGE_ERROR);
		}
	}
	if (!replay && optind < argc)
		usage_error("what is meant by ", argv[optind]);
	if (replay && optind == argc)
		usage_error("--replay needs files", "");
	if (replay && argc - optind > WORKERS)
		usage_error("--replay takes no more than 16 files", "");
	if (replay &&
	    (search || options->corpus || options->save || options->trail))
		usage_error("--replay goes with --repeat and --complaints only",
			    "");
	options->replay = argv + optind;
	options->replay_count = argc - optind;
}
