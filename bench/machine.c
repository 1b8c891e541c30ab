// SPDX-License-Identifier: GPL-2.0
/* What the machine is set to. */

#include "machine.h"

#include <errno.h>
#include <sys/mman.h>

#include "mechanism.h"
#include "setting.h"
#include "touch.h"

/* Of so many pages one is kept: of each huge page some. */
#define FRAGMENT 64

int machine_set(const char *path, const char *value)
{
	return setting_change(path, value);
}

int machine_set_number(const char *path, uint64_t value)
{
	return setting_change_number(path, value);
}

int machine_restore(void)
{
	return settings_restore();
}

/* What the kernel keeps for itself, and what is left to it beyond that. */
#define KEPT_KIB 2048
#define LEFT_BYTES (2 * KEPT_KIB * 1024LL)

/* Memory that is locked is in the way where compaction leaves it alone. */
static int prepare_fragmenting(void)
{
	int error =
		setting_change("/proc/sys/vm/compact_unevictable_allowed", "0");

	return error ? error :
		       setting_change_number("/proc/sys/vm/min_free_kbytes",
					     KEPT_KIB);
}

int machine_fragment(void)
{
	const long long piece = FRAGMENT * SMALL_PAGE;
	int error = prepare_fragmenting();
	long long bytes, i;
	char *memory;

	if (error)
		return error;
	bytes = (meminfo_bytes("MemFree") - LEFT_BYTES) / piece * piece;
	if (bytes <= 0)
		return -ENOMEM;
	memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED || madvise(memory, bytes, MADV_NOHUGEPAGE) ||
	    madvise(memory, bytes, MADV_DONTFORK) || mlock(memory, bytes))
		return -errno;
	for (i = 0; i < bytes; i += piece)
		if (madvise(memory + i + SMALL_PAGE, piece - SMALL_PAGE,
			    MADV_DONTNEED_LOCKED))
			return -errno;
	/* What is in one piece all the same is kept, by the kernel: all there is. */
	return setting_change_number(HUGE_PAGE_POOL, bytes / HUGE_PAGE);
}
