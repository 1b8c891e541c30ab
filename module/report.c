// SPDX-License-Identifier: GPL-2.0
/*
 * shmregion - reports: what a region is, as a record and as text
 */

#include "report.h"

#include "access.h"
#include "backing.h"
#include "region.h"
#include "registry.h"
#include "scope.h"

#include <linux/fs.h>
#include <linux/math64.h>
#include <linux/nsproxy.h>
#include <linux/pid.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/shmregion.h>
#include <linux/time64.h>
#include <linux/user_namespace.h>

#define NSEC_TO_SEC(ns) div_u64(ns, NSEC_PER_SEC)

int shmregion_report_stat(struct shmregion *region,
			  struct user_namespace *user_ns,
			  struct shmregion_stat *stat)
{
	struct shmregion_backing_use use;

	spin_lock(&region->lock);
	if (region->dead) {
		spin_unlock(&region->lock);
		return -EIDRM;
	}
	stat->id = region->id;
	stat->index = region->index;
	stat->mode = region->mode;
	if (region->removed)
		stat->mode |= SHMREGION_MODE_REMOVED;
	if (region->locker)
		stat->mode |= SHMREGION_MODE_LOCKED;
	stat->key = region->removed ? SHMREGION_KEY_PRIVATE : region->key;
	stat->size = region->size;
	stat->uid = from_kuid_munged(user_ns, region->uid);
	stat->gid = from_kgid_munged(user_ns, region->gid);
	stat->cuid = from_kuid_munged(user_ns, region->cuid);
	stat->cgid = from_kgid_munged(user_ns, region->cgid);
	stat->creator_pid = pid_vnr(region->creator);
	stat->last_pid = pid_vnr(region->last);
	stat->attributes = region->attributes;
	stat->descriptors = region->descriptors;
	stat->attaches = region->attaches;
	stat->attach_time = region->attach_time;
	stat->detach_time = region->detach_time;
	stat->change_time = region->change_time;
	use = shmregion_backing_measure(region->shmem);
	stat->resident_bytes = use.resident;
	stat->swapped_bytes = use.swapped;
	stat->huge_bytes = 0;
	spin_unlock(&region->lock);
	return 0;
}

void shmregion_report_fdinfo(struct seq_file *m, struct shmregion *region)
{
	struct shmregion_stat stat;

	if (shmregion_report_stat(region, seq_user_ns(m), &stat)) {
		seq_printf(m, "shmregion-id:\t%u (destroyed)\n", region->id);
		return;
	}
	seq_printf(m, "shmregion-id:\t%d\n", stat.id);
	seq_printf(m, "shmregion-key:\t%#llx\n", stat.key);
	seq_printf(m, "shmregion-size:\t%llu\n", stat.size);
	seq_printf(m, "shmregion-mode:\t0%o\n", stat.mode);
	seq_printf(m, "shmregion-attaches:\t%llu\n", stat.attaches);
	seq_printf(m, "shmregion-descriptors:\t%u\n", stat.descriptors);
}

/* A position is the lowest id to show, so that no region is shown twice. */
static void *proc_from(struct seq_file *m, loff_t *pos)
{
	struct shmregion_registry **registry = m->private;
	struct shmregion *region;

	region = shmregion_registry_next(*registry, *pos);
	if (region)
		*pos = region->id;
	return region;
}

static void *proc_start(struct seq_file *m, loff_t *pos)
{
	return *pos ? proc_from(m, pos) : SEQ_START_TOKEN;
}

static void *proc_next(struct seq_file *m, void *v, loff_t *pos)
{
	if (v != SEQ_START_TOKEN)
		shmregion_region_put(v);
	++*pos;
	return proc_from(m, pos);
}

static void proc_stop(struct seq_file *m, void *v)
{
	if (v && v != SEQ_START_TOKEN)
		shmregion_region_put(v);
}

static int proc_show(struct seq_file *m, void *v)
{
	struct shmregion_stat stat;

	if (v == SEQ_START_TOKEN) {
		seq_puts(
			m,
			"               key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime                   rss                  swap\n");
		return 0;
	}
	if (shmregion_report_stat(v, seq_user_ns(m), &stat))
		return SEQ_SKIP;
	seq_printf(
		m,
		"%#18llx %10d  %4o %21llu %5d %5d %6llu %5u %5u %5u %5u %10llu %10llu %10llu %21llu %21llu\n",
		stat.key, stat.id, stat.mode, stat.size, stat.creator_pid,
		stat.last_pid, stat.attaches, stat.uid, stat.gid, stat.cuid,
		stat.cgid, NSEC_TO_SEC(stat.attach_time),
		NSEC_TO_SEC(stat.detach_time), NSEC_TO_SEC(stat.change_time),
		stat.resident_bytes, stat.swapped_bytes);
	return 0;
}

static const struct seq_operations proc_seq_ops = {
	.start = proc_start,
	.next = proc_next,
	.stop = proc_stop,
	.show = proc_show,
};

static int proc_open(struct inode *inode, struct file *file)
{
	struct shmregion_registry **registry;

	registry = __seq_open_private(file, &proc_seq_ops, sizeof(*registry));
	if (!registry)
		return -ENOMEM;
	*registry = shmregion_scope_registry(current->nsproxy->net_ns);
	return 0;
}

static int proc_release(struct inode *inode, struct file *file)
{
	struct seq_file *m = file->private_data;
	struct shmregion_registry **registry = m->private;

	shmregion_registry_put(*registry);
	return seq_release_private(inode, file);
}

static const struct proc_ops proc_ops = {
	.proc_open = proc_open,
	.proc_read = seq_read,
	.proc_lseek = seq_lseek,
	.proc_release = proc_release,
};

int __init shmregion_report_init(void)
{
	return proc_create(SHMREGION_DEVICE_NAME, 0444, NULL, &proc_ops) ?
		       0 :
		       -ENOMEM;
}

/* Waits until nobody is in the functions above, and closes what is open. */
void shmregion_report_exit(void)
{
	remove_proc_entry(SHMREGION_DEVICE_NAME, NULL);
}
