// SPDX-License-Identifier: LGPL-2.1-or-later
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <shmregion.h>

#include "attributes.h"
#include "command.h"
#include "device.h"
#include "parse.h"
#include "text.h"

struct request {
	uint64_t key;
	uint64_t size;
	uint32_t flags;
	mode_t mode;
};

static const char *const synopsis[] = {
	"[options] --size SIZE",
	"[options] --size SIZE --lifetime owner -- PROGRAM [ARGUMENT]...",
	NULL,
};

static const char description[] =
	"Create a region and print its id. If there is one with the key, and --excl is\n"
	"not given, the id of that one is printed: it stays as it is, must be as large\n"
	"as --size, and has to grant you what --mode asks for.\n"
	"\n"
	"With a PROGRAM the region is new, lives as long as PROGRAM and all that it\n"
	"starts, and PROGRAM finds the id in the environment variable SHMREGION_ID.\n";

static const char options_help[] =
	" -k, --key KEY          decimal, octal or hexadecimal; 0: private, the default\n"
	" -s, --size SIZE        in bytes; K or KiB is 1024, KB is 1000; also M, G, T, P, E\n"
	" -m, --mode MODE        permissions, octal (default: 0644)\n"
	"     --excl             fail if there is a region with the key\n"
	"     --noreserve        reserve no memory; it may be short when it is used\n"
	"     --populate         allocate all memory now\n"
	"     --huge POLICY      when to use huge pages: default, never, within_size,\n"
	"                        always, advise\n"
	"     --lifetime LIFE    what removes it, besides 'shmregion rm': persistent,\n"
	"                        nothing (the default); last-detach, its last detach;\n"
	"                        owner, the end of PROGRAM\n"
	" -q, --quiet            print the id alone\n";

enum {
	OPTION_EXCL = 256,
	OPTION_NORESERVE,
	OPTION_POPULATE,
	OPTION_HUGE,
	OPTION_LIFETIME,
};

static const struct option options[] = {
	{ "excl", no_argument, NULL, OPTION_EXCL },
	{ "huge", required_argument, NULL, OPTION_HUGE },
	{ "key", required_argument, NULL, 'k' },
	{ "lifetime", required_argument, NULL, OPTION_LIFETIME },
	{ "mode", required_argument, NULL, 'm' },
	{ "noreserve", no_argument, NULL, OPTION_NORESERVE },
	{ "populate", no_argument, NULL, OPTION_POPULATE },
	{ "quiet", no_argument, NULL, 'q' },
	{ "size", required_argument, NULL, 's' },
	{},
};

static void take_flag(struct request *request, int option)
{
	switch (option) {
	case OPTION_EXCL:
		request->flags |= SHMREGION_GET_EXCL;
		break;
	case OPTION_NORESERVE:
		request->flags |= SHMREGION_GET_NORESERVE;
		break;
	case OPTION_POPULATE:
		request->flags |= SHMREGION_GET_POPULATE;
		break;
	case OPTION_HUGE:
		request->flags &= ~SHMREGION_GET_HUGE_MASK;
		request->flags |= parse_huge_policy(optarg);
		break;
	case OPTION_LIFETIME:
		request->flags &= ~SHMREGION_GET_LIFETIME_MASK;
		request->flags |= parse_lifetime(optarg);
		break;
	}
}

static bool is_lifetime_owner(const struct request *request)
{
	return (request->flags & SHMREGION_GET_LIFETIME_MASK) ==
	       SHMREGION_GET_LIFETIME_OWNER;
}

/* Of the sizes that are wrong, which? */
static const char *explain_size(int fd, const struct request *request)
{
	struct shmregion_info info;

	if (request->key && shmregion_get(fd, request->key, 0, 0, 0) >= 0)
		return "there is a smaller region with this key";
	if (!request->size)
		return "the size is 0";
	if (!shmregion_info(fd, &info) && request->size > info.max_region_bytes)
		return "the size is above max_region_bytes (see: shmregion limits)";
	return strerror(EINVAL);
}

static const char *explain(int fd, const struct request *request, int error)
{
	switch (error) {
	case EINVAL:
		return explain_size(fd, request);
	case EEXIST:
		return "there is a region with this key";
	case EACCES:
		return "permission denied: a region with this key does not grant you the mode";
	case ENOSPC:
		return "a limit is reached (see: shmregion limits, and dmesg)";
	case ENOMEM:
		if (!(request->flags & SHMREGION_GET_NORESERVE))
			return "cannot reserve that much memory";
		return strerror(error);
	default:
		return strerror(error);
	}
}

static int make_region(int fd, const struct request *request)
{
	int id = shmregion_get(fd, request->key, request->size,
			       request->flags | SHMREGION_GET_CREATE,
			       request->mode);

	if (id < 0)
		errx(EXIT_FAILURE, "cannot create a region: %s",
		     explain(fd, request, errno));
	return id;
}

/* The descriptor that the region's life hangs on goes to the program. */
static void become(int fd, int id, char **program)
{
	if (fcntl(fd, F_SETFD, 0) || setenv("SHMREGION_ID", text("%d", id), 1))
		err(EXIT_FAILURE, "cannot hand the region to '%s'", *program);
	if (fflush(stdout))
		exit(EXIT_FAILURE);
	execvp(*program, program);
	err(errno == ENOENT ? 127 : 126, "cannot run '%s'", *program);
}

/* A region that was there before would not go with the program. */
static void prepare_program(const struct command_line *line,
			    struct request *request)
{
	const char *program = *command_line_arguments(line);

	if (is_lifetime_owner(request) && !program)
		command_line_fail(line, "the lifetime owner needs a program");
	if (!is_lifetime_owner(request) && program)
		command_line_fail(line, "a program needs the lifetime owner");
	if (program)
		request->flags |= SHMREGION_GET_EXCL;
}

static int run_create(struct command_line *line)
{
	struct request request = {
		.mode = 0644,
	};
	bool quiet = false, has_size = false;
	char **program;
	int option, fd, id;

	while ((option = command_line_option(line)) != -1) {
		switch (option) {
		case 'k':
			request.key = parse_key(optarg);
			break;
		case 'm':
			request.mode = parse_mode(optarg);
			break;
		case 's':
			request.size = parse_size(optarg);
			has_size = true;
			break;
		case 'q':
			quiet = true;
			break;
		default:
			take_flag(&request, option);
		}
	}
	program = command_line_arguments(line);
	if (*program && strcmp(program[-1], "--"))
		command_line_expect_end(line);
	if (!has_size)
		command_line_fail(line, "no --size given");
	prepare_program(line, &request);

	fd = device_open();
	id = make_region(fd, &request);
	printf(quiet ? "%d\n" : "Region id: %d\n", id);
	if (*program)
		become(fd, id, program);
	return EXIT_SUCCESS;
}

const struct command create_command = {
	.name = "create",
	.summary = "create a region",
	.synopsis = synopsis,
	.description = description,
	.options_help = options_help,
	.letters = "+k:m:s:q",
	.options = options,
	.run = run_create,
};
