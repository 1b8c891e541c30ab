/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The demo, step by step, in the order in which main() calls them. */
#ifndef DEMO_STEPS_H
#define DEMO_STEPS_H

#include "demo.h"

void step_meet(struct demo *demo);
void step_compare(struct demo *demo);
void step_compare_copy(struct demo *demo);
void step_message(struct demo *demo);
void step_play(struct demo *demo);
void step_outlive(struct demo *demo);
void step_list(struct demo *demo);
void step_remove(struct demo *demo);

#endif /* DEMO_STEPS_H */
