// SPDX-License-Identifier: GPL-2.0
/* What a process can do to itself, and to the module's settings. */

#include "act.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "../kernel_file.h"
#include "../module.h"
#include "limits.h"

/* For the calling thread alone: the library would do it for all. */
static int become(unsigned int id)
{
	const int same = -1;

	if (syscall(SYS_setresuid, same, 0, same) ||
	    syscall(SYS_setresgid, same, id, same) ||
	    syscall(SYS_setresuid, same, id, same))
		return -errno;
	return 0;
}

ACT(user)
{
	static const unsigned int ids[] = { [USER_ROOT] = 0,
					    [USER_ONE] = 1001,
					    [USER_OTHER] = 1002,
					    [USER_NOBODY] = 65534 };
	const unsigned int id = ids[values[0] % USER_NONE];

	lane->demoted = id;
	return become(id);
}

ACT(alarm)
{
	const struct itimerval after = {
		.it_value.tv_usec = values[0] % 1000000,
	};

	(void)lane;
	return setitimer(ITIMER_REAL, &after, NULL) ? -errno : 0;
}

ACT(memlock)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_MEMLOCK, &limit))
		return -errno;
	limit.rlim_cur = values[0] < limit.rlim_max ? values[0] :
						      limit.rlim_max;
	lane->stage->memlock_set = true;
	return setrlimit(RLIMIT_MEMLOCK, &limit) ? -errno : 0;
}

ACT(limit)
{
	const char *path = limits_path(values[0]);
	char text[32];

	/* What is more than the fuzzer began with, the machine may not have. */
	snprintf(text, sizeof(text), "%lu", values[1] % PART_BYTES);
	lane->stage->record->limited |= 1U << values[0] % LIMITS;
	return kernel_file_write(path, text);
}

ACT(read)
{
	const int device = stage_handle(lane->stage, values[1])->fd;
	char text[4096], path[64];
	int fd, error = 0;

	switch (values[0]) {
	case FILE_FDINFO:
		snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", device);
		break;
	case FILE_SMAPS:
		strcpy(path, "/proc/thread-self/smaps");
		break;
	case FILE_LIMIT:
		strcpy(path, limits_path(values[2]));
		break;
	case FILE_HUGE:
		strcpy(path, MODULE_SYSFS "/parameters/huge");
		break;
	case FILE_DEVICE:
		return read(device, text, sizeof(text)) < 0 ? -errno : 0;
	default:
		strcpy(path, "/proc/shmregion");
	}
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	/* Read on from the middle, in pieces that hold less than a line. */
	if (pread(fd, text, values[2] % 3 ? sizeof(text) : 100,
		  (values[2] % 64) * 100) < 0 ||
	    read(fd, text, sizeof(text)) < 0)
		error = -errno;
	close(fd);
	return error;
}

ACT(scope)
{
	struct stage *stage = lane->stage;
	int flags = 0;

	if (values[0] == SCOPE_BACK)
		return setns(stage->scope, CLONE_NEWNET) ? -errno : 0;
	if (values[0] != SCOPE_USER)
		flags |= CLONE_NEWNET;
	if (values[0] != SCOPE_NET)
		flags |= CLONE_NEWUSER;
	/* There is no way back from that. */
	if ((flags & CLONE_NEWUSER) && !stage->in_child)
		return -EPERM;
	stage->left_scope = true;
	return unshare(flags) ? -errno : 0;
}

ACT(yield)
{
	(void)lane;
	(void)values;
	return sched_yield() ? -errno : 0;
}

ACT(leave)
{
	(void)values;
	lane->stage->leaves = true;
	return 0;
}
