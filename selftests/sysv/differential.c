// SPDX-License-Identifier: GPL-2.0
/*
 * The differential test of the System V preload library: plays the same sequence
 * of operations against the kernel's own System V and against the library, and
 * holds every answer of the one to that of the other. See --help.
 */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <libgen.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "actor.h"
#include "chance.h"
#include "contest.h"
#include "differences.h"
#include "generate.h"
#include "wall_clock.h"

static struct {
	const char *library, *save;
	uint64_t seed;
	unsigned long operations;
	unsigned long length;
	bool print, verbose;
} options = { .length = 250 };

static const char usage_text[] =
	"Usage: differential [OPTION]... [CASE]...\n"
	"Plays sequences of operations against the kernel's System V shared memory and\n"
	"against the preload library, and prints as KTAP whether all answers agree.\n"
	"\n"
	"  CASE             file of a sequence, see selftests/sysv/operation.h\n"
	"  --operations N   play that many operations by chance\n"
	"  --seed N         for the same ones as last time\n"
	"  --length N       operations of a sequence (default 250)\n"
	"  --library PATH   the library (default: ../lib/libshmregion-sysv.so beside\n"
	"                   this program), or several as in LD_PRELOAD\n"
	"  --save FILE      write the last sequence that shows a difference, shortened\n"
	"  --print          print the sequences of --operations instead\n"
	"  --verbose        print what System V answers\n"
	"  --differences    print the names of the differences that are by design\n"
	"  --help           print this\n"
	"\n"
	"Needs root and the module. It puts the clock forward, and back in the end.\n"
	"Exit status: 0 if there is no difference, 1 if there is, or anything failed.\n";

static unsigned int result_number;

/* Returns whether the test passed. */
static bool print_result(bool passed, const char *name)
{
	printf("%sok %u %s\n", passed ? "" : "not ", ++result_number, name);
	fflush(stdout);
	return passed;
}

/* What the case says it shows has to show, or it is no longer true. */
static bool meets_differences(const struct sequence *sequence,
			      const struct finding *finding)
{
	const uint32_t missing = sequence->differs & ~finding->met;
	unsigned int i;

	for (i = 0; differences_name(i); i++)
		if (missing & 1U << i)
			printf("# no difference '%s'\n", differences_name(i));
	return !missing;
}

static void play(struct sequence *sequence, struct finding *finding)
{
	contest_play(sequence, finding);
	if (options.verbose)
		contest_print_answers(sequence);
	if (finding->differs)
		contest_report(sequence, finding, options.save);
}

static bool play_case(char *path)
{
	struct sequence sequence;
	struct finding finding;
	bool passed = false;

	if (!sequence_read(&sequence, path))
		return print_result(false, basename(path));
	play(&sequence, &finding);
	if (!finding.differs)
		passed = meets_differences(&sequence, &finding);
	sequence_free(&sequence);
	return print_result(passed, basename(path));
}

/* Stops at the first that shows a difference. */
static bool play_random(void)
{
	struct chance seeds = { options.seed };
	struct sequence sequence;
	unsigned long played = 0;
	struct finding finding = { .differs = false };

	while (played < options.operations && !finding.differs) {
		generate(&sequence, chance_next(&seeds), options.length);
		play(&sequence, &finding);
		played += sequence.count;
		sequence_free(&sequence);
	}
	return !finding.differs;
}

static bool run_random(void)
{
	struct timespec begin, end;
	char name[64];
	bool passed;

	printf("# --seed %llu --operations %lu --length %lu\n",
	       (unsigned long long)options.seed, options.operations,
	       options.length);
	fflush(stdout);
	clock_gettime(CLOCK_MONOTONIC, &begin);
	passed = play_random();
	clock_gettime(CLOCK_MONOTONIC, &end);
	contest_print_tally();
	printf("# %ld seconds\n", (long)(end.tv_sec - begin.tv_sec));
	snprintf(name, sizeof(name), "%lu operations by chance",
		 options.operations);
	return print_result(passed, name);
}

