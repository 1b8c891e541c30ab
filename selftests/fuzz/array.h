/* SPDX-License-Identifier: GPL-2.0 */
#ifndef FUZZ_ARRAY_H
#define FUZZ_ARRAY_H

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#endif /* FUZZ_ARRAY_H */
