// SPDX-License-Identifier: LGPL-2.1-or-later
/* Steps 4 to 7: what programs do with a region. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layout.h"
#include "say.h"
#include "steps.h"
#include "stopwatch.h"

static void send_message(struct program *from, struct program *to)
{
	char message[128];
	const char *read;

	snprintf(message, sizeof(message), "Hello, %s! This is process %d.",
		 to->name, from->pid);
	program_tell(from, "write %s", message);
	program_hear(from);
	read = program_ask(to, "read");
	say("the %s wrote: %s", from->name, message);
	say("the %s read:  %s", to->name, read);
	check(!strcmp(message, read), "the message arrived");
}

void step_message(struct demo *demo)
{
	say_step("What one writes, the other reads, without a system call.");
	send_message(&demo->writer, &demo->reader);
	send_message(&demo->reader, &demo->writer);
}

static unsigned long hear_rounds(struct program *program)
{
	return strtoul(program_hear(program), NULL, 10);
}

void step_play(struct demo *demo)
{
	unsigned long writer_rounds, reader_rounds;
	double began, took;

	say_step("A mutex and a condition variable work between them.");
	say("They play ping-pong: each waits until it is its turn, then wakes the other.");
	began = seconds();
	program_tell(&demo->writer, "play-first");
	program_tell(&demo->reader, "play-second");
	writer_rounds = hear_rounds(&demo->writer);
	reader_rounds = hear_rounds(&demo->reader);
	took = seconds() - began;
	check(writer_rounds == DEMO_ROUNDS && reader_rounds == DEMO_ROUNDS,
	      "%lu rounds there and back in %.1f s (%.0f a second)",
	      reader_rounds, took, reader_rounds / took);
}

void step_outlive(struct demo *demo)
{
	struct shmregion_stat stat;
	uint64_t address;

	say_step("The region outlives them, and a third program finds it.");
	program_ask(&demo->reader, "detach");
	program_finish(&demo->reader);
	program_finish(&demo->writer);
	demo_stat(demo, &stat);
	check(!stat.attaches,
	      "writer and reader are gone, %" PRIu64 " attaches are left",
	      (uint64_t)stat.attaches);

	demo_start(demo, &demo->latecomer, "latecomer");
	address = demo_join(demo, &demo->latecomer, "find");
	demo_say_where(&demo->latecomer, address, "found it");
	say("it read:    %s", program_ask(&demo->latecomer, "read"));
	demo_verify(&demo->latecomer);
}

void step_list(struct demo *demo)
{
	char *const arguments[] = { demo->command, "ls", NULL };
	struct program command = { 0 };
	const char *line;
	bool found = false;
	char key[32];

	say_step("The command \"shmregion ls\" shows the region.");
	snprintf(key, sizeof(key), "%x", DEMO_KEY);
	program_start(&command, "command shmregion ls", demo->command,
		      arguments);
	while ((line = program_read_line(&command))) {
		say("%s", line);
		found |= !!strstr(line, key);
	}
	program_finish(&command);
	check(found, "the key %#x is in the list", DEMO_KEY);
}
