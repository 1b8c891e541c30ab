/* SPDX-License-Identifier: GPL-2.0 */
/* Reading or writing one byte in each page of memory. */

#ifndef BENCH_TOUCH_H
#define BENCH_TOUCH_H

#include <stddef.h>

#define SMALL_PAGE 4096UL

typedef void (*touch_function)(void *address, size_t size, size_t step);

static inline void touch_read(void *address, size_t size, size_t step)
{
	const volatile char *memory = address;
	size_t i;

	for (i = 0; i < size; i += step)
		(void)memory[i];
}

static inline void touch_write(void *address, size_t size, size_t step)
{
	volatile char *memory = address;
	size_t i;

	for (i = 0; i < size; i += step)
		memory[i] = 1;
}

#endif /* BENCH_TOUCH_H */
