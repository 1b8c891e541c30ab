/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What can be shown of the module; records are struct shmregion_info. */
#ifndef MODULE_COLUMNS_H
#define MODULE_COLUMNS_H

#include "table.h"

extern const struct column_set module_column_set;

#endif /* MODULE_COLUMNS_H */
