// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * shmregion-demo - shows that unrelated processes share memory by a key
 *
 * Without arguments it is the demo, which starts itself again for each process
 * that it needs, with a key as the one argument.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <shmregion.h>

#include "layout.h"
#include "procfs.h"
#include "role.h"
#include "say.h"
#include "steps.h"

static struct demo demo;

static void usage(FILE *stream)
{
	fprintf(stream,
		"Usage: shmregion-demo\n"
		"Shows two processes that share memory through /dev/" SHMREGION_DEVICE_NAME
		".\n"
		"Needs root, for page frame numbers, and the module; \"make demo\" runs it in a VM.\n"
		"Exit status: 0 if all was as promised, else 1.\n");
}

/* A demo that fails, or is interrupted, leaves no region behind. */
static void remove_region(void)
{
	if (demo.id)
		shmregion_remove(demo.device, demo.id);
}

static void on_signal(int number)
{
	remove_region();
	_exit(128 + number);
}

static void prepare_cleanup(void)
{
	signal(SIGHUP, on_signal);
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
	/* A program that died is noticed when it is spoken to. */
	signal(SIGPIPE, SIG_IGN);
	atexit(remove_region);
}

static void find_files(void)
{
	char *copy;

	demo.self = realpath("/proc/self/exe", NULL);
	copy = demo.self ? strdup(demo.self) : NULL;
	if (!copy || asprintf(&demo.command, "%s/shmregion", dirname(copy)) < 0)
		fail("cannot find the demo's own file: %s", strerror(errno));
	free(copy);
}

static void open_device(void)
{
	struct shmregion_info info;
	struct utsname kernel;

	demo.device = shmregion_open(O_RDWR);
	if (demo.device < 0)
		fail("cannot open /dev/" SHMREGION_DEVICE_NAME
		     ": %s (is the module loaded? \"make demo\" runs this in a VM)",
		     strerror(errno));
	if (shmregion_info(demo.device, &info))
		fail("cannot ask the module: %s", strerror(errno));
	demo.module_bytes = info.all_bytes;
	demo.system_bytes = procfs_shared_bytes();

	uname(&kernel);
	printf("shmregion on Linux %s, interface version %" PRIu32 "\n",
	       kernel.release, info.abi_version);
}

static int run_demo(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	prepare_cleanup();
	find_files();
	open_device();

	step_meet(&demo);
	step_compare(&demo);
	step_compare_copy(&demo);
	step_message(&demo);
	step_play(&demo);
	step_outlive(&demo);
	step_list(&demo);
	step_remove(&demo);

	printf("\nAll of it held.\nsame physical pages: %zu of %zu\n",
	       demo.same_pages, DEMO_PAGES);
	if (fflush(stdout) || ferror(stdout))
		fail("cannot write the output: %s", strerror(errno));
	return EXIT_SUCCESS;
}

int main(int argc, char *argv[])
{
	if (argc == 1)
		return run_demo();
	if (argc == 3 && !strcmp(argv[1], DEMO_ROLE_OPTION))
		return play_role(strtoull(argv[2], NULL, 0));
	if (argc == 2 && !strcmp(argv[1], "--help")) {
		usage(stdout);
		return EXIT_SUCCESS;
	}
	usage(stderr);
	return EXIT_FAILURE;
}
