// SPDX-License-Identifier: LGPL-2.1-or-later
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "say.h"

static unsigned int step;

void say_step(const char *title)
{
	printf("\n%u. %s\n", ++step, title);
}

void say(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	printf("   ");
	vprintf(format, arguments);
	putchar('\n');
	va_end(arguments);
}

static __attribute__((format(printf, 1, 0))) void
report_failure(const char *format, va_list arguments)
{
	fflush(stdout);
	fprintf(stderr, "\nshmregion-demo: FAILED");
	if (step)
		fprintf(stderr, " in step %u", step);
	fprintf(stderr, ": ");
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
}

void check(bool held, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	if (!held) {
		report_failure(format, arguments);
		exit(EXIT_FAILURE);
	}
	printf("   ok: ");
	vprintf(format, arguments);
	putchar('\n');
	va_end(arguments);
}

void fail(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	report_failure(format, arguments);
	va_end(arguments);
	exit(EXIT_FAILURE);
}
