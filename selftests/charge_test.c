// SPDX-License-Identifier: GPL-2.0
/*
 * A region never takes more memory than it was charged for, though tmpfs lets
 * the last huge page reach beyond its end.
 */

#include "harness.h"

#include <sys/mman.h>

#include "device.h"

#define KIB 1024ULL
#define MIB (1024 * KIB)

FIXTURE(charge)
{
	int fd;
	struct shmregion_info before;
};

FIXTURE_VARIANT(charge)
{
	uint32_t policy;
};

FIXTURE_VARIANT_ADD(charge, never){
	.policy = SHMREGION_GET_HUGE_NEVER,
};

FIXTURE_VARIANT_ADD(charge, within_size){
	.policy = SHMREGION_GET_HUGE_WITHIN_SIZE,
};

FIXTURE_VARIANT_ADD(charge, always){
	.policy = SHMREGION_GET_HUGE_ALWAYS,
};

FIXTURE_VARIANT_ADD(charge, advise){
	.policy = SHMREGION_GET_HUGE_ADVISE,
};

FIXTURE_SETUP(charge)
{
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, device_info(self->fd, &self->before));
}

FIXTURE_TEARDOWN(charge)
{
	region_remove_all(self->fd);
	close(self->fd);
}

TEST_F(charge, covers_what_a_region_takes)
{
	const uint64_t sizes[] = { 1,	    4 * KIB,	     64 * KIB,
				   2 * MIB, 2 * MIB + 4096,  4 * MIB - 1,
				   4 * MIB, 5 * MIB + 12345, 6 * MIB };
	struct shmregion_info info;
	struct shmregion_stat stat;
	uint64_t charged;
	char *memory;
	size_t i;
	int id;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		id = region_get(self->fd, SHMREGION_KEY_PRIVATE, sizes[i],
				SHMREGION_GET_CREATE | variant->policy, 0600);
		ASSERT_LT(0, id);
		ASSERT_EQ(0, device_info(self->fd, &info));
		charged = info.user_bytes - self->before.user_bytes;
		EXPECT_LE(sizes[i], charged);

		memory = region_attach(self->fd, id, 0);
		ASSERT_NE(NULL, memory);
		madvise(memory, sizes[i], MADV_HUGEPAGE);
		memset(memory, 'x', sizes[i]);
		ASSERT_EQ(0, region_stat(self->fd, id, 0, &stat));
		EXPECT_LE(sizes[i], stat.resident_bytes);
		EXPECT_LE(stat.resident_bytes, charged)
		TH_LOG("a region of %llu bytes takes %llu, charged %llu",
		       (unsigned long long)sizes[i],
		       (unsigned long long)stat.resident_bytes,
		       (unsigned long long)charged);

		ASSERT_EQ(0, region_detach(self->fd, memory));
		ASSERT_EQ(0, region_remove(self->fd, id));
		do {
			ASSERT_EQ(0, device_info(self->fd, &info));
		} while (info.user_bytes != self->before.user_bytes);
	}
}

TEST_HARNESS_MAIN
