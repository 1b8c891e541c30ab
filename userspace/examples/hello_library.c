// SPDX-License-Identifier: LGPL-2.1-or-later
#include <err.h>
#include <fcntl.h>
#include <shmregion.h>
#include <stdio.h>

int main(void)
{
	int fd, id, *visits;

	fd = shmregion_open(O_RDWR);
	if (fd < 0)
		err(1, "cannot open the device");
	id = shmregion_get(fd, 0xc0ffee, sizeof(int), SHMREGION_GET_CREATE,
			   0600);
	if (id < 0)
		err(1, "cannot find or create the region");
	visits = shmregion_attach(fd, id, NULL, 0, NULL);
	if (visits == SHMREGION_FAILED)
		err(1, "cannot attach region %d", id);
	printf("visit %d\n", __atomic_add_fetch(visits, 1, __ATOMIC_SEQ_CST));
	return 0;
}
