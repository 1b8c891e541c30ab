/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How the four calls end. Whatever they call returns -errno and leaves errno
 * alone, since a call that succeeds must not change it.
 */
#ifndef ANSWER_H
#define ANSWER_H

#include <errno.h>

#define PUBLIC __attribute__((visibility("default")))

static inline int answer(int result)
{
	if (result >= 0)
		return result;
	errno = -result;
	return -1;
}

#endif /* ANSWER_H */
