/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Having the kernel fail whatever this thread allocates from some of its slab
 * caches: also where it tries again, and whatever else it allocates meanwhile.
 */

#ifndef SELFTESTS_FAIL_CACHES_H
#define SELFTESTS_FAIL_CACHES_H

#include <stdio.h>

#include "../setting.h"

#define FAILSLAB "/sys/kernel/debug/failslab/"
#define MAKE_IT_FAIL "/proc/thread-self/make-it-fail"

/*
 * After fail_nth_prepare(). The caches are those that the kernel was booted to fail,
 * see scripts/lib/qemu.sh. What is changed for that is for settings_restore().
 * Returns 0 or -errno.
 */
static inline int fail_caches_prepare(void)
{
	int error;

	error = setting_change(FAILSLAB "cache-filter", "Y");
	if (!error)
		error = setting_change(FAILSLAB "task-filter", "Y");
	if (!error)
		error = setting_change(FAILSLAB "times", "-1");
	if (!error)
		error = setting_change(FAILSLAB "space", "0");
	return error ? error : setting_change(FAILSLAB "probability", "100");
}

/* Returns 0 or -errno. */
static inline int fail_caches_start(void)
{
	return kernel_file_write(MAKE_IT_FAIL, "1");
}

/* The same once more than so many bytes were asked for. */
static inline int fail_caches_start_after(unsigned int bytes)
{
	char text[16];
	int error;

	snprintf(text, sizeof(text), "%u", bytes);
	error = kernel_file_write(FAILSLAB "space", text);
	return error ? error : fail_caches_start();
}

static inline int fail_caches_stop(void)
{
	return kernel_file_write(MAKE_IT_FAIL, "0");
}

#endif /* SELFTESTS_FAIL_CACHES_H */
