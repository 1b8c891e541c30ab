/* SPDX-License-Identifier: GPL-2.0 */
/*
 * shmregion - scopes: each network namespace has a registry of its own
 */

#ifndef _SHMREGION_SCOPE_H
#define _SHMREGION_SCOPE_H

#include <linux/init.h>

struct net;
struct shmregion_registry;

int __init shmregion_scope_init(void);
void shmregion_scope_exit(void);

/**
 * shmregion_scope_registry - the registry of a network namespace
 * @net: The namespace, which the caller keeps alive.
 *
 * Return: a new reference.
 */
struct shmregion_registry *shmregion_scope_registry(const struct net *net);

#endif /* _SHMREGION_SCOPE_H */
