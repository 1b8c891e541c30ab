// SPDX-License-Identifier: LGPL-2.1-or-later
#include <stdint.h>
#include <sys/shm.h>

#include <linux/shmregion.h>

#include "answer.h"
#include "device.h"
#include "kernel.h"

static uint32_t attach_flags(int flags)
{
	uint32_t attach = 0;

	if (flags & SHM_RDONLY)
		attach |= SHMREGION_ATTACH_RDONLY;
	if (flags & SHM_EXEC)
		attach |= SHMREGION_ATTACH_EXEC;
	if (flags & SHM_REMAP)
		attach |= SHMREGION_ATTACH_REMAP;
	if (flags & SHM_RND)
		attach |= SHMREGION_ATTACH_ROUND;
	return attach;
}

PUBLIC void *shmat(int shmid, const void *shmaddr, int shmflg)
{
	struct shmregion_attach attach = {
		.address = (uintptr_t)shmaddr,
		.id = shmid,
		.flags = attach_flags(shmflg),
	};

	if (!device_serves())
		return kernel_shmat(shmid, shmaddr, shmflg);

	if (answer(device_ioctl(SHMREGION_IOC_ATTACH, &attach)))
		return (void *)-1;
	return (void *)(uintptr_t)attach.address;
}

PUBLIC int shmdt(const void *shmaddr)
{
	struct shmregion_detach detach = {
		.address = (uintptr_t)shmaddr,
	};

	if (!device_serves())
		return kernel_shmdt(shmaddr);

	return answer(device_ioctl(SHMREGION_IOC_DETACH, &detach));
}
