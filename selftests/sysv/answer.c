// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "board.h"

/* No call fails with it. */
#define UNTOUCHED ENOTUNIQ

static void write_down(const char *format, va_list arguments)
{
	const size_t room = sizeof(board->answers) - board->length;
	const int length = vsnprintf(board->answers + board->length, room,
				     format, arguments);

	/* Answers that are cut off would be equal all too easily. */
	if (length < 0 || (size_t)length >= room)
		abort();
	board->length += length;
}

static void write_text(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	write_down(format, arguments);
	va_end(arguments);
}

void answer_begin(unsigned int number)
{
	board->line_is_open = true;
	write_text("%u", number);
}

void answer_end(void)
{
	write_text("\n");
	board->line_is_open = false;
}

void answer_field(const char *name, const char *format, ...)
{
	va_list arguments;

	write_text(" %s=", name);
	va_start(arguments, format);
	write_down(format, arguments);
	va_end(arguments);
}

void answer_expect(void)
{
	errno = UNTOUCHED;
}

void answer_result(bool succeeded)
{
	const int error = errno;

	answer_field("result", "%s", succeeded ? "ok" : strerrorname_np(error));
	if (succeeded && error != UNTOUCHED)
		answer_field("errno", "%s", strerrorname_np(error));
}

static bool find_id(int id, unsigned int *number)
{
	unsigned int i;

	for (i = board->id_count; i > 0; i--) {
		if (board->ids[i - 1] == id) {
			*number = i;
			return true;
		}
	}
	return false;
}

void answer_id(const char *name, int id)
{
	unsigned int number;

	if (find_id(id, &number))
		answer_field(name, "#%u", number);
	else
		answer_field(name, "unknown:%d", id);
}

void answer_time(const char *name, time_t time)
{
	unsigned int i = board->epoch_count;

	if (!time) {
		answer_field(name, "never");
		return;
	}
	while (i > 0 && time < board->epochs[i - 1])
		i--;
	if (i)
		answer_field(name, "%u:%lld", i,
			     (long long)(time - board->epochs[i - 1]));
	else
		answer_field(name, "past:%lld", (long long)time);
}
