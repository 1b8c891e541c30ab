// SPDX-License-Identifier: GPL-2.0
/* Coverage, by KCOV. */

#include "coverage.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kcov.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define KCOV "/sys/kernel/debug/kcov"
/* Of one call; what comes then is lost. The first one is their number. */
#define WORDS 8192U

bool coverage_has_edges(void)
{
	return !access(KCOV, R_OK);
}

int coverage_make(struct coverage *coverage, struct coverage_total *total)
{
	*coverage = (struct coverage){ .fd = -1, .total = total };
	if (!coverage_has_edges())
		return 0;
	coverage->fd = open(KCOV, O_RDWR | O_CLOEXEC);
	if (coverage->fd < 0 ||
	    ioctl(coverage->fd, KCOV_INIT_TRACE, (unsigned long)WORDS))
		return -errno;
	coverage->trace = mmap(NULL, WORDS * sizeof(*coverage->trace),
			       PROT_READ | PROT_WRITE, MAP_SHARED, coverage->fd,
			       0);
	return coverage->trace == MAP_FAILED ? -errno : 0;
}

int coverage_enable(struct coverage *coverage)
{
	if (coverage->fd < 0)
		return 0;
	return ioctl(coverage->fd, KCOV_ENABLE, KCOV_TRACE_PC) ? -errno : 0;
}

static void note(struct coverage *coverage, unsigned int mark,
		 unsigned int *count)
{
	bool *seen = &coverage->total->seen[mark];

	if (*seen)
		return;
	*seen = true;
	__atomic_add_fetch(count, 1, __ATOMIC_RELAXED);
	coverage->news = true;
}

void coverage_begin(struct coverage *coverage)
{
	if (coverage->trace)
		__atomic_store_n(&coverage->trace[0], 0, __ATOMIC_RELAXED);
}

static unsigned int hash(uint64_t from, uint64_t to)
{
	return ((from * 3 ^ to) * 0x9e3779b97f4a7c15) >> (64 - 16);
}

void coverage_end(struct coverage *coverage, unsigned int operation, int result)
{
	const unsigned int error = result < 0 && -result < ERRNOS ? -result : 0;
	struct coverage_total *total = coverage->total;
	uint64_t count = 0, from = 0, i;

	__atomic_add_fetch(&total->times[operation][error], 1,
			   __ATOMIC_RELAXED);
	if (coverage->trace)
		count = __atomic_load_n(&coverage->trace[0], __ATOMIC_RELAXED);
	for (i = 1; i <= count; i++) {
		const uint64_t to = coverage->trace[i];

		note(coverage, hash(from, to), &total->edges);
		from = to;
	}
	note(coverage, EDGES + operation * ERRNOS + error, &total->answers);
}
