// SPDX-License-Identifier: LGPL-2.1-or-later
/* Step 8: the region goes, and its memory comes back. */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "layout.h"
#include "procfs.h"
#include "say.h"
#include "steps.h"
#include "stopwatch.h"

/* Memory is given back a little after the last detach returns. */
#define FREE_TIMEOUT_S 10

/* What other programs may do to the system's shared memory meanwhile. */
#define NOISE_BYTES (DEMO_SIZE / 8)

/* Bytes that the module holds beyond those it held before the demo. */
static int64_t module_bytes(const struct demo *demo)
{
	struct shmregion_info info;

	if (shmregion_info(demo->device, &info))
		fail("cannot ask the module: %s", strerror(errno));
	return info.all_bytes - demo->module_bytes;
}

static int64_t system_bytes(const struct demo *demo)
{
	return procfs_shared_bytes() - demo->system_bytes;
}

static void say_memory(const struct demo *demo, const char *when)
{
	say("%-22s %5.1f MiB charged by the module, %5.1f MiB more shared memory in the system",
	    when, module_bytes(demo) / 1048576.0,
	    system_bytes(demo) / 1048576.0);
}

static bool memory_is_used(const struct demo *demo)
{
	return module_bytes(demo) >= (int64_t)DEMO_SIZE &&
	       system_bytes(demo) > (int64_t)NOISE_BYTES;
}

static bool memory_is_back(const struct demo *demo)
{
	return module_bytes(demo) <= 0 &&
	       system_bytes(demo) < (int64_t)NOISE_BYTES;
}

static bool wait_for_memory(const struct demo *demo)
{
	const double deadline = seconds() + FREE_TIMEOUT_S;

	while (!memory_is_back(demo)) {
		if (seconds() > deadline)
			return false;
		usleep(10000);
	}
	return true;
}

static bool key_is_free(const struct demo *demo)
{
	return shmregion_get(demo->device, DEMO_KEY, 0, 0, 0) < 0 &&
	       errno == ENOENT;
}

static bool id_is_unknown(const struct demo *demo, int id)
{
	struct shmregion_stat stat;
	int err;

	err = shmregion_stat(demo->device, id, SHMREGION_STAT_ANY, &stat);
	return err < 0 && errno == EINVAL;
}

void step_remove(struct demo *demo)
{
	const int id = demo->id;

	say_step("Removal frees the key, the last detach the memory.");
	say_memory(demo, "before the removal:");
	if (shmregion_remove(demo->device, id))
		fail("cannot remove region %d: %s", id, strerror(errno));
	demo->id = 0;
	check(key_is_free(demo), "the key %#x is free", DEMO_KEY);
	demo_verify(&demo->latecomer);
	say_memory(demo, "removed, one attach:");
	check(memory_is_used(demo), "the memory is still in use");

	program_ask(&demo->latecomer, "detach");
	check(wait_for_memory(demo),
	      "after the last detach the memory is back within %d s",
	      FREE_TIMEOUT_S);
	say_memory(demo, "after the last detach:");
	check(id_is_unknown(demo, id), "region %d is no more", id);
	program_finish(&demo->latecomer);
}
