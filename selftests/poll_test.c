// SPDX-License-Identifier: GPL-2.0
/*
 * Waiting by poll(2) and its kin for the removal of a region.
 */

#include "harness.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>

#include "blocked.h"
#include "deadline.h"
#include "device.h"
#include "process.h"

#define SIZE 4096
#define WAITERS 3
#define PATIENCE_MS 10000

FIXTURE(poll)
{
	int fd;
	int id;
	int bound;
};

FIXTURE_SETUP(poll)
{
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	self->id = region_create(self->fd, SIZE);
	ASSERT_LT(0, self->id);
	self->bound = region_open(self->id, O_RDWR);
	ASSERT_LE(0, self->bound);
}

FIXTURE_TEARDOWN(poll)
{
	region_remove_all(self->fd);
	close(self->bound);
	close(self->fd);
}

/* Returns what has happened on the descriptor, 0 if nothing came in time, or -errno. */
static int poll_events(int fd, short events, int timeout)
{
	struct pollfd entry = { .fd = fd, .events = events };

	return poll(&entry, 1, timeout) < 0 ? -errno : entry.revents;
}

TEST_F(poll, reports_nothing_while_the_region_is_there)
{
	void *address;

	EXPECT_EQ(0, poll_events(self->bound, 0, 0));
	address = region_attach(self->fd, self->id, 0);
	ASSERT_NE(NULL, address);
	EXPECT_EQ(0, poll_events(self->bound, 0, 0));
	EXPECT_EQ(0, region_detach(self->fd, address));
	EXPECT_EQ(0, poll_events(self->bound, POLLHUP, 0));
}

TEST_F(poll, hangup_at_removal_and_ever_after)
{
	EXPECT_EQ(0, region_remove(self->fd, self->id));
	EXPECT_EQ(POLLHUP, poll_events(self->bound, 0, 0));
	EXPECT_EQ(POLLHUP, poll_events(self->bound, 0, PATIENCE_MS));
}

TEST_F(poll, hangup_does_not_wait_for_the_last_detach)
{
	void *address = region_attach(self->fd, self->id, 0);

	ASSERT_NE(NULL, address);
	EXPECT_EQ(0, region_remove(self->fd, self->id));
	EXPECT_EQ(POLLHUP, poll_events(self->bound, 0, 0));
	EXPECT_EQ(0, region_detach(self->fd, address));
	EXPECT_EQ(POLLHUP, poll_events(self->bound, 0, 0));
}

TEST_F(poll, hangup_on_a_descriptor_bound_after_removal)
{
	void *address = region_attach(self->fd, self->id, 0);
	int late;

	ASSERT_NE(NULL, address);
	EXPECT_EQ(0, region_remove(self->fd, self->id));
	late = region_open(self->id, O_RDONLY);
	ASSERT_LE(0, late);
	EXPECT_EQ(POLLHUP, poll_events(late, 0, 0));
	EXPECT_EQ(0, region_detach(self->fd, address));
	close(late);
}

TEST_F(poll, unbound_descriptor_is_an_error_until_it_is_bound)
{
	int handle = device_open(O_RDWR);

	ASSERT_LE(0, handle);
	EXPECT_EQ(POLLERR, poll_events(handle, 0, PATIENCE_MS));
	EXPECT_EQ(0, region_bind(handle, self->id));
	EXPECT_EQ(0, poll_events(handle, 0, 0));
	EXPECT_EQ(0, region_remove(self->fd, self->id));
	EXPECT_EQ(POLLHUP, poll_events(handle, 0, 0));
	close(handle);
}

TEST_F(poll, hangup_on_a_read_only_descriptor)
{
	int reader = region_open(self->id, O_RDONLY);

	ASSERT_LE(0, reader);
	EXPECT_EQ(0, poll_events(reader, 0, 0));
	EXPECT_EQ(0, region_remove(self->fd, self->id));
	EXPECT_EQ(POLLHUP, poll_events(reader, 0, 0));
	close(reader);
}

/* Returns the events that the descriptor reported. */
static int wait_for_event(struct peer *parent, void *data)
{
	(void)parent;
	return poll_events(*(int *)data, 0, -1);
}

TEST_F(poll, removal_wakes_whoever_waits)
{
	struct peer waiters[WAITERS];
	int i;

	for (i = 0; i < WAITERS; i++)
		ASSERT_EQ(0, peer_start(&waiters[i], wait_for_event,
					&self->bound));
	for (i = 0; i < WAITERS; i++)
		EXPECT_TRUE(
			BECOMES_TRUE(is_blocked_in(waiters[i].pid, SYS_poll)));
	EXPECT_EQ(0, region_remove(self->fd, self->id));
	for (i = 0; i < WAITERS; i++)
		ASSERT_TRUE(
			BECOMES_TRUE(!is_blocked_in(waiters[i].pid, SYS_poll)));
	for (i = 0; i < WAITERS; i++)
		EXPECT_EQ(POLLHUP, peer_wait(&waiters[i]));
}

/* Polls a descriptor that it is sent. */
static int wait_on_sent_descriptor(struct peer *parent, void *data)
{
	int fd = peer_receive_fd(parent);

	(void)data;
	return fd < 0 ? fd : poll_events(fd, 0, -1);
}

