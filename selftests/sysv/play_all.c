// SPDX-License-Identifier: GPL-2.0
/* Looking at all segments. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "answer.h"
#include "calls.h"
#include "play.h"
#include "shm_fields.h"

/* As much of a segment's memory as is looked at. */
#define CONTENTS 65536

/* Fills by_age with the index of each segment plus 1; returns how many. */
static unsigned int find_all(int highest, int by_age[BOARD_IDS])
{
	unsigned int found = 0, age;
	struct shmid_ds ds;
	int i, id;

	memset(by_age, 0, board->id_count * sizeof(*by_age));
	for (i = 0; i <= highest; i++) {
		id = calls.ctl(i, SHM_STAT_ANY, &ds);
		if (id < 0)
			continue;
		found++;
		for (age = board->id_count; age > 0; age--)
			if (board->ids[age - 1] == id)
				break;
		if (age)
			by_age[age - 1] = i + 1;
		else
			answer_id("stranger", id);
	}
	return found;
}

static void answer_segment(int index)
{
	struct shmid_ds ds;
	int id;

	id = calls.ctl(index, SHM_STAT_ANY, &ds);
	answer_id("id", id);
	shm_fields_of_segment(&ds, id);
	answer_expect();
	answer_result(calls.ctl(index, SHM_STAT, &ds) == id);
}

/* In the order of creation, since indexes are not the same. */
void play_list(const struct argument *arguments)
{
	static int by_age[BOARD_IDS];
	struct shm_info use;
	unsigned int i;
	int highest;

	(void)arguments;
	answer_expect();
	highest = calls.ctl(0, SHM_INFO, (struct shmid_ds *)&use);
	answer_result(highest >= 0);
	if (highest < 0)
		return;
	shm_fields_of_use(&use);
	answer_field("found", "%u", find_all(highest, by_age));
	for (i = 0; i < board->id_count; i++)
		if (by_age[i])
			answer_segment(by_age[i] - 1);
}

static uint64_t hash(const unsigned char *bytes, size_t size)
{
	uint64_t sum = 0xcbf29ce484222325;
	size_t i;

	for (i = 0; i < size; i += sizeof(uint64_t)) {
		uint64_t word;

		memcpy(&word, bytes + i, sizeof(word));
		sum = (sum ^ word) * 0x100000001b3;
	}
	return sum;
}

static void answer_memory(int id)
{
	void *memory = calls.at(id, NULL, SHM_RDONLY);
	struct shmid_ds ds;

	answer_id("id", id);
	if (memory == (void *)-1) {
		answer_field("error", "%s", strerrorname_np(errno));
		return;
	}
	if (calls.ctl(id, IPC_STAT, &ds))
		answer_field("error", "%s", strerrorname_np(errno));
	else
		answer_field("hash", "%#llx",
			     (unsigned long long)hash(
				     memory, ds.shm_segsz < CONTENTS ?
						     (ds.shm_segsz + 7) & ~7UL :
						     CONTENTS));
	calls.dt(memory);
}

void play_contents(const struct argument *arguments)
{
	unsigned int i;

	(void)arguments;
	for (i = 0; i < board->id_count; i++)
		answer_memory(board->ids[i]);
}

void play_proc(const struct argument *arguments)
{
	FILE *file = fopen("/proc/sysvipc/shm", "re");
	unsigned int lines = 0;
	int c;

	(void)arguments;
	answer_expect();
	answer_result(file);
	if (!file)
		return;
	while ((c = fgetc(file)) != EOF)
		lines += c == '\n';
	fclose(file);
	answer_field("lines", "%u", lines);
}
