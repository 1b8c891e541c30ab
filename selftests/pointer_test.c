// SPDX-License-Identifier: GPL-2.0
/*
 * Pointers that point to nothing, to what cannot be read, to what cannot be
 * written: the call says so, and has changed nothing. Built as a 32-bit program
 * as well.
 */

#include "harness.h"

#include <pthread.h>
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

/* What is asked for is not to take the place of what says where it is. */
TEST_F(pointer, remapped_to_where_the_argument_is)
{
	const long last = self->page - 1;
	const long size = sizeof(struct shmregion_attach);
	/* From where it is to be attached. */
	const long places[] = { 1 - size, 0, 1, self->page / 2, last };
	const uint32_t flags[] = {
		SHMREGION_ATTACH_REMAP,
		SHMREGION_ATTACH_REMAP | SHMREGION_ATTACH_RDONLY,
		SHMREGION_ATTACH_REMAP | SHMREGION_ATTACH_ROUND,
	};
	unsigned char *const room = mmap(NULL, 3 * self->page,
					 PROT_READ | PROT_WRITE,
					 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	size_t i, j;

	ASSERT_NE(MAP_FAILED, room);
	for (i = 0; i < ARRAY_SIZE(places); i++) {
		for (j = 0; j < ARRAY_SIZE(flags); j++) {
			unsigned char *place = room + self->page + places[i];
			const struct shmregion_attach attach = {
				.address = (uintptr_t)room + self->page,
				.id = self->target.id,
				.flags = flags[j],
			};

			memcpy(place, &attach, size);
			EXPECT_EQ(-EINVAL,
				  device_ioctl(self->target.fd,
					       SHMREGION_IOC_ATTACH, place))
			TH_LOG("at %ld, flags %#x", places[i], flags[j]);
			EXPECT_EQ(0, memcmp(&attach, place, size));
			EXPECT_TRUE(nothing_changed(self));
		}
	}
	munmap(room, 3 * self->page);
}

TEST_F(pointer, remapped_to_beside_the_argument)
{
	const long size = sizeof(struct shmregion_attach);
	const long places[] = { -size, self->page };
	unsigned char *const room = mmap(NULL, 3 * self->page,
					 PROT_READ | PROT_WRITE,
					 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	size_t i;

	ASSERT_NE(MAP_FAILED, room);
	for (i = 0; i < ARRAY_SIZE(places); i++) {
		struct shmregion_attach *attach =
			(void *)(room + self->page + places[i]);

		*attach = (struct shmregion_attach){
			.address = (uintptr_t)room + self->page,
			.id = self->target.id,
			.flags = SHMREGION_ATTACH_REMAP,
		};
		EXPECT_EQ(0, device_ioctl(self->target.fd, SHMREGION_IOC_ATTACH,
					  attach));
		EXPECT_EQ(1, attach->size);
	}
	munmap(room, 3 * self->page);
}

struct flicker {
	void *page;
	size_t size;
	pthread_t thread;
	bool over;
};

static void *take_away_and_give_back(void *data)
{
	struct flicker *flicker = data;

	while (!__atomic_load_n(&flicker->over, __ATOMIC_RELAXED)) {
		mprotect(flicker->page, flicker->size, PROT_READ);
		mprotect(flicker->page, flicker->size, PROT_READ | PROT_WRITE);
	}
	return NULL;
}

static int flicker_begin(struct flicker *flicker)
{
	flicker->over = false;
	return -pthread_create(&flicker->thread, NULL, take_away_and_give_back,
			       flicker);
}

static int flicker_end(struct flicker *flicker)
{
	__atomic_store_n(&flicker->over, true, __ATOMIC_RELAXED);
	return -pthread_join(flicker->thread, NULL);
}

static bool is_bound(int fd, size_t page)
{
	void *memory = mmap(NULL, page, PROT_READ, MAP_SHARED, fd, 0);

	if (memory != MAP_FAILED)
		munmap(memory, page);
	return memory != MAP_FAILED || errno != EBADFD;
}

/* However late it is that the argument cannot be written, nothing is bound then. */
TEST_F_TIMEOUT(pointer, taken_away_while_a_descriptor_is_bound, 120)
{
	struct flicker flicker = { .page = self->good, .size = self->page };
	struct shmregion_bind *const bind = (struct shmregion_bind *)self->good;
	unsigned int i, refused = 0;

	*bind = (struct shmregion_bind){ .id = self->target.id };
	ASSERT_EQ(0, flicker_begin(&flicker));
	for (i = 0; i < 10000 && (i < 1000 || !refused || i == refused); i++) {
		int fd = device_open(O_RDWR), error;

		ASSERT_LE(0, fd);
		error = device_ioctl(fd, SHMREGION_IOC_BIND, bind);
		if (error) {
			refused++;
			EXPECT_EQ(-EFAULT, error);
		}
		EXPECT_EQ(!error, is_bound(fd, self->page))
		TH_LOG("descriptor %u: error %d", i, -error);
		close(fd);
	}
	ASSERT_EQ(0, flicker_end(&flicker));
	EXPECT_LT(0, refused);
	EXPECT_GT(i, refused);
}

/* What is attached by then is detached again, as the time of that tells. */
TEST_F_TIMEOUT(pointer, taken_away_while_a_region_is_attached, 120)
{
	struct flicker flicker = { .page = self->good, .size = self->page };
	struct shmregion_attach *const attach =
		(struct shmregion_attach *)self->good;
	unsigned int i, attached = 0, undone = 0;
	struct shmregion_stat before, after;

	*attach = (struct shmregion_attach){ .id = self->target.id };
	ASSERT_EQ(0, flicker_begin(&flicker));
	for (i = 0; i < 10000 && (i < 500 || !attached || !undone); i++) {
		ASSERT_EQ(0, region_stat(self->target.fd, self->target.id, 0,
					 &before));
		if (!device_ioctl(self->target.fd, SHMREGION_IOC_ATTACH,
				  attach)) {
			attached++;
			/* It is asked for there the next time. */
			ASSERT_EQ(0,
				  region_detach(
					  self->target.fd,
					  (void *)(uintptr_t)attach->address));
			continue;
		}
		ASSERT_EQ(0, region_stat(self->target.fd, self->target.id, 0,
					 &after));
		EXPECT_EQ(0, after.attaches);
		undone += after.detach_time != before.detach_time;
	}
	ASSERT_EQ(0, flicker_end(&flicker));
	EXPECT_LT(0, attached);
	EXPECT_LT(0, undone)
	TH_LOG("of %u attaches %u", i, attached);
}

TEST_HARNESS_MAIN
