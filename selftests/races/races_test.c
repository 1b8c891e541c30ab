// SPDX-License-Identifier: GPL-2.0
/*
 * Races on purpose: what two do at the same time, again and again, with the
 * windows between their steps widened by delays. Each pair has promises that are
 * looked after in every round, and ends that must all be seen.
 *
 * SHMREGION_ROUNDS: rounds of a pair (default ROUNDS); what is slow has fewer.
 * SHMREGION_SEED: begins as the run did that printed it; what the processors
 * make of it is another matter.
 * Arguments: beginnings of the names of pairs, to hammer only these.
 */

#include "kselftest.h"

#include <time.h>

#include "delays.h"
#include "race.h"
#include "race_ends.h"
#include "race_fork.h"
#include "race_limits.h"
#include "race_list.h"
#include "race_regions.h"
#include "race_removal.h"
#include "race_scope.h"
#include "race_unload.h"

#define ROUNDS 120

/* Delays are so frequent, for some rounds each: one in so many. */
static const unsigned int chances[] = { 3, 12, 48 };

/*
 * So often, at most, until all that may come of a pair has been seen; after the first
 * time with the usual rounds.
 */
#define REPETITIONS 4

static const struct {
	const struct pair *pairs;
	unsigned int count;
} families[] = {
	{ removal_pairs, ARRAY_SIZE(removal_pairs) },
	{ end_pairs, ARRAY_SIZE(end_pairs) },
	{ fork_pairs, ARRAY_SIZE(fork_pairs) },
	{ limit_pairs, ARRAY_SIZE(limit_pairs) },
	{ scope_pairs, ARRAY_SIZE(scope_pairs) },
	{ list_pairs, ARRAY_SIZE(list_pairs) },
	{ unload_pairs, ARRAY_SIZE(unload_pairs) },
};

/* The pair of that number, over all families; NULL behind the last one. */
static const struct pair *pair_number(unsigned int number)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(families); i++) {
		if (number < families[i].count)
			return &families[i].pairs[number];
		number -= families[i].count;
	}
	return NULL;
}

static bool is_chosen(const struct pair *pair, int count, char **names)
{
	int i;

	for (i = 0; i < count; i++)
		if (!strncmp(pair->name, names[i], strlen(names[i])))
			return true;
	return !count;
}

/* Ends with the names that there are, unless this is the beginning of one. */
static void check_name(char *name)
{
	const struct pair *pair;
	unsigned int i;

	for (i = 0; (pair = pair_number(i)); i++)
		if (is_chosen(pair, 1, &name))
			return;
	fprintf(stderr, "races_test: there is no pair '%s'; there are:\n",
		name);
	for (i = 0; (pair = pair_number(i)); i++)
		fprintf(stderr, "  %s\n", pair->name);
	exit(2);
}

static void say_outcomes(const struct race *race, unsigned int rounds,
			 unsigned long long milliseconds)
{
	char text[512] = "";
	size_t used = 0;
	unsigned int i;

	for (i = 0; i < OUTCOMES && race->pair->outcomes[i]; i++)
		used += snprintf(text + used, sizeof(text) - used, "%s %s %u",
				 i ? "," : "", race->pair->outcomes[i],
				 race->seen[i]);
	ksft_print_msg(
		"%s: %u rounds in %llu ms, %lld of %lld windows so far:%s\n",
		race->pair->name, rounds, milliseconds, delays_count("reached"),
		delays_count("opened"), text);
}

/*
 * The windows of the last pair stay open if the next one has the same, since it
 * takes a while to open them. Returns 0 or -errno.
 */
static int open_windows(const struct pair *pair)
{
	static const struct pair *last;
	unsigned int i;
	int error;

	if (last && last->functions == pair->functions)
		return 0;
	last = pair;
	delays_close_all();
	if (pair->functions)
		error = delays_open_list(pair->functions, false);
	else
		error = delays_open_module();
	for (i = 0;
	     !error && pair->kernel_functions && pair->kernel_functions[i]; i++)
		error = delays_open_kernel(pair->kernel_functions[i]);
	return error;
}

static void run_with_delays(struct race *race, unsigned int rounds,
			    unsigned int *seed)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(chances) && !race->faults; i++) {
		delays_set("chance", chances[i]);
		race_run(race, rounds / ARRAY_SIZE(chances) + 1, seed);
	}
}

static unsigned int share_of(const struct pair *pair)
{
	return pair->share ? pair->share : 1;
}

