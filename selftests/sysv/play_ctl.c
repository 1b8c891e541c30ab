// SPDX-License-Identifier: GPL-2.0
/* shmctl(), with all kinds of buffers. */
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "answer.h"
#include "calls.h"
#include "play.h"
#include "shm_fields.h"

#define PAGE 4096

/* What a buffer is filled with, to see what was written. */
#define FILLING 0xa5

/* Nothing is ever mapped there. */
#define BAD_ADDRESS 0x5a0000000000

/* The display's memory, which every machine has. */
#define DEVICE_ADDRESS 0xa0000

union content {
	struct shmid_ds ds;
	struct shminfo limits;
	struct shm_info use;
};

static char pages[2][PAGE] __attribute__((aligned(PAGE)));

/* Descriptors that are closed again at once are of no consequence. */
static void *map_device(void)
{
	const int fd = open("/dev/mem", O_RDWR | O_CLOEXEC);
	void *memory = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
			    DEVICE_ADDRESS);

	close(fd);
	return memory;
}

static void *prepare(enum buffer kind)
{
	switch (kind) {
	case BUFFER_NULL:
		return NULL;
	case BUFFER_BAD:
		return (void *)BAD_ADDRESS;
	case BUFFER_KERNEL:
		return (void *)-PAGE;
	case BUFFER_READONLY:
		mprotect(pages[0], PAGE, PROT_READ);
		return pages[0];
	case BUFFER_WRITEONLY:
		mprotect(pages[0], PAGE, PROT_WRITE);
		return pages[0];
	case BUFFER_SHORT:
		mprotect(pages[1], PAGE, PROT_NONE);
		return pages[1] - sizeof(long);
	case BUFFER_DEVICE:
		return map_device();
	default:
		return pages[0];
	}
}

static void finish(enum buffer kind, void *buffer)
{
	if (kind == BUFFER_DEVICE)
		munmap(buffer, PAGE);
	if (kind == BUFFER_READONLY || kind == BUFFER_WRITEONLY ||
	    kind == BUFFER_SHORT)
		mprotect(pages, sizeof(pages), PROT_READ | PROT_WRITE);
}

static int call(int id, int command, enum buffer kind)
{
	void *buffer = prepare(kind);
	int result;

	answer_expect();
	result = calls.ctl(id, command, buffer);
	answer_result(result >= 0);
	finish(kind, buffer);
	return result;
}

/* Whether it still is as it was filled, from @size on. */
static void answer_untouched(size_t size)
{
	const unsigned char *bytes = (unsigned char *)pages;

	for (; size < sizeof(pages); size++) {
		if (bytes[size] != FILLING) {
			answer_field("touched", "%zu", size);
			return;
		}
	}
}

static void answer_content(int command, int id)
{
	const union content *content = (void *)pages;

	switch (command) {
	case IPC_STAT:
	case SHM_STAT:
	case SHM_STAT_ANY:
		shm_fields_of_segment(&content->ds, id);
		answer_untouched(sizeof(content->ds));
		break;
	case IPC_INFO:
		shm_fields_of_limits(&content->limits);
		answer_untouched(sizeof(content->limits));
		break;
	case SHM_INFO:
		shm_fields_of_use(&content->use);
		answer_untouched(sizeof(content->use));
		break;
	default:
		answer_untouched(0);
	}
}

static void answer_value(int command, int result)
{
	switch (command) {
	case SHM_STAT:
	case SHM_STAT_ANY:
		answer_id("id", result);
		break;
	case IPC_INFO:
	case SHM_INFO:
		answer_field("highest", "%d", result);
		break;
	default:
		answer_field("value", "%d", result);
	}
}

static void control(int id, int command, enum buffer kind)
{
	int result;

	memset(pages, FILLING, sizeof(pages));
	result = call(id, command, kind);
	if (result >= 0)
		answer_value(command, result);
	if (result < 0 || kind != BUFFER_GOOD)
		answer_untouched(0);
	else
		answer_content(command, command == IPC_STAT ? id : result);
}

void play_ctl(const struct argument *arguments)
{
	control(play_id(&arguments[0]), arguments[1].value, arguments[2].value);
}

void play_set(const struct argument *arguments)
{
	struct shmid_ds ds;

	memset(pages, FILLING, sizeof(pages));
	memset(&ds, FILLING, sizeof(ds));
	ds.shm_perm.uid = arguments[1].value;
	ds.shm_perm.gid = arguments[2].value;
	ds.shm_perm.mode = arguments[3].value;
	memcpy(pages, &ds, sizeof(ds));
	call(play_id(&arguments[0]), IPC_SET, arguments[4].value);
	if (memcmp(pages, &ds, sizeof(ds)))
		answer_field("touched", "set");
}

/* Where a segment is among all, which the sides may see differently. */
static int find_index(int id)
{
	struct shm_info use;
	struct shmid_ds ds;
	int i, highest;

	highest = calls.ctl(0, SHM_INFO, (struct shmid_ds *)&use);
	for (i = 0; i <= highest; i++)
		if (calls.ctl(i, SHM_STAT_ANY, &ds) == id)
			return i;
	/* A number that no index has. */
	return (1 << SHRT_WIDTH) - 1;
}

void play_index(const struct argument *arguments)
{
	const int index = find_index(play_id(&arguments[0]));

	control(index, arguments[1].value, BUFFER_GOOD);
}
