/* SPDX-License-Identifier: GPL-2.0 */
/*
 * shmregion - reports: what a region is, as a record and as text
 */

#ifndef _SHMREGION_REPORT_H
#define _SHMREGION_REPORT_H

#include <linux/init.h>

struct seq_file;
struct shmregion;
struct shmregion_stat;
struct user_namespace;

int __init shmregion_report_init(void);
void shmregion_report_exit(void);

/**
 * shmregion_report_stat - describe a region
 * @region: The region.
 * @user_ns: The reader's user namespace.
 * @stat: Gets everything but huge_bytes.
 *
 * Return: 0; -EIDRM if the region is dead.
 */
int shmregion_report_stat(struct shmregion *region,
			  struct user_namespace *user_ns,
			  struct shmregion_stat *stat);

/**
 * shmregion_report_fdinfo - describe the region that a descriptor is bound to
 * @m: Where to write.
 * @region: The region.
 */
void shmregion_report_fdinfo(struct seq_file *m, struct shmregion *region);

#endif /* _SHMREGION_REPORT_H */
