/* SPDX-License-Identifier: GPL-2.0 */
/* What the operations do; see operation.h for what they return. */
#ifndef FUZZ_ACT_H
#define FUZZ_ACT_H

#include "stage.h"

#define ACT(name) int act_##name(struct lane *lane, const uint64_t *values)

/* act_ioctl.c */
ACT(info);
ACT(get);
ACT(attach);
ACT(detach);
ACT(bind);
ACT(stat);
ACT(next);
ACT(set);
ACT(remove);
ACT(lock);
ACT(unlock);

/* act_descriptor.c */
ACT(open);
ACT(close);
ACT(dup);
ACT(send);
ACT(receive);
ACT(poll);
ACT(watch);

/* act_memory.c */
ACT(mmap);
ACT(munmap);
ACT(mprotect);
ACT(madvise);
ACT(mremap);
ACT(remap);
ACT(mbind);
ACT(mlock);
ACT(munlock);
ACT(msync);
ACT(mincore);
ACT(touch);
ACT(foreign);

/* act_system.c */
ACT(user);
ACT(alarm);
ACT(memlock);
ACT(limit);
ACT(read);
ACT(scope);
ACT(yield);
ACT(leave);

#endif /* FUZZ_ACT_H */
