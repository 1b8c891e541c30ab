// SPDX-License-Identifier: LGPL-2.1-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "demo.h"
#include "layout.h"
#include "role.h"
#include "say.h"

void demo_start(struct demo *demo, struct program *program, const char *name)
{
	char key[32];
	char *const arguments[] = { demo->self, DEMO_ROLE_OPTION, key, NULL };

	snprintf(key, sizeof(key), "%#x", DEMO_KEY);
	program_start(program, name, demo->self, arguments);
}

uint64_t demo_join(struct demo *demo, struct program *program,
		   const char *command)
{
	const char *answer = program_ask(program, command);
	uint64_t address;
	int id;

	if (sscanf(answer, "%d %" SCNx64, &id, &address) != 2 || id <= 0)
		fail("the %s said: %s", program->name, answer);
	if (demo->id && demo->id != id)
		fail("the %s met region %d under the key, not %d",
		     program->name, id, demo->id);
	demo->id = id;
	return address;
}

void demo_say_where(const struct program *program, uint64_t address,
		    const char *did)
{
	say("%-11s process %-6d has it at %#" PRIx64 "  (%s)", program->name,
	    program->pid, address, did);
}

void demo_stat(const struct demo *demo, struct shmregion_stat *stat)
{
	if (shmregion_stat(demo->device, demo->id, SHMREGION_STAT_HUGE, stat))
		fail("cannot ask about region %d: %s", demo->id,
		     strerror(errno));
}

void demo_verify(struct program *program)
{
	const char *answer = program_ask(program, "verify");
	size_t words;

	if (sscanf(answer, "%zu", &words) != 1)
		fail("the %s said: %s", program->name, answer);
	check(words == CONTENT_WORDS,
	      "the %s read %zu of %zu words, and found each as written",
	      program->name, words, CONTENT_WORDS);
}
