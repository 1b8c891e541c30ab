// SPDX-License-Identifier: GPL-2.0
/*
 * shmregion - the device: /dev/shmregion
 */

#include "device.h"

#include "attach.h"
#include "handle.h"
#include "ioctl.h"
#include "mapping.h"
#include "region.h"
#include "report.h"

#include <linux/err.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/seq_file.h>
#include <linux/shmregion.h>

static int device_open(struct inode *inode, struct file *file)
{
	struct shmregion_handle *handle;

	handle = shmregion_handle_create(file->f_mode &
					 (FMODE_READ | FMODE_WRITE));
	if (IS_ERR(handle))
		return PTR_ERR(handle);
	file->private_data = handle;
	return nonseekable_open(inode, file);
}

static int device_release(struct inode *inode, struct file *file)
{
	shmregion_handle_free(file->private_data);
	return 0;
}

static int device_mmap(struct file *file, struct vm_area_struct *vma)
{
	return shmregion_attach_mmap(file->private_data, vma);
}

static unsigned long device_get_unmapped_area(struct file *file,
					      unsigned long addr,
					      unsigned long len,
					      unsigned long pgoff,
					      unsigned long flags)
{
	struct shmregion *region = shmregion_handle_region(file->private_data);

	if (!region)
		return -EBADFD;
	return shmregion_mapping_area(region, addr, len, pgoff, flags);
}

static __poll_t device_poll(struct file *file, poll_table *wait)
{
	struct shmregion *region = shmregion_handle_region(file->private_data);

	/* Nothing would ever come; say so rather than wait for ever. */
	if (!region)
		return EPOLLERR;
	poll_wait(file, &region->wait, wait);
	return READ_ONCE(region->removed) || READ_ONCE(region->dead) ?
		       EPOLLHUP :
		       0;
}

static void device_show_fdinfo(struct seq_file *m, struct file *file)
{
	struct shmregion *region = shmregion_handle_region(file->private_data);

	if (region)
		shmregion_report_fdinfo(m, region);
}

static const struct file_operations device_fops = {
	.owner = THIS_MODULE,
	.open = device_open,
	.release = device_release,
	.unlocked_ioctl = shmregion_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.mmap = device_mmap,
	.get_unmapped_area = device_get_unmapped_area,
	.poll = device_poll,
	.show_fdinfo = device_show_fdinfo,
};

/*
 * Open to all, as System V shared memory is. What keeps that safe: limits for
 * each user, everything charged to its memory cgroup, permissions for each
 * region. Who wants less changes the node's group and mode by a udev rule.
 */
static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = SHMREGION_DEVICE_NAME,
	.fops = &device_fops,
	.mode = 0666,
};

int __init shmregion_device_init(void)
{
	return misc_register(&device);
}

void shmregion_device_exit(void)
{
	misc_deregister(&device);
}
