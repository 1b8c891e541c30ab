/* SPDX-License-Identifier: GPL-2.0 */
/* Memory that is a file: how it gets its size, is attached, and let go. */

#ifndef BENCH_MAPPED_H
#define BENCH_MAPPED_H

#include "mechanism.h"

/* Gives the new file that memory->id is the size that is wanted. */
int mapped_resize(const struct memory *memory);

void mapped_release(struct memory *memory);
void *mapped_attach(const struct memory *memory);
int mapped_detach(const struct memory *memory, void *address);

#endif /* BENCH_MAPPED_H */
