// SPDX-License-Identifier: GPL-2.0
/* What can be done with a mapping. */

#include "act.h"
#include "operation.h"

#include <errno.h>
#include <linux/mempolicy.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* Part of a mapping, as three values name it: place, page, pages. */
struct part {
	struct mapping *mapping;
	int id;
	char *address;
	size_t length;
};

static bool find_part(struct lane *lane, const uint64_t *values,
		      bool with_pages, struct part *part)
{
	size_t left;

	part->mapping = stage_mapping(lane->stage, values[0]);
	part->id = part->mapping->id;
	part->address = part->mapping->address;
	left = part->mapping->length;
	/* Another thread may be putting something else there. */
	if (!left || left > MAPPING_BYTES)
		return false;
	part->address += values[1] * PAGE_BYTES % left;
	left -= values[1] * PAGE_BYTES % left;
	part->length = PAGE_BYTES;
	if (with_pages)
		part->length = values[2] * PAGE_BYTES % (left + PAGE_BYTES);
	return true;
}

static int answer(int result)
{
	return result < 0 ? -errno : 0;
}

ACT(mmap)
{
	const struct handle handle = *stage_handle(lane->stage, values[0]);
	char *hint = stage_address(lane->stage, values[1]), *address;
	const bool quiet = stage_is_quiet(lane->stage);
	const uint64_t length = values[3] * PAGE_BYTES % MAPPING_BYTES;
	const uint64_t offset = values[2] * PAGE_BYTES;
	/* What the descriptor has no part in is not what is tried here. */
	int flags = values[5] & ~(MAP_ANONYMOUS | MAP_FIXED);

	if (values[1] >= ADDRESS_PART && values[1] < ADDRESS_PART + PARTS)
		flags |= MAP_FIXED;
	address = mmap(hint, length, values[4], flags, handle.fd, offset);
	if (address == MAP_FAILED)
		return -errno;
	/* Without an id, somebody else may have bound it. */
	if (quiet && stage_is_quiet(lane->stage) && handle.id &&
	    offset + length > ((handle.size + PAGE_BYTES - 1) & -PAGE_BYTES))
		stage_fail("mmap: %#lx from %#lx of a region of %#lx", length,
			   offset, handle.size);
	stage_put_mapping(lane->stage, values[6], address, length, handle.id);
	return 0;
}

ACT(munmap)
{
	struct part part;

	if (!find_part(lane, values, true, &part))
		return NOTHING;
	return answer(munmap(part.address, part.length));
}

ACT(mprotect)
{
	struct part part;

	if (!find_part(lane, values, true, &part))
		return NOTHING;
	return answer(mprotect(part.address, part.length, values[3]));
}

ACT(madvise)
{
	struct part part;

	/* The next ones poison memory, or take it offline. */
	if (values[3] >= MADV_HWPOISON || !find_part(lane, values, true, &part))
		return NOTHING;
	return answer(madvise(part.address, part.length, values[3]));
}

ACT(mremap)
{
	char *to = stage_address(lane->stage, values[5]), *address;
	const size_t length = values[3] * PAGE_BYTES % MAPPING_BYTES;
	int flags = values[4];
	struct part part;

	if (!find_part(lane, values, true, &part))
		return NOTHING;
	if (!to || !stage_may_replace(lane->stage, values[5], to))
		flags &= ~MREMAP_FIXED;
	address = mremap(part.address, part.length, length, flags, to);
	if (address == MAP_FAILED)
		return -errno;
	stage_put_mapping(lane->stage, values[6], address, length, part.id);
	return 0;
}

ACT(remap)
{
	struct part part;

	if (!find_part(lane, values, true, &part))
		return NOTHING;
	return answer(syscall(SYS_remap_file_pages, part.address, part.length,
			      0, values[3], 0));
}

ACT(mbind)
{
	/* There is no other node; with none given, a policy may be without. */
	const unsigned long nodes = values[3] != MPOL_DEFAULT &&
				    values[3] != MPOL_LOCAL;
	struct part part;

	if (!find_part(lane, values, true, &part))
		return NOTHING;
	return answer(syscall(SYS_mbind, part.address, part.length, values[3],
			      &nodes, sizeof(nodes) * 8, values[4]));
}

ACT(mlock)
{
	struct part part;

	if (!find_part(lane, values, true, &part))
		return NOTHING;
	return answer(mlock(part.address, part.length));
}

ACT(munlock)
{
	struct part part;

	if (!find_part(lane, values, true, &part))
		return NOTHING;
	return answer(munlock(part.address, part.length));
}

ACT(msync)
{
	struct part part;

	if (!find_part(lane, values, true, &part))
		return NOTHING;
	return answer(msync(part.address, part.length, values[3]));
}

ACT(mincore)
{
	unsigned char pages[MAPPING_BYTES / PAGE_BYTES];
	struct part part;

	if (!find_part(lane, values, true, &part))
		return NOTHING;
	return answer(mincore(part.address, part.length, pages));
}

/*
 * Whoever writes to a page leaves the region's id there. Another one would be
 * memory that was not cleared, or is not the region's.
 */
static uint64_t mark_of(const struct part *part)
{
	return (uint64_t)part->id << 32 | (uint32_t)(uintptr_t)part->address;
}

static void check_mark(struct lane *lane, const struct part *part,
		       uint64_t mark)
{
	if (mark && mark >> 32 != (uint64_t)part->id && part->id &&
	    part->mapping->id == part->id && stage_is_quiet(lane->stage))
		stage_fail("memory of region %d holds what was written to %d",
			   part->id, (int)(mark >> 32));
}

ACT(touch)
{
	const bool quiet = stage_is_quiet(lane->stage);
	struct part part;
	uint64_t mark;

	if (!find_part(lane, values, false, &part))
		return NOTHING;
	if (!lane_copy(lane, &mark, part.address, sizeof(mark)))
		return -EFAULT;
	if (quiet)
		check_mark(lane, &part, mark);
	mark = mark_of(&part);
	if (!values[2] || !quiet || !part.id || part.mapping->id != part.id)
		return 0;
	return lane_copy(lane, part.address, &mark, sizeof(mark)) ? 1 : -EFAULT;
}

/* As other processes do it, by their own tables and not by this one's. */
ACT(foreign)
{
	const bool quiet = stage_is_quiet(lane->stage);
	struct part part;
	uint64_t mark;
	struct iovec here = { .iov_base = &mark, .iov_len = sizeof(mark) };
	struct iovec there = { .iov_len = sizeof(mark) };

	if (!find_part(lane, values, false, &part))
		return NOTHING;
	there.iov_base = part.address;
	if (process_vm_readv(getpid(), &here, 1, &there, 1, 0) < 0)
		return -errno;
	if (quiet)
		check_mark(lane, &part, mark);
	mark = mark_of(&part);
	if (!values[2] || !quiet || !part.id || part.mapping->id != part.id)
		return 0;
	return process_vm_writev(getpid(), &here, 1, &there, 1, 0) < 0 ?
		       -errno :
		       1;
}
