/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The limit of what the system promises, for the time of a test.
 */

#ifndef SELFTESTS_COMMIT_LIMIT_H
#define SELFTESTS_COMMIT_LIMIT_H

#include "setting.h"

/* Lets the system promise only so much more than it has already. */
static inline int allow_to_reserve(uint64_t more)
{
	const char *const ratio = "/proc/sys/vm/overcommit_ratio";
	const long long reserved = meminfo_bytes("Committed_AS");
	char value[32];
	int error;

	/* Writing one of the two sets the other to 0; this one is put back last. */
	if (kernel_file_read(ratio, value, sizeof(value)) < 0)
		return -EIO;
	error = setting_change(ratio, value);
	if (!error)
		error = setting_change_number("/proc/sys/vm/overcommit_kbytes",
					      (reserved + more) / 1024);
	if (!error)
		error = setting_change("/proc/sys/vm/overcommit_memory", "2");
	return error;
}

#endif /* SELFTESTS_COMMIT_LIMIT_H */
