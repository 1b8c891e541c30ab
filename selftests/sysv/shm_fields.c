// SPDX-License-Identifier: GPL-2.0
#include <stdbool.h>
#include <string.h>

#include "answer.h"
#include "shm_fields.h"

/* System V's ids are a sequence number in front of 15 bits. */
#define SEQUENCE_SHIFT 15

#define WIPE(field) memset(&(field), 0, sizeof(field))

/* What has no name yet is zero. */
static void answer_rest(const void *rest, size_t size)
{
	const unsigned char *bytes = rest;
	size_t i;

	for (i = 0; i < size; i++) {
		if (bytes[i]) {
			answer_field("rest", "%zu:%#x", i, bytes[i]);
			return;
		}
	}
}

static void answer_sequence(const struct ipc_perm *perm, int id)
{
	const unsigned short expected = id >> SEQUENCE_SHIFT;

	if (perm->__seq != expected)
		answer_field("seq", "%u,not:%u", perm->__seq, expected);
}

static void answer_rest_of_segment(struct shmid_ds rest)
{
	WIPE(rest.shm_perm.__key);
	WIPE(rest.shm_perm.uid);
	WIPE(rest.shm_perm.gid);
	WIPE(rest.shm_perm.cuid);
	WIPE(rest.shm_perm.cgid);
	WIPE(rest.shm_perm.mode);
	WIPE(rest.shm_perm.__seq);
	WIPE(rest.shm_segsz);
	WIPE(rest.shm_atime);
	WIPE(rest.shm_dtime);
	WIPE(rest.shm_ctime);
	WIPE(rest.shm_cpid);
	WIPE(rest.shm_lpid);
	WIPE(rest.shm_nattch);
	answer_rest(&rest, sizeof(rest));
}

void shm_fields_of_segment(const struct shmid_ds *ds, int id)
{
	const struct ipc_perm *perm = &ds->shm_perm;

	answer_field("key", "%#x", (unsigned int)perm->__key);
	answer_field("mode", "%#o", (unsigned int)perm->mode);
	answer_field("uid", "%d", perm->uid);
	answer_field("gid", "%d", perm->gid);
	answer_field("cuid", "%d", perm->cuid);
	answer_field("cgid", "%d", perm->cgid);
	answer_sequence(perm, id);
	answer_field("segsz", "%zu", ds->shm_segsz);
	answer_field("nattch", "%lu", (unsigned long)ds->shm_nattch);
	/* Processes have the same pids on both sides. */
	answer_field("cpid", "%d", ds->shm_cpid);
	answer_field("lpid", "%d", ds->shm_lpid);
	answer_time("atime", ds->shm_atime);
	answer_time("dtime", ds->shm_dtime);
	answer_time("ctime", ds->shm_ctime);
	answer_rest_of_segment(*ds);
}

void shm_fields_of_limits(const struct shminfo *limits)
{
	struct shminfo rest = *limits;

	answer_field("shmmax", "%lu", limits->shmmax);
	answer_field("shmmin", "%lu", limits->shmmin);
	answer_field("shmmni", "%lu", limits->shmmni);
	answer_field("shmseg", "%lu", limits->shmseg);
	answer_field("shmall", "%lu", limits->shmall);
	WIPE(rest.shmmax);
	WIPE(rest.shmmin);
	WIPE(rest.shmmni);
	WIPE(rest.shmseg);
	WIPE(rest.shmall);
	answer_rest(&rest, sizeof(rest));
}

void shm_fields_of_use(const struct shm_info *use)
{
	struct shm_info rest = *use;

	answer_field("used", "%d", use->used_ids);
	answer_field("tot", "%lu", use->shm_tot);
	answer_field("rss", "%lu", use->shm_rss);
	answer_field("swp", "%lu", use->shm_swp);
	WIPE(rest.used_ids);
	WIPE(rest.shm_tot);
	WIPE(rest.shm_rss);
	WIPE(rest.shm_swp);
	/* Among them the numbers of swaps, which nobody counts any more. */
	answer_rest(&rest, sizeof(rest));
}