static void print_random(void)
{
	struct chance seeds = { options.seed };
	struct sequence sequence;
	unsigned long printed = 0;

	while (printed < options.operations) {
		generate(&sequence, chance_next(&seeds), options.length);
		printf("# sequence\n");
		sequence_print(stdout, &sequence);
		printed += sequence.count;
		sequence_free(&sequence);
	}
}

static void print_differences(void)
{
	unsigned int i;

	for (i = 0; differences_name(i); i++)
		puts(differences_name(i));
}

static unsigned long long parse_number(const char *text)
{
	unsigned long long number;
	char *end;

	errno = 0;
	number = strtoull(text, &end, 0);
	if (errno || end == text || *end)
		errx(EXIT_FAILURE, "'%s' is not a number", text);
	return number;
}

static void parse_options(int argc, char *argv[])
{
	static const struct option longs[] = {
		{ "operations", required_argument, NULL, 'o' },
		{ "seed", required_argument, NULL, 's' },
		{ "length", required_argument, NULL, 'l' },
		{ "library", required_argument, NULL, 'L' },
		{ "save", required_argument, NULL, 'S' },
		{ "print", no_argument, NULL, 'p' },
		{ "verbose", no_argument, NULL, 'v' },
		{ "differences", no_argument, NULL, 'd' },
		{ "help", no_argument, NULL, 'h' },
		{},
	};
	int option;

	if (getrandom(&options.seed, sizeof(uint32_t), 0) < 0)
		err(EXIT_FAILURE, "no random numbers");
	while ((option = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		switch (option) {
		case 'o':
			options.operations = parse_number(optarg);
			break;
		case 's':
			options.seed = parse_number(optarg);
			break;
		case 'l':
			options.length = parse_number(optarg);
			break;
		case 'L':
			options.library = optarg;
			break;
		case 'S':
			options.save = optarg;
			break;
		case 'p':
			options.print = true;
			break;
		case 'v':
			options.verbose = true;
			break;
		case 'd':
			print_differences();
			exit(EXIT_SUCCESS);
		case 'h':
			fputs(usage_text, stdout);
			exit(EXIT_SUCCESS);
		default:
			exit(EXIT_FAILURE);
		}
	}
	if (options.length < 1 || options.length > BOARD_OPERATIONS / 2)
		errx(EXIT_FAILURE, "--length must be from 1 to %d",
		     BOARD_OPERATIONS / 2);
	if (!options.operations && optind == argc)
		errx(EXIT_FAILURE, "nothing to play; see --help");
}

static char *find_library(void)
{
	char path[PATH_MAX], *library;
	ssize_t length;

	length = readlink("/proc/self/exe", path, sizeof(path) - 1);
	if (length < 0)
		err(EXIT_FAILURE, "cannot find myself");
	path[length] = '\0';
	if (asprintf(&library, "%s/../lib/libshmregion-sysv.so",
		     dirname(path)) < 0)
		err(EXIT_FAILURE, NULL);
	if (access(library, R_OK))
		err(EXIT_FAILURE, "%s", library);
	return library;
}

static void check_machine(void)
{
	if (geteuid())
		errx(EXIT_FAILURE, "this needs root");
	if (access("/dev/shmregion", R_OK | W_OK))
		err(EXIT_FAILURE, "/dev/shmregion");
}

int main(int argc, char *argv[])
{
	bool passed = true;
	int i;

	if (argc == 4 && !strcmp(argv[1], ACTOR_ARGUMENT))
		actor_resume(argv + 2);
	if (argc == 3 && !strcmp(argv[1], PLAYER_ARGUMENT))
		player_serve(argv[2]);
	parse_options(argc, argv);
	if (options.print) {
		print_random();
		return EXIT_SUCCESS;
	}
	check_machine();
	wall_clock_keep();
	contest_begin(options.library ? options.library : find_library());
	puts("TAP version 13");
	printf("1..%d\n", argc - optind + !!options.operations);
	for (i = optind; i < argc; i++)
		passed &= play_case(argv[i]);
	if (options.operations)
		passed &= run_random();
	contest_end();
	return passed ? EXIT_SUCCESS : EXIT_FAILURE;
}
