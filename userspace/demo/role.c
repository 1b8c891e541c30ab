// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <shmregion.h>

#include "game.h"
#include "layout.h"
#include "role.h"

/* All that a program knows. */
struct role {
	uint64_t key;
	int device;
	struct layout *region;
	size_t size;
	/* What followed the command that it is to obey. */
	const char *argument;
};

static __attribute__((format(printf, 1, 2))) void answer(const char *format,
							 ...)
{
	va_list arguments;

	va_start(arguments, format);
	printf("ok ");
	vprintf(format, arguments);
	putchar('\n');
	va_end(arguments);
}

static __attribute__((format(printf, 1, 2), noreturn)) void
give_up(const char *format, ...)
{
	const int error = errno;
	va_list arguments;

	va_start(arguments, format);
	printf("error ");
	vprintf(format, arguments);
	if (error)
		printf(": %s", strerror(error));
	putchar('\n');
	va_end(arguments);
	exit(EXIT_FAILURE);
}

static void attach_region(struct role *role, int id)
{
	role->region = shmregion_attach(role->device, id, NULL, 0, &role->size);
	if (role->region == SHMREGION_FAILED)
		give_up("cannot attach region %d", id);
	answer("%d %#" PRIxPTR, id, (uintptr_t)role->region);
}

static void create_region(struct role *role)
{
	const unsigned int flags = SHMREGION_GET_CREATE | SHMREGION_GET_EXCL |
				   SHMREGION_GET_HUGE_WITHIN_SIZE;
	int id;

	id = shmregion_get(role->device, role->key, DEMO_SIZE, flags, 0600);
	if (id < 0 && errno == EEXIST)
		give_up("key %#" PRIx64 " is taken; see shmregion ls",
			role->key);
	if (id < 0)
		give_up("cannot create a region with key %#" PRIx64, role->key);
	attach_region(role, id);
}

static void find_region(struct role *role)
{
	int id;

	id = shmregion_get(role->device, role->key, 0, 0, 0600);
	if (id < 0)
		give_up("cannot find a region with key %#" PRIx64, role->key);
	attach_region(role, id);
}

static uint64_t *content(const struct role *role)
{
	return (uint64_t *)((char *)role->region + CONTENT_OFFSET);
}

static void fill_region(struct role *role)
{
	uint64_t *words = content(role);
	size_t i;

	game_prepare(role->region);
	for (i = 0; i < CONTENT_WORDS; i++)
		words[i] = content_word(i);
	answer("%zu", i);
}

static void verify_region(struct role *role)
{
	const uint64_t *words = content(role);
	size_t i;

	errno = 0;
	for (i = 0; i < CONTENT_WORDS; i++)
		if (words[i] != content_word(i))
			give_up("word %zu is %#" PRIx64 ", not %#" PRIx64, i,
				words[i], content_word(i));
	answer("%zu", i);
}

/* A copy of the region in memory of this process alone. */
static void copy_region(struct role *role)
{
	void *copied;

	copied = mmap(NULL, role->size, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (copied == MAP_FAILED)
		give_up("cannot get %zu bytes of private memory", role->size);
	memcpy(copied, role->region, role->size);
	errno = 0;
	if (memcmp(copied, role->region, role->size))
		give_up("the private copy differs in content");
	answer("%#" PRIxPTR, (uintptr_t)copied);
}

static void write_message(struct role *role)
{
	const size_t size = sizeof(role->region->message);

	snprintf(role->region->message, size, "%s", role->argument);
	answer("%s", "written");
}

static void read_message(struct role *role)
{
	answer("%.*s", (int)sizeof(role->region->message),
	       role->region->message);
}

static void play(struct role *role, bool second)
{
	const char *problem = game_play(role->region, second, DEMO_ROUNDS);

	errno = 0;
	if (problem)
		give_up("%s", problem);
	answer("%u", DEMO_ROUNDS);
}

static void play_first(struct role *role)
{
	play(role, false);
}

static void play_second(struct role *role)
{
	play(role, true);
}

static void detach_region(struct role *role)
{
	if (shmregion_detach(role->device, role->region))
		give_up("cannot detach");
	role->region = NULL;
	answer("detached");
}

static const struct command {
	const char *name;
	void (*obey)(struct role *role);
} commands[] = {
	{ "create", create_region },
	{ "find", find_region },
	{ "fill", fill_region },
	{ "verify", verify_region },
	{ "copy", copy_region },
	{ "read", read_message },
	{ "play-first", play_first },
	{ "play-second", play_second },
	{ "detach", detach_region },
	{ "write", write_message },
	{ NULL, NULL },
};

static void obey(struct role *role, char *line)
{
	char *end = line + strcspn(line, " ");
	const struct command *command;

	if (*end)
		*end++ = '\0';
	role->argument = end;
	for (command = commands; command->name; command++) {
		if (!strcmp(line, command->name)) {
			command->obey(role);
			return;
		}
	}
	errno = 0;
	give_up("does not know the command \"%s\"", line);
}

int play_role(uint64_t key)
{
	struct role role = { .key = key };
	char line[512];

	/* Each answer is waited for. */
	setvbuf(stdout, NULL, _IOLBF, 0);
	role.device = shmregion_open(O_RDWR);
	if (role.device < 0)
		give_up("cannot open /dev/" SHMREGION_DEVICE_NAME);
	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		obey(&role, line);
	}
	return EXIT_SUCCESS;
}
