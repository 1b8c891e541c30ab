// SPDX-License-Identifier: LGPL-2.1-or-later

#include <linux/shmregion.h>

#include "attributes.h"
#include "process.h"
#include "region_columns.h"
#include "text.h"

enum region_column {
	REGION_KEY,
	REGION_ID,
	REGION_INDEX,
	REGION_OWNER,
	REGION_GROUP,
	REGION_PERMS,
	REGION_MODE,
	REGION_SIZE,
	REGION_NATTCH,
	REGION_DESCRIPTORS,
	REGION_STATUS,
	REGION_LIFETIME,
	REGION_RSS,
	REGION_SWAP,
	REGION_HUGE,
	REGION_HUGE_POLICY,
	REGION_RESERVED,
	REGION_ATIME,
	REGION_DTIME,
	REGION_CTIME,
	REGION_CPID,
	REGION_LPID,
	REGION_COMMAND,
	REGION_UID,
	REGION_GID,
	REGION_CREATOR,
	REGION_CGROUP,
	REGION_CUID,
	REGION_CGID,
};

static const struct column region_columns[] = {
	[REGION_KEY] = { "KEY", COLUMN_TEXT, "key, 0 if private or removed" },
	[REGION_ID] = { "ID", COLUMN_NUMBER, "id" },
	[REGION_INDEX] = { "INDEX", COLUMN_NUMBER,
			   "index, as SHM_STAT of System V takes it" },
	[REGION_OWNER] = { "OWNER", COLUMN_TEXT, "owner" },
	[REGION_GROUP] = { "GROUP", COLUMN_TEXT, "owner's group" },
	[REGION_PERMS] = { "PERMS", COLUMN_TEXT,
			   "permissions, as ls(1) shows them" },
	[REGION_MODE] = { "MODE", COLUMN_TEXT, "permissions, octal" },
	[REGION_SIZE] = { "SIZE", COLUMN_NUMBER, "size, as it was asked for" },
	[REGION_NATTCH] = { "NATTCH", COLUMN_NUMBER,
			    "attaches: mappings of it" },
	[REGION_DESCRIPTORS] = { "DESCRIPTORS", COLUMN_NUMBER,
				 "descriptors bound to it" },
	[REGION_STATUS] = { "STATUS", COLUMN_TEXT,
			    "removed: goes with its last attach; locked: not swapped" },
	[REGION_LIFETIME] = { "LIFETIME", COLUMN_TEXT,
			      "what removes it by itself" },
	[REGION_RSS] = { "RSS", COLUMN_NUMBER, "size in memory" },
	[REGION_SWAP] = { "SWAP", COLUMN_NUMBER, "size in swap" },
	[REGION_HUGE] = { "HUGE", COLUMN_NUMBER,
			  "size in memory in huge pages (slow: looks at all pages)" },
	[REGION_HUGE_POLICY] = { "HUGE-POLICY", COLUMN_TEXT,
				 "when it gets huge pages" },
	[REGION_RESERVED] = { "RESERVED", COLUMN_BOOLEAN,
			      "memory was reserved for it" },
	[REGION_ATIME] = { "ATIME", COLUMN_TEXT, "time of the last attach" },
	[REGION_DTIME] = { "DTIME", COLUMN_TEXT, "time of the last detach" },
	[REGION_CTIME] = { "CTIME", COLUMN_TEXT,
			   "time of its creation, or of its last change by 'set'" },
	[REGION_CPID] = { "CPID", COLUMN_NUMBER,
			  "process that created it, 0 if not visible from here" },
	[REGION_LPID] = { "LPID", COLUMN_NUMBER,
			  "process that last attached or detached" },
	[REGION_COMMAND] = { "COMMAND", COLUMN_LONG_TEXT,
			     "command line of the process that has the number CPID" },
	[REGION_UID] = { "UID", COLUMN_NUMBER, "owner, number" },
	[REGION_GID] = { "GID", COLUMN_NUMBER, "owner's group, number" },
	[REGION_CREATOR] = { "CREATOR", COLUMN_TEXT, "creator" },
	[REGION_CGROUP] = { "CGROUP", COLUMN_TEXT, "creator's group" },
	[REGION_CUID] = { "CUID", COLUMN_NUMBER, "creator, number" },
	[REGION_CGID] = { "CGID", COLUMN_NUMBER, "creator's group, number" },
	{},
};

