/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The names of what is chosen at a region's creation: huge policy, lifetime. */
#ifndef ATTRIBUTES_H
#define ATTRIBUTES_H

#include <stdint.h>

/* Of flags that SHMREGION_IOC_GET takes and SHMREGION_IOC_STAT reports. */
const char *huge_policy_name(uint32_t attributes);
const char *lifetime_name(uint32_t attributes);

/* Flags for SHMREGION_IOC_GET; an unknown name ends the program. */
uint32_t parse_huge_policy(const char *argument);
uint32_t parse_lifetime(const char *argument);

#endif /* ATTRIBUTES_H */
