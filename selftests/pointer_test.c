// SPDX-License-Identifier: GPL-2.0
/*
 * Pointers that point to nothing, to what cannot be read, to what cannot be
 * written: the call says so, and has changed nothing. Built as a 32-bit program
 * as well.
 */

#include "harness.h"

#include <sys/mman.h>

#include "calls.h"
#include "device.h"

/* More than any structure has. */
#define ROOM 512

FIXTURE(pointer)
{
	struct target target;
	size_t page;
	/* A page that can be used, and one that cannot. */
	unsigned char *good;
	unsigned char *bad;
	struct shmregion_info before;
};

FIXTURE_SETUP(pointer)
{
	self->page = sysconf(_SC_PAGESIZE);
	ASSERT_EQ(0, target_make(&self->target));
	self->good = mmap(NULL, 2 * self->page, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->good);
	self->bad = self->good + self->page;
	ASSERT_EQ(0, mprotect(self->bad, self->page, PROT_NONE));
	ASSERT_EQ(0, device_info(self->target.fd, &self->before));
}

FIXTURE_TEARDOWN(pointer)
{
	target_drop(&self->target);
}

/* Issues a call whose argument is put there beforehand. */
static int issue_at(const FIXTURE_DATA(pointer) * self, const struct call *call,
		    unsigned char *place)
{
	memset(place, 0, call_size(call));
	call->fill(&self->target, place);
	return device_ioctl(self->target.fd, call->command, place);
}

static bool nothing_changed(const FIXTURE_DATA(pointer) * self)
{
	struct shmregion_info after;

	return !device_info(self->target.fd, &after) &&
	       !memcmp(&self->before, &after, sizeof(after)) &&
	       region_attaches(self->target.fd, self->target.id) == 0;
}

TEST_F(pointer, nowhere)
{
	const uintptr_t places[] = {
		0,
		1,
		self->page,
		UINTPTR_MAX,
		UINTPTR_MAX - self->page + 1,
		/* Where the kernel's half begins, and where user space ends. */
		(uintptr_t)1 << (8 * sizeof(uintptr_t) - 1),
		(uintptr_t)(sizeof(uintptr_t) == 8 ? 0x7ffffffff000ULL :
						     0xffffe000ULL),
		(uintptr_t)self->bad,
	};
	const struct call *call;
	size_t i;

	for (call = calls; call->name; call++) {
		for (i = 0; i < ARRAY_SIZE(places); i++) {
			EXPECT_EQ(-EFAULT,
				  device_ioctl(self->target.fd, call->command,
					       (void *)places[i]))
			TH_LOG("%s at %#lx", call->name, (long)places[i]);
		}
	}
	EXPECT_TRUE(nothing_changed(self));
}

TEST_F(pointer, half_there)
{
	const struct call *call;
	size_t there;

	for (call = calls; call->name; call++) {
		for (there = 1; there < call_size(call); there++) {
			EXPECT_EQ(-EFAULT,
				  device_ioctl(self->target.fd, call->command,
					       self->bad - there))
			TH_LOG("%s, %zu bytes", call->name, there);
		}
	}
	EXPECT_TRUE(nothing_changed(self));
}

/* A longer structure has to be there as a whole. */
TEST_F(pointer, the_rest_not_there)
{
	const struct call *call;

	for (call = calls; call->name; call++) {
		unsigned char *place = self->bad - call_size(call);
		unsigned int command =
			call_with_size(call, call_size(call) + 8);

		memset(place, 0, call_size(call));
		EXPECT_EQ(-EFAULT,
			  device_ioctl(self->target.fd, command, place))
		TH_LOG("%s", call->name);
	}
	EXPECT_TRUE(nothing_changed(self));
}

/* Right up to a page that is not there, and at every odd address before. */
TEST_F(pointer, unaligned)
{
	const struct call *call;
	size_t i;

	for (i = 0; i < 9; i++) {
		for (call = calls; call->name; call++) {
			target_drop(&self->target);
			ASSERT_EQ(0, target_make(&self->target));
			EXPECT_EQ(0, issue_at(self, call,
					      self->bad - call_size(call) - i))
			TH_LOG("%s, %zu before", call->name, i);
		}
	}
}

/* Calls that only read need no more than that. */
TEST_F(pointer, not_to_be_written)
{
	const struct call *call;

	for (call = calls; call->name; call++) {
		int expected = call_writes_back(call) ? -EFAULT : 0;

		target_drop(&self->target);
		ASSERT_EQ(0, target_make(&self->target));
		memset(self->good, 0, ROOM);
		call->fill(&self->target, self->good);
		ASSERT_EQ(0, mprotect(self->good, self->page, PROT_READ));
		EXPECT_EQ(expected, device_ioctl(self->target.fd, call->command,
						 self->good))
		TH_LOG("%s", call->name);
		EXPECT_TRUE(!expected || nothing_changed(self));
		ASSERT_EQ(0, mprotect(self->good, self->page,
				      PROT_READ | PROT_WRITE));
	}
}

TEST_HARNESS_MAIN
