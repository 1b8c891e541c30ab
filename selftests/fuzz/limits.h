/* SPDX-License-Identifier: GPL-2.0 */
/* The module's limits, which all programs share. */
#ifndef FUZZ_LIMITS_H
#define FUZZ_LIMITS_H

#include <stdint.h>

#define LIMITS 5
#define ALL_LIMITS (~0U)

/* The file of a limit; each number is one of them. */
const char *limits_path(uint64_t number);

/* Sets all of them, until limits_give_back(). Return 0 or -errno. */
int limits_begin(void);
int limits_give_back(void);

/* Sets those of these bits to what suits the fuzzer. Returns 0 or -errno. */
int limits_set(unsigned int which);

#endif /* FUZZ_LIMITS_H */