static char *text_of_status(unsigned int mode)
{
	switch (mode & (SHMREGION_MODE_REMOVED | SHMREGION_MODE_LOCKED)) {
	case SHMREGION_MODE_REMOVED:
		return text("removed");
	case SHMREGION_MODE_LOCKED:
		return text("locked");
	case SHMREGION_MODE_REMOVED | SHMREGION_MODE_LOCKED:
		return text("removed,locked");
	default:
		return NULL;
	}
}

static char *region_value(const void *record, size_t column, bool bytes)
{
	const struct shmregion_stat *stat = record;

	switch ((enum region_column)column) {
	case REGION_KEY:
		return text_of_key(stat->key);
	case REGION_ID:
		return text("%d", stat->id);
	case REGION_INDEX:
		return text("%u", stat->index);
	case REGION_OWNER:
		return text_of_user(stat->uid);
	case REGION_GROUP:
		return text_of_group(stat->gid);
	case REGION_PERMS:
		return text_of_permissions(stat->mode);
	case REGION_MODE:
		return text("%04o", stat->mode & 0777);
	case REGION_SIZE:
		return text_of_size(stat->size, bytes);
	case REGION_NATTCH:
		return text("%ju", (uintmax_t)stat->attaches);
	case REGION_DESCRIPTORS:
		return text("%u", stat->descriptors);
	case REGION_STATUS:
		return text_of_status(stat->mode);
	case REGION_LIFETIME:
		return text("%s", lifetime_name(stat->attributes));
	case REGION_RSS:
		return text_of_size(stat->resident_bytes, bytes);
	case REGION_SWAP:
		return text_of_size(stat->swapped_bytes, bytes);
	case REGION_HUGE:
		return text_of_size(stat->huge_bytes, bytes);
	case REGION_HUGE_POLICY:
		return text("%s", huge_policy_name(stat->attributes));
	case REGION_RESERVED:
		return text("%d",
			    !(stat->attributes & SHMREGION_GET_NORESERVE));
	case REGION_ATIME:
		return text_of_time(stat->attach_time);
	case REGION_DTIME:
		return text_of_time(stat->detach_time);
	case REGION_CTIME:
		return text_of_time(stat->change_time);
	case REGION_CPID:
		return text("%d", stat->creator_pid);
	case REGION_LPID:
		return text("%d", stat->last_pid);
	case REGION_COMMAND:
		return stat->creator_pid ? process_command(stat->creator_pid) :
					   NULL;
	case REGION_UID:
		return text("%u", stat->uid);
	case REGION_GID:
		return text("%u", stat->gid);
	case REGION_CREATOR:
		return text_of_user(stat->cuid);
	case REGION_CGROUP:
		return text_of_group(stat->cgid);
	case REGION_CUID:
		return text("%u", stat->cuid);
	case REGION_CGID:
		return text("%u", stat->cgid);
	}
	return NULL;
}

const struct column_set region_column_set = {
	.title = "Columns of a region",
	.name = "regions",
	.columns = region_columns,
	.defaults =
		"KEY,ID,OWNER,PERMS,SIZE,NATTCH,STATUS,LIFETIME,RSS,CPID,LPID,COMMAND",
	.value = region_value,
};

unsigned int region_stat_flags(const struct table *table)
{
	unsigned int flags = SHMREGION_STAT_ANY;

	if (table_has_column(table, REGION_HUGE))
		flags |= SHMREGION_STAT_HUGE;
	return flags;
}
