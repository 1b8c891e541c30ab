// SPDX-License-Identifier: GPL-2.0
/* Descriptors of the device: opened, copied, passed, waited for, closed. */

#include "act.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/shmregion.h>

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
	const int fd = stage_handle(lane->stage, values[0])->fd;
	char control[CMSG_SPACE(sizeof(fd))] = { 0 };
	struct iovec data = { .iov_base = "", .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	return sendmsg(lane->stage->sockets[0], &message,
		       MSG_NOSIGNAL | MSG_DONTWAIT) < 0 ?
		       -errno :
		       0;
}

ACT(receive)
{
	char control[CMSG_SPACE(sizeof(int))], byte;
	struct iovec data = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *header;
	int fd;

	if (recvmsg(lane->stage->sockets[1], &message,
		    MSG_CMSG_CLOEXEC | MSG_DONTWAIT) < 0)
		return -errno;
	header = CMSG_FIRSTHDR(&message);
	if (!header || header->cmsg_type != SCM_RIGHTS)
		return -EBADMSG;
	memcpy(&fd, CMSG_DATA(header), sizeof(fd));
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
