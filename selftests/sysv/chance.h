/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers by chance, the same for the same seed on every machine. */
#ifndef CHANCE_H
#define CHANCE_H

#include <stdbool.h>
#include <stdint.h>

struct chance {
	uint64_t state;
};

/* The generator called SplitMix64. */
static inline uint64_t chance_next(struct chance *chance)
{
	uint64_t number = chance->state += 0x9e3779b97f4a7c15;

	number = (number ^ number >> 30) * 0xbf58476d1ce4e5b9;
	number = (number ^ number >> 27) * 0x94d049bb133111eb;
	return number ^ number >> 31;
}

static inline unsigned int chance_below(struct chance *chance,
					unsigned int limit)
{
	return chance_next(chance) % limit;
}

/* True once in @count times. */
static inline bool chance_of(struct chance *chance, unsigned int count)
{
	return !chance_below(chance, count);
}

#define CHOOSE(chance, array) \
	((array)[chance_below(chance, sizeof(array) / sizeof((array)[0]))])

#endif /* CHANCE_H */
