/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the protocol rests on. "make model" takes out one after the other, by
 * -DWITHOUT_..., and demands that spin notices each.
 */

/* region->lock. */
#ifndef WITHOUT_LOCK
#define WITHOUT_LOCK false
#endif
/* registry->lock. */
#ifndef WITHOUT_REGISTRY_LOCK
#define WITHOUT_REGISTRY_LOCK false
#endif
/* RCU, which keeps what was found until there is a reference to it. */
#ifndef WITHOUT_RCU
#define WITHOUT_RCU false
#endif
/* That a reference is taken only to what has one: refcount_inc_not_zero(). */
#ifndef WITHOUT_INC_NOT_ZERO
#define WITHOUT_INC_NOT_ZERO false
#endif
/* That who finds what is not published yet, or never will be, lets it be. */
#ifndef WITHOUT_PUBLISHED
#define WITHOUT_PUBLISHED false
#endif
/* To look again, under the lock, whether what was found is dead by now. */
#ifndef WITHOUT_RECHECK
#define WITHOUT_RECHECK false
#endif
/* The same for who comes with the mapped file alone. */
#ifndef WITHOUT_MMAP_RECHECK
#define WITHOUT_MMAP_RECHECK false
#endif
/* The same for who looks for a key. */
#ifndef WITHOUT_KEY_RECHECK
#define WITHOUT_KEY_RECHECK false
#endif
/* That who looks for a key does not wait until a dead region is taken out. */
#ifndef WITHOUT_HIDING_DEAD
#define WITHOUT_HIDING_DEAD false
#endif
/* That a call under way keeps the region. */
#ifndef WITHOUT_PINS
#define WITHOUT_PINS false
#endif
/* That a bound descriptor keeps a region of last detach. */
#ifndef WITHOUT_DESCRIPTORS
#define WITHOUT_DESCRIPTORS false
#endif
/* That only who makes it dead destroys it. */
#ifndef WITHOUT_DEAD
#define WITHOUT_DEAD false
#endif
/* To ask wherever a count goes down, as at the end of a call, if it is due. */
#ifndef WITHOUT_ASKING
#define WITHOUT_ASKING false
#endif
/* To hide the key before the region is marked as removed. */
#ifndef WITHOUT_HIDING_FIRST
#define WITHOUT_HIDING_FIRST false
#endif
/* That the region's files go when it is destroyed, not when it is freed. */
#ifndef WITHOUT_RETIRING
#define WITHOUT_RETIRING false
#endif
/* The reference that a mapped file has. */
#ifndef WITHOUT_WRAPPER_REFERENCE
#define WITHOUT_WRAPPER_REFERENCE false
#endif
/* The reference that a bound descriptor has. */
#ifndef WITHOUT_HANDLE_REFERENCE
#define WITHOUT_HANDLE_REFERENCE false
#endif
/* The reference to its registry that a region has. */
#ifndef WITHOUT_REGISTRY_REFERENCE
#define WITHOUT_REGISTRY_REFERENCE false
#endif
/* To let go of region->lock before the tables' lock is taken. */
#ifndef WITHOUT_UNLOCKING_FIRST
#define WITHOUT_UNLOCKING_FIRST false
#endif
