// SPDX-License-Identifier: GPL-2.0
/*
 * What it costs to look a path up while on another processor memory is created and
 * removed: mounting or unmounting for it would disturb every look-up.
 */

#include <errno.h>
#include <sys/stat.h>

#include "row.h"
#include "workers.h"

#define SAMPLES 9

/* Two mounts are crossed on the way to it. */
#define PATH "/dev/pts/ptmx"

static int look_up(struct worker *worker)
{
	struct stat status;

	(void)worker;
	return stat(PATH, &status) ? -errno : 0;
}

static int create_and_remove(struct worker *worker)
{
	int error = worker->mechanism->create(&worker->memory, 0);

	return error ? error :
		       mechanism_remove(worker->mechanism, &worker->memory);
}

/* One worker looks up; the second, if there is one, disturbs it. */
static int measure(const struct run *run, unsigned int count)
{
	static const worker_step steps[WORKERS] = { look_up,
						    create_and_remove };
	double rates[WORKERS];
	unsigned int i;
	struct row row;
	int error = 0;

	row_begin(&row, run->benchmark->name, "ns", run->bytes);
	for (i = 0; i < SAMPLES && !error; i++) {
		error = workers_run(run, steps, count, rates);
		row_add(&row, 1e9 / rates[0]);
	}
	if (!error)
		row_print(&row, run->mechanism->name);
	return error;
}

int run_path_lookup(const struct run *run)
{
	return measure(run, 2);
}

int run_path_lookup_alone(const struct run *run)
{
	return measure(run, 1);
}
