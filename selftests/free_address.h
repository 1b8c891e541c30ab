/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An address with much room on both sides, where no kernel maps by itself.
 */

#ifndef SELFTESTS_FREE_ADDRESS_H
#define SELFTESTS_FREE_ADDRESS_H

#include <stdint.h>

#define FREE_ADDRESS \
	((char *)(uintptr_t)(sizeof(void *) > 4 ? 0x600000000000 : 0x60000000))

#endif /* SELFTESTS_FREE_ADDRESS_H */
