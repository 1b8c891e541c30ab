/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DEMO_ROLE_H
#define DEMO_ROLE_H

#include <stdint.h>

/* The option, followed by a key, that makes the demo such a program. */
#define DEMO_ROLE_OPTION "--with-key"

/*
 * What each program of the demo is: knows a key, does as it is told on standard
 * input, and answers on standard output. Returns an exit status at the end of
 * its input.
 */
int play_role(uint64_t key);

#endif /* DEMO_ROLE_H */
