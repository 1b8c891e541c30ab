// SPDX-License-Identifier: LGPL-2.1-or-later
#include <err.h>
#include <fcntl.h>
#include <linux/shmregion.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>

int main(void)
{
	struct shmregion_get get = { .key = 0xc0ffee, .size = sizeof(int) };
	struct shmregion_attach attach = { 0 };
	int fd = open("/dev/shmregion", O_RDWR), *visits;

	get.flags = SHMREGION_GET_CREATE;
	get.mode = 0600;
	if (fd < 0 || ioctl(fd, SHMREGION_IOC_GET, &get) < 0)
		err(1, "cannot find or create the region");
	attach.id = get.id;
	if (ioctl(fd, SHMREGION_IOC_ATTACH, &attach) < 0)
		err(1, "cannot attach region %d", get.id);
	visits = (int *)(uintptr_t)attach.address;
	printf("visit %d\n", __atomic_add_fetch(visits, 1, __ATOMIC_SEQ_CST));
	return 0;
}
