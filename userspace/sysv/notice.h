/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the library has to say to the user, who may not know that it is there. */
#ifndef NOTICE_H
#define NOTICE_H

/* What becomes of the calls. */
enum notice {
	/* They fail. */
	NOTICE_NONE,
	/* They fail, though they did not at first. */
	NOTICE_LOST,
	/* The kernel's own System V answers them. */
	NOTICE_KERNEL,
};

/* Says on standard error, once, why the device cannot be used. */
void notice_device_trouble(int error, enum notice notice);

#endif /* NOTICE_H */
