// SPDX-License-Identifier: LGPL-2.1-or-later
/* Steps 1 to 3: two programs meet, and have the same physical pages. */
#include <inttypes.h>
#include <stdio.h>

#include "frames.h"
#include "layout.h"
#include "procfs.h"
#include "say.h"
#include "steps.h"

static unsigned int megabytes(uint64_t bytes)
{
	return bytes >> 20;
}

void step_meet(struct demo *demo)
{
	struct shmregion_stat stat;

	say_step("One program creates a region, another finds it by its key.");
	say("They are started apart. The key, %#x, is all they have in common.",
	    DEMO_KEY);

	demo_start(demo, &demo->writer, "writer");
	demo->writer_address = demo_join(demo, &demo->writer, "create");
	program_ask(&demo->writer, "fill");
	demo_say_where(&demo->writer, demo->writer_address,
		       "created it and filled it");

	demo_start(demo, &demo->reader, "reader");
	demo->reader_address = demo_join(demo, &demo->reader, "find");
	demo_say_where(&demo->reader, demo->reader_address, "found it");

	demo_verify(&demo->reader);
	demo_stat(demo, &stat);
	check(stat.size == DEMO_SIZE && stat.attaches == 2,
	      "region %d has %u MiB and %" PRIu64 " attaches", demo->id,
	      megabytes(stat.size), (uint64_t)stat.attaches);
}

static void check_huge(const struct demo *demo)
{
	const uint64_t writer =
		procfs_huge_bytes(demo->writer.pid, demo->writer_address);
	const uint64_t reader =
		procfs_huge_bytes(demo->reader.pid, demo->reader_address);
	struct shmregion_stat stat;

	demo_stat(demo, &stat);
	if (!stat.huge_bytes)
		fail("no huge pages: memory is fragmented, or shmem_enabled is \"deny\"");
	check(writer && reader,
	      "%u MiB of it are huge pages; mapped as such by the writer %u MiB, by the reader %u MiB",
	      megabytes(stat.huge_bytes), megabytes(writer), megabytes(reader));
}

void step_compare(struct demo *demo)
{
	const struct view writer = { "writer's frame", demo->writer.pid,
				     demo->writer_address };
	const struct view reader = { "reader's frame", demo->reader.pid,
				     demo->reader_address };

	say_step("Both addresses lead to the same physical pages.");
	say("/proc/PID/pagemap names the page frame behind each page of 4 KiB:");
	demo->same_pages = frames_compare(&writer, &reader, DEMO_PAGES);
	check(demo->same_pages == DEMO_PAGES,
	      "%zu of %zu page frame numbers are the same", demo->same_pages,
	      DEMO_PAGES);
	check_huge(demo);
}

void step_compare_copy(struct demo *demo)
{
	const struct view region = { "region's frame", demo->reader.pid,
				     demo->reader_address };
	struct view private = { "copy's frame", demo->reader.pid, 0 };
	const char *answer;
	size_t same;

	say_step("The control: a private copy has other pages.");
	answer = program_ask(&demo->reader, "copy");
	if (sscanf(answer, "%" SCNx64, &private.address) != 1)
		fail("the reader said: %s", answer);
	same = frames_compare(&region, &private, DEMO_PAGES);
	check(!same, "%zu of %zu page frame numbers are the same", same,
	      DEMO_PAGES);
}
