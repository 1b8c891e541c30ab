// SPDX-License-Identifier: GPL-2.0
/*
 * Tracepoints, read through a trace buffer of the test's own.
 */

#include "harness.h"

#include <inttypes.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "device.h"
#include "kernel_file.h"
#include "process.h"

#define INSTANCE "/sys/kernel/tracing/instances/shmregion_trace_test"
#define KEY 0x74720000ULL
#define SIZE 12345
#define EVENTS 32

/* An event of this module. */
struct event {
	char name[32];
	int id;
	uint64_t key;
	uint64_t size;
	uint64_t attaches;
	pid_t task;
};

FIXTURE(trace)
{
	int fd;
	/* What was traced, and how much of it the test has looked at. */
	struct event events[EVENTS];
	int count;
	int seen;
};

FIXTURE_SETUP(trace)
{
	ASSERT_EQ(0, mkdir(INSTANCE, 0700));
	ASSERT_EQ(0,
		  kernel_file_write(INSTANCE "/events/shmregion/enable", "1"));
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(trace)
{
	region_remove_all(self->fd);
	close(self->fd);
	EXPECT_EQ(0, rmdir(INSTANCE));
}

/* A line is "TASK-PID [CPU] FLAGS TIME: NAME: id=1 key=0x1 size=1 attaches=1". */
static bool parse_event(const char *line, struct event *event)
{
	const char *name = strstr(line, ": shmregion_");
	const char *cpu = strchr(line, '[');
	const char *pid = cpu ? memrchr(line, '-', cpu - line) : NULL;

	return name && pid && sscanf(pid, "-%d", &event->task) == 1 &&
	       sscanf(name,
		      ": shmregion_%31[^:]: id=%d key=%" SCNx64 " size=%" SCNu64
		      " attaches=%" SCNu64,
		      event->name, &event->id, &event->key, &event->size,
		      &event->attaches) == 5;
}

/* Reads what was traced so far. Returns 0 or -errno. */
static int read_events(struct event *events, int *count)
{
	FILE *trace = fopen(INSTANCE "/trace", "re");
	int error = 0;
	char line[512];

	if (!trace)
		return -errno;
	*count = 0;
	while (!error && fgets(line, sizeof(line), trace)) {
		if (line[0] == '#')
			continue;
		if (*count == EVENTS)
			error = -EFBIG;
		else if (!parse_event(line, &events[(*count)++]))
			error = -EBADMSG;
	}
	fclose(trace);
	return error;
}

/* Expects this to be the next event of the region @expected_id. */
#define EXPECT_EVENT(expected_name, expected_id, expected_key,           \
		     expected_attaches)                                  \
	do {                                                             \
		const struct event *event = &self->events[self->seen++]; \
		ASSERT_EQ(0, read_events(self->events, &self->count));   \
		ASSERT_LE(self->seen, self->count)                       \
		TH_LOG("event %zu did not come", (size_t)self->seen);    \
		EXPECT_STREQ(expected_name, event->name);                \
		EXPECT_EQ(expected_id, event->id);                       \
		EXPECT_EQ(expected_key, event->key);                     \
		EXPECT_EQ(SIZE, event->size);                            \
		EXPECT_EQ(expected_attaches, event->attaches);           \
	} while (0)

#define EXPECT_NO_MORE_EVENTS()                                        \
	do {                                                           \
		EXPECT_EQ(0, read_events(self->events, &self->count)); \
		EXPECT_EQ(self->seen, self->count);                    \
	} while (0)

TEST_F(trace, shows_the_life_of_a_region)
{
	int id = region_get(self->fd, KEY, SIZE, SHMREGION_GET_CREATE, 0600);
	void *first, *second;

	ASSERT_LT(0, id);
	EXPECT_EVENT("create", id, KEY, 0);
	first = region_attach(self->fd, id, 0);
	ASSERT_NE(NULL, first);
	EXPECT_EVENT("attach", id, KEY, 1);
	second = region_attach(self->fd, id, SHMREGION_ATTACH_RDONLY);
	ASSERT_NE(NULL, second);
	EXPECT_EVENT("attach", id, KEY, 2);
	EXPECT_EQ(0, region_detach(self->fd, first));
	EXPECT_EVENT("detach", id, KEY, 1);
	EXPECT_EQ(0, region_remove(self->fd, id));
	EXPECT_EVENT("remove", id, KEY, 1);
	EXPECT_EQ(0, region_remove(self->fd, id));
	EXPECT_NO_MORE_EVENTS();
	EXPECT_EQ(0, region_detach(self->fd, second));
	EXPECT_EVENT("detach", id, KEY, 0);
	EXPECT_EVENT("destroy", id, KEY, 0);
	EXPECT_NO_MORE_EVENTS();
}

