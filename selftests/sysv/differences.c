// SPDX-License-Identifier: GPL-2.0
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/shm.h>

#include "../kernel_file.h"
#include "../setting.h"
#include "differences.h"

/* Where huge pages come into it. */
#define HUGE (2UL << 20)

static const struct operation *operation_of(const struct meeting *meeting)
{
	return &meeting->sequence->operations[meeting->number];
}

static bool is_operation(const struct meeting *meeting,
			 enum operation_kind kind)
{
	return operation_of(meeting)->kind == kind;
}

static bool is_field(const struct meeting *meeting, const char *name)
{
	return !strcmp(meeting->field, name);
}

static bool is_result(const struct meeting *meeting, const char *system_v,
		      const char *library)
{
	return is_field(meeting, "result") &&
	       !strcmp(meeting->system_v, system_v) &&
	       !strcmp(meeting->library, library);
}

/* An operation of this kind with this first argument came before. */
static bool is_after(const struct meeting *meeting, enum operation_kind kind,
		     int64_t argument)
{
	const struct operation *operation = meeting->sequence->operations;
	unsigned int i;

	for (i = 0; i < meeting->number; i++, operation++)
		if (operation->kind == kind &&
		    operation->arguments[0].value == argument)
			return true;
	return false;
}

static bool is_after_kind(const struct meeting *meeting,
			  enum operation_kind kind)
{
	unsigned int i;

	for (i = 0; i < meeting->number; i++)
		if (meeting->sequence->operations[i].kind == kind)
			return true;
	return false;
}

static bool is_after_large(const struct meeting *meeting)
{
	const struct operation *operation = meeting->sequence->operations;
	unsigned int i;

	for (i = 0; i < meeting->number; i++, operation++)
		if (operation->kind == OPERATION_GET &&
		    (uint64_t)operation->arguments[2].value >= HUGE)
			return true;
	return false;
}

static uint64_t parameter(const char *path)
{
	char text[64];

	return kernel_file_read(path, text, sizeof(text)) < 0 ?
		       0 :
		       strtoull(text, NULL, 10);
}

static bool huge_pages_come_by_themselves(void)
{
	char text[64];

	return kernel_file_read(PARAMETER("huge"), text, sizeof(text)) > 0 &&
	       strncmp(text, "never", 5) && strncmp(text, "advise", 6);
}

static bool meet_highest_index(const struct meeting *meeting)
{
	return is_field(meeting, "highest");
}

static bool meet_id_as_index(const struct meeting *meeting)
{
	const struct operation *operation = operation_of(meeting);
	const int command = operation->arguments[1].value;

	return operation->kind == OPERATION_CTL &&
	       (command == SHM_STAT || command == SHM_STAT_ANY) &&
	       operation->arguments[0].variable && is_field(meeting, "result");
}

static bool meet_limits(const struct meeting *meeting)
{
	return is_field(meeting, "shmmax") || is_field(meeting, "shmall") ||
	       is_field(meeting, "shmmni") || is_field(meeting, "shmseg");
}

/* System V is then short of memory, if of anything. */
static bool meet_beyond_limit(const struct meeting *meeting)
{
	const uint64_t size = operation_of(meeting)->arguments[2].value;

	return is_operation(meeting, OPERATION_GET) &&
	       (is_result(meeting, "ok", "EINVAL") ||
		is_result(meeting, "ENOMEM", "EINVAL")) &&
	       size > parameter(PARAMETER("max_region_bytes"));
}

static bool meet_no_list(const struct meeting *meeting)
{
	/* The line above all segments is there without any. */
	return is_operation(meeting, OPERATION_PROC) &&
	       is_field(meeting, "lines") && !strcmp(meeting->library, "1");
}

static bool meet_orphan(const struct meeting *meeting)
{
	return is_after(meeting, OPERATION_SYSCTL, SETTING_RMID_FORCED) &&
	       is_result(meeting, "EINVAL", "ok");
}

static bool meet_resident(const struct meeting *meeting)
{
	return is_field(meeting, "rss") && is_after_large(meeting) &&
	       huge_pages_come_by_themselves() &&
	       strtoul(meeting->library, NULL, 10) >
		       strtoul(meeting->system_v, NULL, 10);
}

static bool meet_huge(const struct meeting *meeting)
{
	const struct operation *operation = operation_of(meeting);

	if (operation->kind == OPERATION_GET)
		return (operation->arguments[3].value & SHM_HUGETLB) &&
		       is_field(meeting, "result");
	if (operation->kind == OPERATION_CTL)
		return is_field(meeting, "mode") &&
		       is_after(meeting, OPERATION_SYSCTL, SETTING_HUGE_PAGES);
	return operation->kind == OPERATION_AT &&
	       is_field(meeting, "address") && is_after_large(meeting) &&
	       huge_pages_come_by_themselves() &&
	       !(strtoul(meeting->library, NULL, 16) % HUGE);
}

