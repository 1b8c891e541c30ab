/* SPDX-License-Identifier: GPL-2.0 */
/*
 * shmregion - quotas: how many regions and bytes there may be, in all and for
 * one user
 */

#ifndef _SHMREGION_LIMITS_H
#define _SHMREGION_LIMITS_H

#include <linux/init.h>
#include <linux/types.h>

struct shmregion_account;
struct shmregion_info;

void __init shmregion_limits_init(void);

/**
 * shmregion_limits_size_allowed - may one region be this large?
 * @size: Size of the region in bytes.
 */
bool shmregion_limits_size_allowed(u64 size);

/**
 * shmregion_limits_charge - charge one new region to the caller
 * @bytes: Size of the region, rounded up to pages.
 *
 * Return: the account that was charged, to be handed to
 * shmregion_limits_uncharge(); -ENOSPC if a limit is reached, which the kernel
 * log then names; -ENOMEM.
 */
struct shmregion_account *shmregion_limits_charge(u64 bytes);

/**
 * shmregion_limits_uncharge - give one region's charge back
 * @account: What shmregion_limits_charge() returned.
 * @bytes: What was charged.
 */
void shmregion_limits_uncharge(struct shmregion_account *account, u64 bytes);

/**
 * shmregion_limits_report - fill in the limits and what is charged against them
 * @info: Gets the max_*, all_* and user_* fields.
 */
void shmregion_limits_report(struct shmregion_info *info);

#endif /* _SHMREGION_LIMITS_H */
