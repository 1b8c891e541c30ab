/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What can be shown of a region; records are struct shmregion_stat. */
#ifndef REGION_COLUMNS_H
#define REGION_COLUMNS_H

#include "table.h"

extern const struct column_set region_column_set;

/* The flags with which SHMREGION_IOC_STAT finds out all that is printed. */
unsigned int region_stat_flags(const struct table *table);

#endif /* REGION_COLUMNS_H */
