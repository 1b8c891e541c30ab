/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pages that say of themselves which page of which region they are and how
 * often they were written, with a checksum over all of it. Several processes
 * renew and check them at the same time.
 *
 * A page that is lost, or an old state of it, would still be right in itself:
 * the ledger, memory that is not a region's, says how far a page has come at
 * least.
 */

#ifndef SELFTESTS_CHECKED_PAGES_H
#define SELFTESTS_CHECKED_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pattern.h"

#define CHECKED_PAGE 4096UL

struct checked_page {
	/* Twice how often it was written; odd while somebody writes it. */
	uint64_t sequence;
	uint64_t region;
	uint64_t number;
	uint64_t checksum;
	uint64_t words[CHECKED_PAGE / sizeof(uint64_t) - 4];
};

_Static_assert(sizeof(struct checked_page) == CHECKED_PAGE, "one page");

struct checked_region {
	int id;
	size_t pages;
	/* The last sequence of each page. */
	uint64_t *ledger;
};

enum verdict {
	PAGE_RIGHT,
	/* Somebody writes it, or died while writing it. */
	PAGE_BUSY,
	PAGE_WRONG,
};

static inline uint64_t page_checksum(const struct checked_page *page,
				     uint64_t sequence)
{
	uint64_t sum = pattern_word(sequence, page->region);
	size_t i;

	sum ^= pattern_word(page->number, 1);
	for (i = 0; i < sizeof(page->words) / sizeof(*page->words); i++) {
		sum = (sum ^ page->words[i]) * 0x9e3779b97f4a7c15ULL;
		sum ^= sum >> 32;
	}
	return sum;
}

/* Is it this page, as it was written, if at all? Memory begins as zeros. */
static inline bool page_holds(const struct checked_page *page,
			      const struct checked_region *region,
			      size_t number, uint64_t sequence)
{
	if (sequence)
		return page->region == (uint64_t)region->id &&
		       page->number == number &&
		       page->checksum == page_checksum(page, sequence);
	return !page->region && !page->number && !page->checksum &&
	       page_checksum(page, 0) ==
		       page_checksum(&(struct checked_page){ 0 }, 0);
}

/* Whoever gets a page from an even sequence to the next odd one may write it. */
static inline bool page_take(struct checked_page *page, uint64_t *sequence)
{
	*sequence = __atomic_load_n(&page->sequence, __ATOMIC_ACQUIRE);
	return *sequence % 2 == 0 &&
	       __atomic_compare_exchange_n(&page->sequence, sequence,
					   *sequence + 1, false,
					   __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE);
}

/* Checks a page and writes it anew. One that is wrong stays as it is. */
static inline enum verdict page_renew(struct checked_page *page,
				      const struct checked_region *region,
				      size_t number)
{
	uint64_t sequence;

	if (!page_take(page, &sequence))
		return PAGE_BUSY;
	/* Nobody else changes the ledger now. */
	if (sequence != region->ledger[number] ||
	    !page_holds(page, region, number, sequence)) {
		__atomic_store_n(&page->sequence, sequence, __ATOMIC_RELEASE);
		return PAGE_WRONG;
	}
	sequence += 2;
	page->region = region->id;
	page->number = number;
	pattern_fill(page->words, sizeof(page->words),
		     pattern_word(region->id, number) + sequence);
	page->checksum = page_checksum(page, sequence);
	__atomic_store_n(&region->ledger[number], sequence, __ATOMIC_RELEASE);
	__atomic_store_n(&page->sequence, sequence, __ATOMIC_RELEASE);
	return PAGE_RIGHT;
}

static inline enum verdict page_check(const struct checked_page *page,
				      const struct checked_region *region,
				      size_t number)
{
	const uint64_t least =
		__atomic_load_n(&region->ledger[number], __ATOMIC_ACQUIRE);
	const uint64_t sequence =
		__atomic_load_n(&page->sequence, __ATOMIC_ACQUIRE);
	bool holds;

	if (sequence % 2)
		return PAGE_BUSY;
	holds = sequence >= least && page_holds(page, region, number, sequence);
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	/* What changed meanwhile was two states at once. */
	if (__atomic_load_n(&page->sequence, __ATOMIC_RELAXED) != sequence)
		return PAGE_BUSY;
	return holds ? PAGE_RIGHT : PAGE_WRONG;
}

#endif /* SELFTESTS_CHECKED_PAGES_H */
