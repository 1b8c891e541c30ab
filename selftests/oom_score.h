/* SPDX-License-Identifier: GPL-2.0 */
/* What the OOM killer thinks of a process. */

#ifndef SELFTESTS_OOM_SCORE_H
#define SELFTESTS_OOM_SCORE_H

#include "kernel_file.h"

/* The OOM killer leaves this process alone. */
static inline int spare_me(void)
{
	return kernel_file_write("/proc/self/oom_score_adj", "-1000");
}

/* It takes this process before all others. */
static inline int choose_me(void)
{
	return kernel_file_write("/proc/self/oom_score_adj", "1000");
}

#endif /* SELFTESTS_OOM_SCORE_H */