TEST_F(poll, removal_wakes_whoever_was_sent_the_descriptor)
{
	struct peer waiter;

	ASSERT_EQ(0, peer_start(&waiter, wait_on_sent_descriptor, NULL));
	EXPECT_EQ(0, peer_send_fd(&waiter, self->bound));
	EXPECT_TRUE(BECOMES_TRUE(is_blocked_in(waiter.pid, SYS_poll)));
	EXPECT_EQ(0, region_remove(self->fd, self->id));
	ASSERT_TRUE(BECOMES_TRUE(!is_blocked_in(waiter.pid, SYS_poll)));
	EXPECT_EQ(POLLHUP, peer_wait(&waiter));
}

/* Creates a region that lives as long as this process, and is told to end. */
static int own_a_region(struct peer *parent, void *data)
{
	int fd = device_open(O_RDWR);
	int id = region_get(fd, SHMREGION_KEY_PRIVATE, SIZE,
			    SHMREGION_GET_CREATE | SHMREGION_GET_LIFETIME_OWNER,
			    0600);
	uint64_t end;

	(void)data;
	peer_tell(parent, id);
	peer_hear(parent, &end);
	return id < 0 ? id : 0;
}

TEST_F(poll, death_of_the_owner_hangs_up)
{
	struct peer owner;
	uint64_t id = 0;
	int bound;

	ASSERT_EQ(0, peer_start(&owner, own_a_region, NULL));
	ASSERT_EQ(0, peer_hear(&owner, &id));
	bound = region_open((int)id, O_RDWR);
	ASSERT_LE(0, bound);
	EXPECT_EQ(0, poll_events(bound, 0, 0));
	peer_kill(&owner);
	EXPECT_EQ(POLLHUP, poll_events(bound, 0, PATIENCE_MS));
	close(bound);
}

TEST_F(poll, bound_descriptor_keeps_a_region_of_last_detach)
{
	int id = region_get(self->fd, SHMREGION_KEY_PRIVATE, SIZE,
			    SHMREGION_GET_CREATE |
				    SHMREGION_GET_LIFETIME_LAST_DETACH,
			    0600);
	void *address;
	int bound;

	ASSERT_LT(0, id);
	bound = region_open(id, O_RDWR);
	ASSERT_LE(0, bound);
	address = region_attach(self->fd, id, 0);
	ASSERT_NE(NULL, address);
	EXPECT_EQ(0, region_detach(self->fd, address));
	EXPECT_EQ(0, poll_events(bound, 0, 0));
	EXPECT_EQ(0, region_attaches(self->fd, id));
	close(bound);
	EXPECT_TRUE(BECOMES_TRUE(region_attaches(self->fd, id) == -EINVAL));
}

/* Has an epoll instance watch the descriptor. Returns it or -errno. */
static int epoll_of(int fd, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.fd = fd };
	int epoll = epoll_create1(EPOLL_CLOEXEC);

	if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event))
		return -errno;
	return epoll;
}

/* Returns the events of the one descriptor watched, 0 if none came, or -errno. */
static int epoll_events(int epoll, int timeout)
{
	struct epoll_event event = { 0 };

	return epoll_wait(epoll, &event, 1, timeout) < 0 ? -errno :
							   (int)event.events;
}

TEST_F(poll, epoll_reports_the_hangup)
{
	int epoll = epoll_of(self->bound, 0);

	ASSERT_LE(0, epoll);
	EXPECT_EQ(0, epoll_events(epoll, 0));
	EXPECT_EQ(0, region_remove(self->fd, self->id));
	EXPECT_EQ(EPOLLHUP, epoll_events(epoll, PATIENCE_MS));
	EXPECT_EQ(EPOLLHUP, epoll_events(epoll, 0));
	close(epoll);
}

TEST_F(poll, epoll_reports_the_hangup_once_if_edge_triggered)
{
	int epoll = epoll_of(self->bound, EPOLLET);
	void *address = region_attach(self->fd, self->id, 0);

	ASSERT_LE(0, epoll);
	ASSERT_NE(NULL, address);
	EXPECT_EQ(0, region_remove(self->fd, self->id));
	EXPECT_EQ(EPOLLHUP, epoll_events(epoll, PATIENCE_MS));
	EXPECT_EQ(0, epoll_events(epoll, 0));
	EXPECT_EQ(0, region_detach(self->fd, address));
	close(epoll);
}

TEST_F(poll, closing_a_watched_descriptor_is_harmless)
{
	int epoll = epoll_of(self->bound, 0);

	ASSERT_LE(0, epoll);
	close(self->bound);
	EXPECT_EQ(0, region_remove(self->fd, self->id));
	EXPECT_EQ(0, epoll_events(epoll, 0));
	close(epoll);
	self->bound = device_open(O_RDONLY);
}

TEST_F(poll, select_takes_the_hangup_for_the_end_of_file)
{
	struct timeval patience = { .tv_sec = PATIENCE_MS / 1000 };
	struct timeval none = { 0 };
	fd_set readable;

	FD_ZERO(&readable);
	FD_SET(self->bound, &readable);
	EXPECT_EQ(0, select(self->bound + 1, &readable, NULL, NULL, &none));
	EXPECT_EQ(0, region_remove(self->fd, self->id));
	FD_SET(self->bound, &readable);
	EXPECT_EQ(1, select(self->bound + 1, &readable, NULL, NULL, &patience));
	EXPECT_TRUE(FD_ISSET(self->bound, &readable));
}

TEST_HARNESS_MAIN