TEST_F(trace, shows_what_is_created_not_what_is_found)
{
	int id = region_get(self->fd, KEY, SIZE, SHMREGION_GET_CREATE, 0600);

	ASSERT_LT(0, id);
	EXPECT_EVENT("create", id, KEY, 0);
	EXPECT_EQ(id,
		  region_get(self->fd, KEY, SIZE, SHMREGION_GET_CREATE, 0600));
	EXPECT_EQ(-EEXIST,
		  region_get(self->fd, KEY, SIZE,
			     SHMREGION_GET_CREATE | SHMREGION_GET_EXCL, 0600));
	EXPECT_EQ(-EINVAL,
		  region_get(self->fd, KEY + 1, 0, SHMREGION_GET_CREATE, 0600));
	EXPECT_NO_MORE_EVENTS();
	EXPECT_EQ(0, region_remove(self->fd, id));
	EXPECT_EVENT("remove", id, KEY, 0);
	EXPECT_EVENT("destroy", id, KEY, 0);
	EXPECT_NO_MORE_EVENTS();
}

TEST_F(trace, shows_no_region_that_could_not_be_reported)
{
	struct shmregion_get *get;

	/* The result cannot be written back, so nothing is created. */
	get = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, get);
	get->size = SIZE;
	get->flags = SHMREGION_GET_CREATE;
	ASSERT_EQ(0, mprotect(get, 4096, PROT_READ));
	EXPECT_EQ(-EFAULT, device_ioctl(self->fd, SHMREGION_IOC_GET, get));
	EXPECT_NO_MORE_EVENTS();
}

TEST_F(trace, shows_fork_split_and_exit)
{
	int id = region_create(self->fd, SIZE);
	struct peer heir;
	char *memory;

	ASSERT_LT(0, id);
	EXPECT_EVENT("create", id, SHMREGION_KEY_PRIVATE, 0);
	memory = region_attach(self->fd, id, 0);
	ASSERT_NE(NULL, memory);
	EXPECT_EVENT("attach", id, SHMREGION_KEY_PRIVATE, 1);
	EXPECT_EQ(getpid(), self->events[self->seen - 1].task);
	ASSERT_EQ(0, peer_start(&heir, do_nothing, NULL));
	ASSERT_EQ(0, peer_wait(&heir));
	EXPECT_EVENT("attach", id, SHMREGION_KEY_PRIVATE, 2);
	EXPECT_EVENT("detach", id, SHMREGION_KEY_PRIVATE, 1);
	EXPECT_EQ(heir.pid, self->events[self->seen - 1].task);
	ASSERT_EQ(0, mprotect(memory + 4096, 4096, PROT_NONE));
	EXPECT_EVENT("attach", id, SHMREGION_KEY_PRIVATE, 2);
	EXPECT_EVENT("attach", id, SHMREGION_KEY_PRIVATE, 3);
	EXPECT_EQ(0, region_detach(self->fd, memory));
	EXPECT_EVENT("detach", id, SHMREGION_KEY_PRIVATE, 2);
	EXPECT_EVENT("detach", id, SHMREGION_KEY_PRIVATE, 1);
	EXPECT_EVENT("detach", id, SHMREGION_KEY_PRIVATE, 0);
	EXPECT_NO_MORE_EVENTS();
}

TEST_F(trace, shows_the_end_of_a_lifetime)
{
	int id = region_get(self->fd, KEY, SIZE,
			    SHMREGION_GET_CREATE |
				    SHMREGION_GET_LIFETIME_LAST_DETACH,
			    0600);
	void *memory;

	ASSERT_LT(0, id);
	EXPECT_EVENT("create", id, KEY, 0);
	memory = region_attach(self->fd, id, 0);
	ASSERT_NE(NULL, memory);
	EXPECT_EVENT("attach", id, KEY, 1);
	EXPECT_EQ(0, region_detach(self->fd, memory));
	EXPECT_EVENT("detach", id, KEY, 0);
	EXPECT_EVENT("destroy", id, KEY, 0);
	EXPECT_NO_MORE_EVENTS();
}

TEST_F(trace, single_events_can_be_chosen)
{
	int id;

	ASSERT_EQ(0,
		  kernel_file_write(INSTANCE "/events/shmregion/enable", "0"));
	ASSERT_EQ(0,
		  kernel_file_write(INSTANCE
				    "/events/shmregion/shmregion_remove/filter",
				    "key == 0x74720001"));
	ASSERT_EQ(0,
		  kernel_file_write(INSTANCE
				    "/events/shmregion/shmregion_remove/enable",
				    "1"));
	id = region_get(self->fd, KEY, SIZE, SHMREGION_GET_CREATE, 0600);
	ASSERT_LT(0, id);
	EXPECT_EQ(0, region_remove(self->fd, id));
	EXPECT_NO_MORE_EVENTS();
	id = region_get(self->fd, KEY + 1, SIZE, SHMREGION_GET_CREATE, 0600);
	ASSERT_LT(0, id);
	EXPECT_EQ(0, region_remove(self->fd, id));
	EXPECT_EVENT("remove", id, KEY + 1, 0);
	EXPECT_NO_MORE_EVENTS();
}

TEST_HARNESS_MAIN
