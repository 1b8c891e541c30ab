// SPDX-License-Identifier: GPL-2.0
/* Descriptors of the device: opened, copied, passed, waited for, closed. */

#include "act.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <linux/shmregion.h>

#include "../process.h"

ACT(open)
{
	static const int accesses[] = { O_RDONLY, O_WRONLY, O_RDWR };
	int fd = open("/dev/" SHMREGION_DEVICE_NAME,
		      accesses[values[1] % 3] | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	stage_put_handle(lane->stage, values[0], fd);
	return 0;
}

ACT(close)
{
	struct handle *handle = stage_handle(lane->stage, values[0]);
	int fd = handle->fd;

	handle->fd = -1;
	handle->id = 0;
	return close(fd) ? -errno : 0;
}

ACT(dup)
{
	const struct handle handle = *stage_handle(lane->stage, values[0]);
	struct handle *to = stage_handle(lane->stage, values[1]);
	int fd = fcntl(handle.fd, F_DUPFD_CLOEXEC, 3);

	if (fd < 0)
		return -errno;
	stage_put_handle(lane->stage, values[1], fd);
	if (stage_is_quiet(lane->stage)) {
		to->id = handle.id;
		to->size = handle.size;
	}
	return 0;
}

ACT(send)
{
	struct peer receiver = { .socket = lane->stage->sockets[0] };

	return peer_send_fd(&receiver,
			    stage_handle(lane->stage, values[0])->fd);
}

ACT(receive)
{
	struct peer sender = { .socket = lane->stage->sockets[1] };
	int fd = peer_receive_fd(&sender);

	if (fd < 0)
		return fd;
	stage_put_handle(lane->stage, values[0], fd);
	return 0;
}

ACT(poll)
{
	const struct handle handle = *stage_handle(lane->stage, values[0]);
	struct pollfd ready = { .fd = handle.fd, .events = POLLIN };

	if (poll(&ready, 1, 0) < 0)
		return -errno;
	if (handle.fd >= 0 && handle.id && stage_is_quiet(lane->stage) &&
	    (ready.revents & ~POLLHUP))
		stage_fail("poll: a bound descriptor has events %#x",
			   ready.revents);
	return ready.revents;
}

/* Its removal is heard of by epoll as well, and by whoever waits there. */
ACT(watch)
{
	const int fd = stage_handle(lane->stage, values[0])->fd;
	struct epoll_event event = { .events = EPOLLIN | EPOLLET };
	int error = 0;

	if (epoll_ctl(lane->stage->watcher, EPOLL_CTL_ADD, fd, &event))
		error = -errno;
	if (epoll_wait(lane->stage->watcher, &event, 1, 0) < 0)
		return -errno;
	return error;
}