/* Returns how many rounds there were. */
static unsigned int hammer(struct race *race, unsigned int rounds,
			   unsigned int *seed)
{
	const unsigned int usual = ROUNDS / share_of(race->pair);
	struct aftermath aftermath = { .fd = -1 };
	const struct pair *pair = race->pair;
	const long long before = delays_count("delays");
	unsigned int i, done = race->round;
	uint64_t start;
	long long delayed;

	/* Nobody else has the device open. */
	if (!aftermath_begin(&aftermath) ||
	    !BECOMES_TRUE(module_references() == 1)) {
		ksft_test_result_fail(
			"%s: %ld references to the module before\n", pair->name,
			module_references());
		return 0;
	}
	aftermath.references = 1;
	race->fd[LEFT] = aftermath.fd;
	if (pair->unloads) {
		aftermath_end(&aftermath);
		race->fd[LEFT] = -1;
	}
	start = clock_nanoseconds(CLOCK_MONOTONIC);
	for (i = 0;
	     i < REPETITIONS && !race->faults && (!i || race_missing(race));
	     i++)
		run_with_delays(race, i ? usual : rounds, seed);
	delays_set("chance", 0);
	delayed = delays_count("delays") - before;
	done = race->round - done;
	say_outcomes(race, done,
		     (clock_nanoseconds(CLOCK_MONOTONIC) - start) / 1000000);

	if (race->faults)
		ksft_test_result_fail("%s: round %u: %s\n", pair->name,
				      race->round, race->fault);
	else if (race_missing(race))
		ksft_test_result_fail("%s: never ended with \"%s\"\n",
				      pair->name, race_missing(race));
	else if (delayed <= 0)
		ksft_test_result_fail("%s: nothing was delayed\n", pair->name);
	else if (!pair->unloads && !aftermath_is_clean(&aftermath))
		ksft_test_result_fail(
			"%s: left: %ld module references, before: %ld\n",
			pair->name, module_references(), aftermath.references);
	else
		ksft_test_result_pass("%s\n", pair->name);
	if (!pair->unloads)
		aftermath_end(&aftermath);
	return done;
}

/* For the one that failed: the next pair begins with nothing. */
static void clean_up(void)
{
	struct aftermath rest = { .fd = device_open(O_RDWR) };

	settings_restore();
	aftermath_remove_rest(&rest);
	aftermath_end(&rest);
}

static struct race *make_race(void)
{
	struct race *race = mmap(NULL, sizeof(*race), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (race == MAP_FAILED)
		ksft_exit_fail_msg("no memory\n");
	return race;
}

static void try_pair(struct race *race, const struct pair *pair,
		     unsigned int rounds, unsigned int seed,
		     unsigned int *hammered)
{
	int error;

	race->pair = pair;
	race->faults = 0;
	race->page = sysconf(_SC_PAGESIZE);
	memset(race->seen, 0, sizeof(race->seen));
	memset(race->usual, 0, sizeof(race->usual));
	error = open_windows(pair);
	if (error)
		ksft_exit_fail_msg("%s: no windows: %s\n", pair->name,
				   strerror(-error));
	*hammered += hammer(race, rounds / share_of(pair), &seed);
	if (race->faults)
		clean_up();
}

int main(int argc, char **argv)
{
	const unsigned int seed = seed_from_environment();
	const unsigned int rounds = number_from("SHMREGION_ROUNDS", ROUNDS);
	unsigned int i, chosen = 0, hammered = 0;
	const struct pair *pair;
	struct race *race;
	int error;

	for (i = 1; i < (unsigned int)argc; i++)
		check_name(argv[i]);
	for (i = 0; (pair = pair_number(i)); i++)
		chosen += is_chosen(pair, argc - 1, argv + 1);
	setvbuf(stdout, NULL, _IOLBF, 0);
	ksft_print_header();
	ksft_set_plan(chosen);
	ksft_print_msg("seed %u\n", seed);
	race = make_race();
	if (race_pin(LEFT) ||
	    module_parameters(race->parameters, sizeof(race->parameters)))
		ksft_exit_fail_msg("no processor, or no module\n");
	error = delays_load(seed);
	if (error)
		ksft_exit_fail_msg("no delays: %s\n", strerror(-error));

	for (i = 0; (pair = pair_number(i)); i++)
		if (is_chosen(pair, argc - 1, argv + 1))
			try_pair(race, pair, rounds, seed ^ i * 0x9e3779b9,
				 &hammered);
	ksft_print_msg("%lld delays\n", delays_count("delays"));
	delays_close_all();
	delays_unload();
	ksft_print_msg("%u pairs hammered, %u rounds\n", chosen, hammered);
	ksft_finished();
}
