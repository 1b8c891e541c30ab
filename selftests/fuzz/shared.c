// SPDX-License-Identifier: GPL-2.0
/* What all processes of the fuzzer know. */

#include "shared.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/mman.h>

#include "stage.h"
#include "trail.h"

struct shared *shared;

int shared_make(void)
{
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return shared == MAP_FAILED ? -errno : 0;
}

void shared_add(const struct program *program, const struct lineage *lineage)
{
	unsigned int number =
		__atomic_fetch_add(&shared->entries, 1, __ATOMIC_RELAXED);
	struct entry *entry = &shared->corpus[number];

	if (number >= ENTRIES) {
		shared->entries = ENTRIES;
		return;
	}
	entry->program = *program;
	/* Nobody makes another one from it before the trail tells of it. */
	if (lineage->seed)
		trail_entry(number, lineage);
	__atomic_store_n(&entry->ready, true, __ATOMIC_RELEASE);
}

uint64_t shared_calls(void)
{
	uint64_t calls = 0;
	unsigned int i;

	for (i = 0; i < WORKERS; i++)
		calls += shared->workers[i].calls;
	return calls;
}

void stage_fail(const char *format, ...)
{
	va_list arguments;

	if (__atomic_exchange_n(&shared->failed, true, __ATOMIC_ACQ_REL))
		return;
	va_start(arguments, format);
	vsnprintf(shared->failure, sizeof(shared->failure), format, arguments);
	va_end(arguments);
	__atomic_store_n(&shared->stop, true, __ATOMIC_RELEASE);
}
