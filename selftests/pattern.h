/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Content that differs in every word, so that a page which was lost, or put in
 * the place of another, is noticed.
 */

#ifndef SELFTESTS_PATTERN_H
#define SELFTESTS_PATTERN_H

#include <stddef.h>
#include <stdint.h>

static inline uint64_t pattern_word(uint64_t seed, size_t index)
{
	return (seed + index) * 0x9e3779b97f4a7c15ULL;
}

static inline void pattern_fill(void *memory, size_t bytes, uint64_t seed)
{
	uint64_t *words = memory;
	size_t i;

	for (i = 0; i < bytes / sizeof(*words); i++)
		words[i] = pattern_word(seed, i);
}

/* Returns how many words are not what pattern_fill() wrote with this seed. */
static inline size_t pattern_errors(const void *memory, size_t bytes,
				    uint64_t seed)
{
	const uint64_t *words = memory;
	size_t i, errors = 0;

	for (i = 0; i < bytes / sizeof(*words); i++)
		errors += words[i] != pattern_word(seed, i);
	return errors;
}

#endif /* SELFTESTS_PATTERN_H */