static bool meet_namespace(const struct meeting *meeting)
{
	return is_field(meeting, "result") &&
	       (is_after(meeting, OPERATION_UNSHARE, CLONE_NEWIPC) ||
		is_after(meeting, OPERATION_UNSHARE, CLONE_NEWNET));
}

static bool meet_no_descriptor(const struct meeting *meeting)
{
	if (is_after(meeting, OPERATION_RLIMIT, RLIMIT_NOFILE))
		return is_result(meeting, "ok", "EMFILE");
	if (is_after(meeting, OPERATION_SYSCTL, SETTING_FILES))
		return is_result(meeting, "ok", "ENFILE") ||
		       is_result(meeting, "ENFILE", "ok");
	return false;
}

static bool meet_system_call(const struct meeting *meeting)
{
	return is_operation(meeting, OPERATION_RAW) &&
	       is_result(meeting, "ok", "EINVAL");
}

static bool meet_name(const struct meeting *meeting)
{
	unsigned int keys[2], id;
	int length = -1;

	return is_field(meeting, "name") &&
	       sscanf(meeting->system_v, "/SYSV%x", &keys[0]) == 1 &&
	       sscanf(meeting->library, "/shmregion:%x:%u%n", &keys[1], &id,
		      &length) == 2 &&
	       !meeting->library[length] && keys[0] == keys[1];
}

static bool meet_remap_of_removed(const struct meeting *meeting)
{
	return is_operation(meeting, OPERATION_REMAP) &&
	       is_result(meeting, "EINVAL", "EIDRM");
}

static bool meet_moved(const struct meeting *meeting)
{
	/* Beyond the end. */
	if (is_operation(meeting, OPERATION_REMAP))
		return is_result(meeting, "ok", "EINVAL");
	/* Two attaches that look like one, of which shmdt() takes both. */
	return (is_after_kind(meeting, OPERATION_MREMAP) ||
		is_after_kind(meeting, OPERATION_REMAP)) &&
	       is_after_kind(meeting, OPERATION_DT) &&
	       is_operation(meeting, OPERATION_CTL) &&
	       is_field(meeting, "nattch");
}

static bool meet_buffer(const struct meeting *meeting)
{
	const struct argument *arguments = operation_of(meeting)->arguments;

	if (!is_result(meeting, "ok", "EFAULT"))
		return false;
	return (is_operation(meeting, OPERATION_CTL) &&
		arguments[2].value == BUFFER_DEVICE) ||
	       (is_operation(meeting, OPERATION_SET) &&
		arguments[4].value == BUFFER_WRITEONLY);
}

typedef bool (*meet_function)(const struct meeting *meeting);

/*
 * What can be met in any sequence, and what only in one that says so; a
 * difference with neither cannot show in what is compared.
 */
static const struct {
	const char *name;
	meet_function anywhere, declared;
} differences[] = {
	{ "Ids and indexes", meet_highest_index, meet_id_as_index },
	{ "Limits", meet_limits, meet_beyond_limit },
	{ "Lists", NULL, meet_no_list },
	{ "kernel.shm_rmid_forced", NULL, meet_orphan },
	{ "Huge pages", meet_resident, meet_huge },
	{ "Namespaces", NULL, meet_namespace },
	{ "The descriptor", NULL, meet_no_descriptor },
	{ "Programs that are out of reach", NULL, meet_system_call },
	{ "Locked memory", NULL, NULL },
	{ "Names of mappings", meet_name, NULL },
	{ "Moved mappings", meet_remap_of_removed, meet_moved },
	{ "Security modules, audit", NULL, NULL },
	{ "Buffers of shmctl", NULL, meet_buffer },
	{ "vm.overcommit_memory", NULL, NULL },
};

#define DIFFERENCES (sizeof(differences) / sizeof(*differences))

static bool is_met(meet_function function, const struct meeting *meeting)
{
	return function && function(meeting);
}

int differences_find(const struct meeting *meeting)
{
	unsigned int i;

	for (i = 0; i < DIFFERENCES; i++) {
		if (is_met(differences[i].anywhere, meeting))
			return i;
		if ((meeting->sequence->differs & 1U << i) &&
		    is_met(differences[i].declared, meeting))
			return i;
	}
	return -1;
}

int differences_by_name(const char *name)
{
	unsigned int i;

	for (i = 0; i < DIFFERENCES; i++)
		if (!strcmp(differences[i].name, name))
			return i;
	return -1;
}

const char *differences_name(unsigned int number)
{
	return number < DIFFERENCES ? differences[number].name : NULL;
}
