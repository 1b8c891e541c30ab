// SPDX-License-Identifier: GPL-2.0
/* Making an ioctl, and judging the answer. */

#include "issue.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include <linux/shmregion.h>

/* Behind the mark that touch leaves at the beginning of a page. */
#define OFFSET_IN_MAPPING 2048

#define LONG 8
#define LONGER 2048

/* Of all structures. */
#define LEAST_SIZE 8

/* What struct request says of how. */
enum { HOW_POINTER, HOW_FORM };

static size_t form_size(unsigned int command, uint64_t form)
{
	const size_t size = _IOC_SIZE(command);

	switch (form) {
	case FORM_SHORT:
		return size - LONG;
	case FORM_EMPTY:
		return 0;
	case FORM_LONG:
	case FORM_TAIL:
		return size + LONG;
	case FORM_LONGER:
	case FORM_LONGER_TAIL:
		return LONGER;
	default:
		return size;
	}
}

static unsigned int form_command(unsigned int command, uint64_t form)
{
	unsigned int direction = _IOC_DIR(command), number = _IOC_NR(command);

	if (form == FORM_DIRECTION)
		direction ^= _IOC_READ;
	if (form == FORM_UNKNOWN)
		number += 0x40;
	return _IOC(direction, _IOC_TYPE(command), number,
		    form_size(command, form));
}

static bool has_tail(uint64_t form)
{
	return form == FORM_TAIL || form == FORM_LONGER_TAIL;
}

/* Puts the argument where the pointer of this kind points to. */
static char *place(struct lane *lane, const struct request *request)
{
	const size_t native = _IOC_SIZE(request->command);
	const size_t size = form_size(request->command, request->how[HOW_FORM]);
	char *at = lane->buffer->page;

	if (request->how[HOW_POINTER] == POINTER_NULL)
		return NULL;
	if (request->how[HOW_POINTER] == POINTER_UNMAPPED)
		return lane->buffer->page + PAGE_BYTES;
	if (request->how[HOW_POINTER] == POINTER_KERNEL)
		return (char *)0xffff888000100000UL;
	if (request->how[HOW_POINTER] >= POINTER_MAPPING &&
	    request->how[HOW_POINTER] < POINTER_MAPPING_END) {
		struct mapping *mapping =
			stage_mapping(lane->stage, request->how[HOW_POINTER] -
							   POINTER_MAPPING);

		at = mapping->address + OFFSET_IN_MAPPING;
		lane_copy(lane, at, request->argument, native);
		return at;
	}
	if (request->how[HOW_POINTER] == POINTER_EDGE) {
		at += PAGE_BYTES - LEAST_SIZE / 2;
		memcpy(at, request->argument, LEAST_SIZE / 2);
		return at;
	}
	memcpy(at, request->argument, native);
	memset(at + native, 0, LONGER + LONG);
	if (has_tail(request->how[HOW_FORM]))
		at[size - 1] = 1;
	return request->how[HOW_POINTER] == POINTER_READONLY ?
		       lane->buffer->readonly :
		       at;
}

/* Where it cannot be read, or not written although it should be. */
static bool pointer_is_wrong(const struct request *request)
{
	switch (request->how[HOW_POINTER]) {
	case POINTER_UNMAPPED:
	case POINTER_KERNEL:
	case POINTER_EDGE:
		return true;
	case POINTER_READONLY:
		return _IOC_DIR(request->command) & _IOC_READ;
	default:
		return false;
	}
}

bool pointer_is_open(uint64_t pointer)
{
	return pointer == POINTER_NULL || pointer >= POINTER_MAPPING;
}

static bool is_listed(const int *errors, int error)
{
	while (*errors)
		if (*errors++ == error)
			return true;
	return false;
}

/* Whether the interface allows that answer. */
static bool may_answer(const struct request *request, int error)
{
	const uint64_t pointer = request->how[HOW_POINTER];

	switch (request->how[HOW_FORM]) {
	case FORM_DIRECTION:
	case FORM_UNKNOWN:
		return error == ENOTTY;
	case FORM_SHORT:
	case FORM_EMPTY:
		return error == EINVAL;
	}
	switch (error) {
	case 0:
		return pointer_is_open(pointer) ||
		       (!request->wrong && !pointer_is_wrong(request) &&
			!has_tail(request->how[HOW_FORM]));
	case EINVAL:
		return true;
	case EFAULT:
		return pointer_is_wrong(request) || pointer_is_open(pointer);
	case E2BIG:
		return has_tail(request->how[HOW_FORM]) ||
		       pointer_is_open(pointer);
	default:
		return is_listed(request->errors, error);
	}
}

int issue(struct lane *lane, const struct request *request)
{
	struct stage *stage = lane->stage;
	const int fd = stage_handle(stage, request->fd)->fd;
	char *at = place(lane, request);
	bool quiet = stage_is_quiet(stage);
	int error = 0;

	if (ioctl(fd, form_command(request->command, request->how[HOW_FORM]),
		  at))
		error = errno;
	/* Another thread can close it, and can take its number. */
	quiet = quiet && stage_is_quiet(stage);
	if (error == EBADF || (error == ENOTTY && !quiet))
		return -error;
	if (!may_answer(request, error))
		stage_fail("ioctl %u: this must not be answered with %d (%s)",
			   _IOC_NR(request->command), error,
			   error ? strerror(error) : "success");
	if (!error && (_IOC_DIR(request->command) & _IOC_READ) &&
	    !lane_copy(lane, request->argument, at,
		       _IOC_SIZE(request->command)))
		return -EFAULT;
	return -error;
}
