// SPDX-License-Identifier: GPL-2.0
/* The stage: what a program works on. */

#include "stage.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../device.h"
#include "kselftest.h"
#include "limits.h"

#define ARENA ((char *)0x100000000000)
#define ARENA_BYTES (PARTS * PART_BYTES)

__thread struct lane *lane_here;

static int make_buffer(struct buffer *buffer)
{
	int fd = memfd_create("fuzz-buffer", MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, PAGE_BYTES))
		return -errno;
	/* What is behind it stays, but cannot be used. */
	buffer->page = mmap(NULL, 2 * PAGE_BYTES, PROT_NONE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (buffer->page == MAP_FAILED ||
	    mmap(buffer->page, PAGE_BYTES, PROT_READ | PROT_WRITE,
		 MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED)
		return -errno;
	buffer->readonly = mmap(NULL, PAGE_BYTES, PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	return buffer->readonly == MAP_FAILED ? -errno : 0;
}

static int make_lanes(struct stage *stage, struct coverage_total *total)
{
	unsigned int i;
	int error = 0;

	for (i = 0; i < ARRAY_SIZE(stage->buffers) && !error; i++)
		error = make_buffer(&stage->buffers[i]);
	stage->first.stage = stage;
	stage->first.buffer = &stage->buffers[0];
	stage->second.stage = stage;
	stage->second.buffer = &stage->buffers[1];
	if (!error)
		error = coverage_make(&stage->first.coverage, total);
	if (!error)
		error = coverage_make(&stage->second.coverage, total);
	if (!error)
		error = coverage_make(&stage->child_coverage, total);
	return error;
}

int stage_make(struct stage *stage, struct coverage_total *total)
{
	int error;

	memset(stage, 0, sizeof(*stage));
	stage->arena = ARENA;
	stage->record = mmap(NULL, sizeof(*stage->record),
			     PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			     -1, 0);
	if (stage->record == MAP_FAILED)
		return -errno;
	error = make_lanes(stage, total);
	if (error)
		return error;
	stage->scope = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (stage->scope < 0 ||
	    socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
		       stage->sockets))
		return -errno;
	stage->watcher = epoll_create1(EPOLL_CLOEXEC);
	return stage->watcher < 0 ? -errno : 0;
}

int stage_begin(struct stage *stage)
{
	unsigned int i;

	for (i = 0; i < DESCRIPTORS; i++)
		stage->handles[i] = (struct handle){ .fd = -1 };
	memset(stage->regions, 0, sizeof(stage->regions));
	memset(stage->mappings, 0, sizeof(stage->mappings));
	memset(stage->record, 0, sizeof(*stage->record));
	stage->stray_count = 0;
	stage->child_count = 0;
	stage->leaves = false;
	stage->handles[0].fd = device_open(O_RDWR);
	return stage->handles[0].fd < 0 ? stage->handles[0].fd : 0;
}

static void end_children(struct stage *stage)
{
	unsigned int i;

	for (i = 0; i < stage->child_count; i++) {
		if (stage->children[i].to_be_killed)
			kill(stage->children[i].pid, SIGKILL);
		while (waitpid(stage->children[i].pid, NULL, 0) < 0 &&
		       errno == EINTR)
			continue;
	}
}

/* What the program did to its process. */
static void restore_process(struct stage *stage)
{
	struct rlimit limit;
	const struct itimerval never = { 0 };

	setitimer(ITIMER_REAL, &never, NULL);
	if (stage->left_scope)
		setns(stage->scope, CLONE_NEWNET);
	stage->left_scope = false;
	if (stage->memlock_set && !getrlimit(RLIMIT_MEMLOCK, &limit)) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_MEMLOCK, &limit);
	}
	stage->memlock_set = false;
	if (stage->record->limited)
		limits_set(stage->record->limited);
}

static void unmap_all(struct stage *stage)
{
	unsigned int i;

	for (i = 0; i < MAPPINGS; i++)
		if (stage->mappings[i].length)
			munmap(stage->mappings[i].address,
			       stage->mappings[i].length);
	for (i = 0; i < stage->stray_count; i++)
		munmap(stage->strays[i].address, stage->strays[i].length);
	munmap(stage->arena, ARENA_BYTES);
}

static void close_all(struct stage *stage)
{
	char control[CMSG_SPACE(sizeof(int))], byte;
	struct iovec data = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1 };
	unsigned int i;

	for (i = 0; i < DESCRIPTORS; i++)
		if (stage->handles[i].fd >= 0)
			close(stage->handles[i].fd);
	/* Descriptors that nobody received. */
	do {
		message.msg_control = control;
		message.msg_controllen = 0;
	} while (recvmsg(stage->sockets[1], &message, 0) >= 0);
}

