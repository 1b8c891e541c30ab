/* SPDX-License-Identifier: GPL-2.0 */
/* Sequences put the clock forward; in the end it shall be right again. */
#ifndef WALL_CLOCK_H
#define WALL_CLOCK_H

/* However the program ends from here on, unless it is killed. */
void wall_clock_keep(void);

#endif /* WALL_CLOCK_H */
