/* SPDX-License-Identifier: GPL-2.0 */
/*
 * shmregion - the protocol of removal and last detach, as a model for spin
 *
 * To be read beside the code: X.pml is as X.c, with the same names for the same
 * things. What "make model" has spin check are the scenarios, those files that
 * have an init: each has a few processes do what processes do, and spin tries
 * every order in which they can do it.
 *
 * All regions have the same key, since that is where they meet. A region's
 * number stands for its address and for its id. Left out is what the protocol
 * does not rest on: permission, sizes, times, poll, that there is more than one
 * wrapper, and what looks once more whether the region is dead but decides nothing
 * for others: memory that is made late or locked. Two steps are one where nobody
 * could tell what is between them, because it does not matter to others or a lock
 * hides it.
 *
 * Memory is sequentially consistent here. That it is so where the code looks
 * without a lock is up to its barriers and to RCU, and is beyond the model.
 *
 * What is promised stands where it could be broken, as assertions: that nobody
 * looks into a region that is freed; that a region is destroyed once, and not
 * while it is attached or kept; that it is destroyed as soon as it is due; that
 * nobody attaches a destroyed one; that what was removed is not found by key;
 * that locks are taken in their order; that nobody looks for a key for ever. And
 * in settled(): that nothing is left. Who waits for ever is found by spin itself.
 */

#define NONE 255

#ifndef REGIONS
#define REGIONS 2
#endif

#include "without.pml"
#include "kernel.pml"
#include "region.pml"
#include "registry.pml"
#include "lifetime.pml"
#include "mapping.pml"
#include "attach.pml"
#include "handle.pml"
#include "control.pml"
#include "users.pml"
