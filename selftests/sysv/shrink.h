/* SPDX-License-Identifier: GPL-2.0 */
/* Makes a sequence that shows something as short and plain as it can be. */
#ifndef SHRINK_H
#define SHRINK_H

#include <stdbool.h>

#include "sequence.h"

/* Plays the sequence and says whether it still shows what it is for. */
typedef bool (*shrink_test)(const struct sequence *sequence, void *data);

void shrink(struct sequence *sequence, shrink_test test, void *data);

#endif /* SHRINK_H */
