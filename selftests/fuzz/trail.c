// SPDX-License-Identifier: GPL-2.0
/* The trail. */

#include "trail.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../kernel_file.h"
#include "mutate.h"

static int log_fd = -1;

int trail_open(void)
{
	int error =
		kernel_file_write("/proc/sys/kernel/printk_devkmsg", "on\n");

	if (error)
		return error;
	log_fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	return log_fd < 0 ? -errno : 0;
}

static void say(const char *what, int number, const struct lineage *lineage)
{
	char line[96];
	int length;

	if (log_fd < 0)
		return;
	length = snprintf(line, sizeof(line), "fuzz: %s %d %d %d %" PRIx64 "\n",
			  what, number, lineage->parent, lineage->donor,
			  lineage->seed);
	if (write(log_fd, line, length) < 0)
		return;
}

void trail_input(unsigned int worker, const struct lineage *lineage)
{
	say("run", worker, lineage);
}

void trail_entry(unsigned int number, const struct lineage *lineage)
{
	say("entry", number, lineage);
}

static bool is_known(int32_t entry)
{
	return entry == NOBODY ||
	       (entry >= 0 && entry < ENTRIES && shared->corpus[entry].ready);
}

static bool follow(const char *line)
{
	struct lineage lineage;
	struct program program;
	struct worker *worker;
	struct entry *entry;
	char what[8];
	int number;

	if (sscanf(line, "%7s %d %d %d %" SCNx64, what, &number,
		   &lineage.parent, &lineage.donor, &lineage.seed) != 5)
		return false;
	if (!is_known(lineage.parent) || !is_known(lineage.donor))
		return false;
	mutate(&lineage, &program);
	if (!strcmp(what, "entry") && number >= 0 && number < ENTRIES) {
		entry = &shared->corpus[number];
		entry->program = program;
		entry->ready = true;
		return true;
	}
	if (!strcmp(what, "run") && number >= 0 && number < WORKERS) {
		worker = &shared->workers[number];
		worker->last[worker->inputs++ % HISTORY] = program;
		return true;
	}
	return false;
}

int trail_read(const char *path)
{
	static const char mark[] = "fuzz: ";
	FILE *file = fopen(path, "re");
	unsigned long count = 0, lost = 0;
	char line[1024];

	if (!file) {
		fprintf(stderr, "fuzz: %s: %s\n", path, strerror(errno));
		return -1;
	}
	while (fgets(line, sizeof(line), file)) {
		const char *said = strstr(line, mark);

		if (!said)
			continue;
		if (follow(said + strlen(mark)))
			count++;
		else
			lost++;
	}
	fclose(file);
	if (!count) {
		fprintf(stderr, "fuzz: %s: there is no trail in it\n", path);
		return -1;
	}
	if (lost)
		fprintf(stderr,
			"fuzz: %s: %lu lines do not fit the corpus; is it the one that the run began with?\n",
			path, lost);
	return 0;
}
