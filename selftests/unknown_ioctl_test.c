// SPDX-License-Identifier: GPL-2.0
/*
 * Ioctls that do not exist. Built as a 32-bit program as well.
 */

#include "harness.h"

#include <linux/fs.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "calls.h"
#include "device.h"

FIXTURE(unknown)
{
	struct target target;
	unsigned char argument[1 << _IOC_SIZEBITS];
};

FIXTURE_SETUP(unknown)
{
	ASSERT_EQ(0, target_make(&self->target));
}

FIXTURE_TEARDOWN(unknown)
{
	target_drop(&self->target);
}

static int issue(FIXTURE_DATA(unknown) * self, unsigned int command)
{
	return device_ioctl(self->target.fd, command, self->argument);
}

TEST_F(unknown, numbers)
{
	const size_t sizes[] = { 0, 8, 16, sizeof(self->argument) - 1 };
	const unsigned int first = _IOC_NR(SHMREGION_IOC_UNLOCK) + 1;
	unsigned int number, direction;
	size_t i;

	for (number = first; number < 256; number++) {
		for (direction = 0; direction < 4; direction++) {
			for (i = 0; i < ARRAY_SIZE(sizes); i++) {
				EXPECT_EQ(-ENOTTY,
					  issue(self, _IOC(direction,
							   SHMREGION_IOC_MAGIC,
							   number, sizes[i])))
				TH_LOG("number %u", number);
			}
		}
	}
}

TEST_F(unknown, directions)
{
	const struct call *call;
	unsigned int direction;

	for (call = calls; call->name; call++) {
		for (direction = 0; direction < 4; direction++) {
			if (direction == _IOC_DIR(call->command))
				continue;
			call->fill(&self->target, self->argument);
			EXPECT_EQ(-ENOTTY,
				  issue(self,
					_IOC(direction, SHMREGION_IOC_MAGIC,
					     _IOC_NR(call->command),
					     call_size(call))))
			TH_LOG("%s, direction %u", call->name, direction);
		}
	}
}

TEST_F(unknown, magics)
{
	const struct call *call;
	unsigned int bit;

	for (call = calls; call->name; call++) {
		for (bit = 0; bit < 8; bit++) {
			unsigned int magic = SHMREGION_IOC_MAGIC ^ 1U << bit;

			call->fill(&self->target, self->argument);
			EXPECT_EQ(-ENOTTY,
				  issue(self,
					_IOC(_IOC_DIR(call->command), magic,
					     _IOC_NR(call->command),
					     call_size(call))))
			TH_LOG("%s, magic %#x", call->name, magic);
		}
	}
}

/* 1 and 2 are FIBMAP and FIGETBSZ: the second is answered before us. */
TEST_F(unknown, small_integers)
{
	unsigned int number;

	ASSERT_EQ(1, FIBMAP);
	ASSERT_EQ(2, FIGETBSZ);
	for (number = 0; number < 1024; number++) {
		EXPECT_EQ(number == FIGETBSZ ? 0 : -ENOTTY, issue(self, number))
		TH_LOG("number %u", number);
	}
}

TEST_F(unknown, those_of_others)
{
	const unsigned int commands[] = {
		TCGETS,	   TIOCGWINSZ, FIONREAD,  BLKGETSIZE64,
		BLKRRPART, UINT32_MAX, INT32_MAX,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		EXPECT_EQ(-ENOTTY, issue(self, commands[i]))
		TH_LOG("%#x", commands[i]);
	}
}

TEST_HARNESS_MAIN
