// SPDX-License-Identifier: GPL-2.0
/* memfd_create(2), without and with huge pages. */

#include "mechanism.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "machine.h"
#include "mapped.h"

#define SHMEM_ENABLED "/sys/kernel/mm/transparent_hugepage/shmem_enabled"

/* As many descriptors as there can be. */
static int memfd_begin(size_t bytes)
{
	struct rlimit limit;

	(void)bytes;
	if (getrlimit(RLIMIT_NOFILE, &limit))
		return -errno;
	limit.rlim_cur = limit.rlim_max;
	return setrlimit(RLIMIT_NOFILE, &limit) ? -errno : 0;
}

static int memfd_huge_begin(size_t bytes)
{
	int error = memfd_begin(bytes);

	return error ? error : machine_set(SHMEM_ENABLED, "always");
}

static int memfd_make(struct memory *memory, unsigned int flags)
{
	(void)flags;
	memory->id = memfd_create("bench", MFD_CLOEXEC);
	return mapped_resize(memory);
}

const struct mechanism mechanism_memfd = {
	.name = "memfd",
	.begin = memfd_begin,
	.create = memfd_make,
	.release = mapped_release,
	.attach = mapped_attach,
	.detach = mapped_detach,
};

const struct mechanism mechanism_memfd_huge = {
	.name = "memfd_huge",
	.begin = memfd_huge_begin,
	.create = memfd_make,
	.release = mapped_release,
	.attach = mapped_attach,
	.detach = mapped_detach,
};
