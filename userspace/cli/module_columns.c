// SPDX-License-Identifier: LGPL-2.1-or-later

#include <linux/shmregion.h>

#include "attributes.h"
#include "module_columns.h"
#include "text.h"

enum module_column {
	MODULE_INTERFACE,
	MODULE_REGIONS,
	MODULE_SIZE,
	MODULE_RSS,
	MODULE_SWAP,
	MODULE_HIGHEST_INDEX,
	MODULE_ALL_REGIONS,
	MODULE_ALL_SIZE,
	MODULE_USER_REGIONS,
	MODULE_USER_SIZE,
	MODULE_HUGE,
	MODULE_HUGE_SIZE,
	MODULE_HUGE_POLICY,
};

static const struct column module_columns[] = {
	[MODULE_INTERFACE] = { "INTERFACE", COLUMN_NUMBER,
			       "version of the module's interface" },
	[MODULE_REGIONS] = { "REGIONS", COLUMN_NUMBER,
			     "regions in this network namespace" },
	[MODULE_SIZE] = { "SIZE", COLUMN_NUMBER,
			  "their sizes in all, in whole pages" },
	[MODULE_RSS] = { "RSS", COLUMN_NUMBER, "of these, in memory" },
	[MODULE_SWAP] = { "SWAP", COLUMN_NUMBER, "of these, in swap" },
	[MODULE_HIGHEST_INDEX] = { "HIGHEST-INDEX", COLUMN_NUMBER,
				   "highest index in use, -1 if none" },
	[MODULE_ALL_REGIONS] = { "ALL-REGIONS", COLUMN_NUMBER,
				 "regions in all network namespaces" },
	[MODULE_ALL_SIZE] = { "ALL-SIZE", COLUMN_NUMBER, "their sizes in all" },
	[MODULE_USER_REGIONS] = { "USER-REGIONS", COLUMN_NUMBER,
				  "regions that you created" },
	[MODULE_USER_SIZE] = { "USER-SIZE", COLUMN_NUMBER,
			       "their sizes in all" },
	[MODULE_HUGE] = { "HUGE", COLUMN_BOOLEAN,
			  "the kernel has huge pages for regions" },
	[MODULE_HUGE_SIZE] = { "HUGE-SIZE", COLUMN_NUMBER,
			       "size of those that a region gets by default, or 0" },
	[MODULE_HUGE_POLICY] = { "HUGE-POLICY", COLUMN_TEXT,
				 "when a region gets huge pages by default" },
	{},
};

static char *module_value(const void *record, size_t column, bool bytes)
{
	const struct shmregion_info *info = record;

	switch ((enum module_column)column) {
	case MODULE_INTERFACE:
		return text("%u", info->abi_version);
	case MODULE_REGIONS:
		return text("%ju", (uintmax_t)info->regions);
	case MODULE_SIZE:
		return text_of_size(info->bytes, bytes);
	case MODULE_RSS:
		return text_of_size(info->resident_bytes, bytes);
	case MODULE_SWAP:
		return text_of_size(info->swapped_bytes, bytes);
	case MODULE_HIGHEST_INDEX:
		return text("%d", info->highest_index);
	case MODULE_ALL_REGIONS:
		return text("%ju", (uintmax_t)info->all_regions);
	case MODULE_ALL_SIZE:
		return text_of_size(info->all_bytes, bytes);
	case MODULE_USER_REGIONS:
		return text("%ju", (uintmax_t)info->user_regions);
	case MODULE_USER_SIZE:
		return text_of_size(info->user_bytes, bytes);
	case MODULE_HUGE:
		return text("%d", !!(info->features & SHMREGION_FEATURE_HUGE));
	case MODULE_HUGE_SIZE:
		return text_of_size(info->huge_page_size, bytes);
	case MODULE_HUGE_POLICY:
		return text("%s", huge_policy_name(info->huge_policy));
	}
	return NULL;
}

const struct column_set module_column_set = {
	.title = "Columns of the module",
	.name = "module",
	.columns = module_columns,
	.value = module_value,
};
