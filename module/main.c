// SPDX-License-Identifier: GPL-2.0
/*
 * shmregion - keyed shared memory through /dev/shmregion
 */

#include "backing.h"
#include "device.h"
#include "limits.h"
#include "region.h"
#include "report.h"
#include "scope.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

#include <linux/init.h>
#include <linux/module.h>

static int __init shmregion_init(void)
{
	int err;

	shmregion_limits_init();
	err = shmregion_backing_init();
	if (err)
		return err;
	err = shmregion_region_init();
	if (err)
		goto err_region;
	err = shmregion_scope_init();
	if (err)
		goto err_scope;
	err = shmregion_report_init();
	if (err)
		goto err_report;
	err = shmregion_device_init();
	if (err)
		goto err_device;
	return 0;

err_device:
	shmregion_report_exit();
err_report:
	shmregion_scope_exit();
err_scope:
	shmregion_region_exit();
err_region:
	shmregion_backing_exit();
	return err;
}

/*
 * Here there is no descriptor, no mapping and no region: each holds the module.
 * What may be left are the last steps of closing files, which no longer run
 * code of ours, and RCU callbacks, which shmregion_region_exit() waits for.
 */
static void __exit shmregion_exit(void)
{
	shmregion_device_exit();
	shmregion_report_exit();
	shmregion_scope_exit();
	shmregion_region_exit();
	shmregion_backing_exit();
}

module_init(shmregion_init);
module_exit(shmregion_exit);

MODULE_DESCRIPTION("Keyed shared memory through /dev/shmregion");
MODULE_LICENSE("GPL");
