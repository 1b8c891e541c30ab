// SPDX-License-Identifier: LGPL-2.1-or-later
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <asm-generic/hugetlb_encode.h>
#include <linux/shmregion.h>

#include "answer.h"
#include "device.h"
#include "kernel.h"

/*
 * Whether there are pages of the size that goes with SHM_HUGETLB: those that a
 * page full of page table entries maps, the only ones that shared memory gets
 * without an administrator.
 */
static bool huge_size_exists(int flags)
{
	const unsigned int exponent = (unsigned int)flags >>
					      HUGETLB_FLAG_ENCODE_SHIFT &
				      HUGETLB_FLAG_ENCODE_MASK;
	const unsigned long long page = sysconf(_SC_PAGESIZE);

	return !exponent || 1ULL << exponent == page * (page / 8);
}

/* Whether SHM_NORESERVE is overruled, see shmget(2). */
static bool must_reserve(void)
{
	const int saved_errno = errno;
	const int fd = syscall(SYS_openat, AT_FDCWD,
			       "/proc/sys/vm/overcommit_memory",
			       O_RDONLY | O_CLOEXEC);
	char mode = 0;

	if (fd >= 0) {
		syscall(SYS_read, fd, &mode, 1);
		syscall(SYS_close, fd);
	}
	errno = saved_errno;
	return mode == '2';
}

static uint32_t attributes(int flags)
{
	uint32_t attributes = 0;

	if (flags & SHM_HUGETLB)
		attributes |= SHMREGION_GET_HUGE_ALWAYS;
	if ((flags & SHM_NORESERVE) && !must_reserve())
		attributes |= SHMREGION_GET_NORESERVE;
	return attributes;
}

static int get(struct shmregion_get *get)
{
	const int error = device_ioctl(SHMREGION_IOC_GET, get);

	return error ? error : get->id;
}

/* A size of pages that does not exist is no fault of a region that does. */
static int get_existing(struct shmregion_get *request)
{
	const uint32_t exclusive = SHMREGION_GET_CREATE | SHMREGION_GET_EXCL;
	const bool creating = request->flags & SHMREGION_GET_CREATE;
	int id;

	if (request->key == SHMREGION_KEY_PRIVATE)
		return -EINVAL;
	if ((request->flags & exclusive) == exclusive) {
		/* Nothing is created of this size, and the answer is right. */
		request->size = 0;
		return get(request);
	}
	request->flags &= ~SHMREGION_GET_CREATE;
	id = get(request);
	return creating && id == -ENOENT ? -EINVAL : id;
}

PUBLIC int shmget(key_t key, size_t size, int shmflg)
{
	struct shmregion_get request = {
		/* The same key for each who asks for these 32 bits. */
		.key = (uint32_t)key,
		.size = size,
		.mode = shmflg & 0777,
	};

	if (!device_serves())
		return kernel_shmget(key, size, shmflg);

	if (shmflg & IPC_CREAT)
		request.flags |= SHMREGION_GET_CREATE;
	if (shmflg & IPC_EXCL)
		request.flags |= SHMREGION_GET_EXCL;
	if ((shmflg & SHM_HUGETLB) && !huge_size_exists(shmflg))
		return answer(get_existing(&request));
	request.flags |= attributes(shmflg);
	return answer(get(&request));
}