void stage_end(struct stage *stage)
{
	unsigned int count, i;
	int fd;

	end_children(stage);
	restore_process(stage);
	unmap_all(stage);
	close_all(stage);

	count = stage->record->created_count;
	fd = count ? device_open(O_RDWR) : -1;
	for (i = 0; i < count && i < CREATED; i++)
		region_remove(fd, stage->record->created[i]);
	if (fd >= 0)
		close(fd);
}

struct handle *stage_handle(struct stage *stage, uint64_t value)
{
	return &stage->handles[value % DESCRIPTORS];
}

struct mapping *stage_mapping(struct stage *stage, uint64_t value)
{
	return &stage->mappings[value % MAPPINGS];
}

int stage_id(const struct stage *stage, uint64_t value)
{
	switch (value) {
	case ID_ZERO:
		return 0;
	case ID_ONE:
		return 1;
	case ID_MINUS:
		return -1;
	case ID_MAX:
		return INT32_MAX;
	}
	return value < REGIONS ? stage->regions[value] : (int)value;
}

static bool in_arena(const struct stage *stage, const char *address)
{
	return address >= stage->arena && address < stage->arena + ARENA_BYTES;
}

char *stage_address(const struct stage *stage, uint64_t value)
{
	const struct mapping *mapping;

	if (value >= ADDRESS_PART && value < ADDRESS_PART + PARTS)
		return stage->arena + (value - ADDRESS_PART) * PART_BYTES;
	switch (value) {
	case ADDRESS_ANY:
		return NULL;
	case ADDRESS_ODD:
		return stage->arena + 123;
	case ADDRESS_WITHIN:
		return stage->arena + PAGE_BYTES;
	case ADDRESS_LOW:
		return (char *)1;
	case ADDRESS_KERNEL:
		return (char *)0xffff888000000000;
	case ADDRESS_TOP:
		return (char *)0x7ffffffff000 - PAGE_BYTES;
	case ADDRESS_WRAP:
		return (char *)-PAGE_BYTES;
	}
	mapping = &stage->mappings[value % MAPPINGS];
	return mapping->address;
}

bool stage_may_replace(const struct stage *stage, uint64_t value,
		       const char *address)
{
	return value < ADDRESS_TAKEN || in_arena(stage, address);
}

void stage_put_handle(struct stage *stage, uint64_t to, int fd)
{
	struct handle *handle = stage_handle(stage, to);
	int old = handle->fd;

	*handle = (struct handle){ .fd = fd };
	if (old >= 0)
		close(old);
}

void stage_put_region(struct stage *stage, uint64_t to, int id)
{
	stage->regions[to % REGIONS] = id;
}

static bool overlaps(const struct mapping *mapping, const char *address,
		     size_t length)
{
	return mapping->address < address + length &&
	       address < mapping->address + mapping->length;
}

void stage_put_mapping(struct stage *stage, uint64_t to, char *address,
		       size_t length, int id)
{
	struct mapping *mapping = stage_mapping(stage, to);
	const struct mapping old = *mapping;
	unsigned int i;

	for (i = 0; i < MAPPINGS; i++)
		if (overlaps(&stage->mappings[i], address, length))
			stage->mappings[i].id = 0;
	*mapping = (struct mapping){ address, length, id };
	if (!old.length || in_arena(stage, old.address))
		return;
	i = __atomic_fetch_add(&stage->stray_count, 1, __ATOMIC_RELAXED);
	if (i < STRAYS)
		stage->strays[i] = old;
	else
		stage->stray_count = STRAYS;
}

void stage_note_created(struct stage *stage, int id)
{
	unsigned int i = __atomic_fetch_add(&stage->record->created_count, 1,
					    __ATOMIC_RELAXED);

	if (i < CREATED)
		stage->record->created[i] = id;
}

bool lane_copy(struct lane *lane, void *to, const void *from, size_t length)
{
	bool done = false;

	if (!sigsetjmp(lane->resume, 0)) {
		lane->guarded = 1;
		memcpy(to, from, length);
		done = true;
	}
	lane->guarded = 0;
	return done;
}

static void on_fault(int signal)
{
	if (lane_here && lane_here->guarded)
		siglongjmp(lane_here->resume, 1);
	_exit(128 + signal);
}

static void on_alarm(int signal)
{
	(void)signal;
}

void lane_handle_faults(void)
{
	struct sigaction fault = { .sa_handler = on_fault,
				   .sa_flags = SA_NODEFER };
	struct sigaction interrupt = { .sa_handler = on_alarm };

	sigaction(SIGSEGV, &fault, NULL);
	sigaction(SIGBUS, &fault, NULL);
	sigaction(SIGALRM, &interrupt, NULL);
}
