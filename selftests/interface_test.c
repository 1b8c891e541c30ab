// SPDX-License-Identifier: GPL-2.0
/*
 * The interface's form: layout of structures, sizes that are passed, ids. Built
 * as a 32-bit program as well.
 */

#include "harness.h"

#include "calls.h"
#include "device.h"

#define PAGE 4096

/* What all programs that were ever built rely on. */
#define HAS_SIZE(name, bytes) \
	_Static_assert(sizeof(struct shmregion_##name) == (bytes), #name)
#define IS_AT(name, field, bytes)                                           \
	_Static_assert(offsetof(struct shmregion_##name, field) == (bytes), \
		       #name "." #field)

HAS_SIZE(info, 136);
HAS_SIZE(get, 32);
HAS_SIZE(attach, 24);
HAS_SIZE(detach, 16);
HAS_SIZE(bind, 16);
HAS_SIZE(stat, 120);
HAS_SIZE(next, 16);
HAS_SIZE(set, 24);
HAS_SIZE(remove, 8);
HAS_SIZE(lock, 8);
IS_AT(info, features, 8);
IS_AT(info, huge_page_size, 120);
IS_AT(info, highest_index, 132);
IS_AT(get, size, 8);
IS_AT(get, flags, 16);
IS_AT(get, id, 24);
IS_AT(attach, size, 8);
IS_AT(attach, id, 16);
IS_AT(detach, flags, 8);
IS_AT(bind, size, 8);
IS_AT(stat, key, 16);
IS_AT(stat, uid, 32);
IS_AT(stat, creator_pid, 48);
IS_AT(stat, attaches, 64);
IS_AT(stat, change_time, 88);
IS_AT(stat, huge_bytes, 112);
IS_AT(next, flags, 8);
IS_AT(set, uid, 8);
IS_AT(set, mode, 16);

FIXTURE(interface)
{
	struct trial trial;
};

FIXTURE_SETUP(interface)
{
	ASSERT_EQ(0, target_make(&self->trial.target));
}

FIXTURE_TEARDOWN(interface)
{
	target_drop(&self->trial.target);
}

TEST_F(interface, every_call_succeeds_as_it_is_meant)
{
	const struct call *call;

	for (call = calls; call->name; call++) {
		ASSERT_EQ(0, trial_prepare(&self->trial, call));
		EXPECT_EQ(0, trial_issue(&self->trial, call->command))
		TH_LOG("%s", call->name);
	}
}

TEST_F(interface, too_short_structures_are_refused)
{
	const size_t sizes[] = { 0, 1, 4, 7 };
	const struct call *call;
	size_t i;

	for (call = calls; call->name; call++) {
		for (i = 0; i < ARRAY_SIZE(sizes); i++) {
			ASSERT_EQ(0, trial_prepare(&self->trial, call));
			EXPECT_EQ(-EINVAL,
				  trial_issue(&self->trial,
					      call_with_size(call, sizes[i])))
			TH_LOG("%s, size %zu", call->name, sizes[i]);
		}
		for (i = 1; i <= 8 && i < call_size(call); i++) {
			size_t size = call_size(call) - i;

			ASSERT_EQ(0, trial_prepare(&self->trial, call));
			EXPECT_EQ(-EINVAL,
				  trial_issue(&self->trial,
					      call_with_size(call, size)))
			TH_LOG("%s, size %zu", call->name, size);
		}
	}
}

TEST_F(interface, longer_structures_do_if_the_rest_is_zero)
{
	const struct call *call;
	size_t i, j;

	for (call = calls; call->name; call++) {
		const size_t size = call_size(call);
		const size_t sizes[] = {
			size + 1, size + 4, size + 8,
			PAGE,	  PAGE + 1, sizeof(self->trial.argument) - 1
		};

		for (i = 0; i < ARRAY_SIZE(sizes); i++) {
			ASSERT_EQ(0, trial_prepare(&self->trial, call));
			EXPECT_EQ(0,
				  trial_issue(&self->trial,
					      call_with_size(call, sizes[i])))
			TH_LOG("%s, size %zu", call->name, sizes[i]);
			for (j = size; j < sizeof(self->trial.argument); j++)
				ASSERT_EQ(0, self->trial.argument.bytes[j]);
		}
	}
}

TEST_F(interface, longer_structures_do_not_if_the_rest_is_not)
{
	const struct call *call;
	size_t i;

	for (call = calls; call->name; call++) {
		const size_t size = call_size(call);
		const size_t sizes[] = {
			size + 1, size + 4, size + 8,
			PAGE,	  PAGE + 1, sizeof(self->trial.argument) - 1
		};

		for (i = 0; i < ARRAY_SIZE(sizes); i++) {
			ASSERT_EQ(0, trial_prepare(&self->trial, call));
			self->trial.argument.bytes[size] = 1;
			EXPECT_EQ(-E2BIG,
				  trial_issue(&self->trial,
					      call_with_size(call, sizes[i])))
			TH_LOG("%s, size %zu", call->name, sizes[i]);

			self->trial.argument.bytes[size] = 0;
			self->trial.argument.bytes[sizes[i] - 1] = 0x80;
			EXPECT_EQ(-E2BIG,
				  trial_issue(&self->trial,
					      call_with_size(call, sizes[i])))
			TH_LOG("%s, size %zu", call->name, sizes[i]);

			/* What lies behind the structure is nobody's matter. */
			self->trial.argument.bytes[sizes[i] - 1] = 0;
			self->trial.argument.bytes[sizes[i]] = 1;
			EXPECT_EQ(0,
				  trial_issue(&self->trial,
					      call_with_size(call, sizes[i])))
			TH_LOG("%s, size %zu", call->name, sizes[i]);
		}
	}
}

TEST_F(interface, ids_that_name_nothing_are_refused)
{
	const struct call *call;
	size_t i;

	for (call = calls; call->name; call++) {
		const int32_t ids[] = { 0, -1, INT32_MIN, INT32_MAX,
					self->trial.target.id + 100000 };

		for (i = 0; i < ARRAY_SIZE(ids) && call->id_at >= 0; i++) {
			EXPECT_EQ(-EINVAL, trial_with(&self->trial, call,
						      call->id_at, ids[i]))
			TH_LOG("%s, id %d", call->name, ids[i]);
		}
	}
}

TEST_F(interface, ids_of_what_is_gone_are_refused)
{
	const struct call *call;

	for (call = calls; call->name; call++) {
		if (call->id_at < 0)
			continue;
		ASSERT_EQ(0, trial_prepare(&self->trial, call));
		ASSERT_EQ(0, region_remove(self->trial.target.fd,
					   self->trial.target.id));
		EXPECT_EQ(-EINVAL, trial_issue(&self->trial, call->command))
		TH_LOG("%s", call->name);
	}
}

TEST_F(interface, indexes_that_name_nothing_are_refused)
{
	const int32_t indexes[] = { -1, INT32_MIN, INT32_MAX, 100000 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(indexes); i++) {
		struct shmregion_stat stat;

		EXPECT_EQ(-EINVAL,
			  region_stat(self->trial.target.fd, indexes[i],
				      SHMREGION_STAT_BY_INDEX, &stat));
	}
}

/* A caller need not clear what is for the module to write. */
TEST_F(interface, output_fields_are_ignored_on_the_way_in)
{
	struct shmregion_info info;
	struct shmregion_stat stat;
	struct shmregion_get get = { .size = 1, .id = -1 };
	struct shmregion_attach attach = { .size = UINT64_MAX };
	struct shmregion_bind bind = { .size = UINT64_MAX };
	struct shmregion_next next = { .id = -1 };
	const int fd = self->trial.target.fd, id = self->trial.target.id;

	memset(&info, 0xff, sizeof(info));
	info.flags = 0;
	EXPECT_EQ(0, device_ioctl(fd, SHMREGION_IOC_INFO, &info));
	memset(&stat, 0xff, sizeof(stat));
	stat.id = id;
	stat.flags = 0;
	EXPECT_EQ(0, device_ioctl(fd, SHMREGION_IOC_STAT, &stat));
	EXPECT_EQ(0, device_ioctl(fd, SHMREGION_IOC_GET, &get));
	EXPECT_LT(0, get.id);
	attach.id = id;
	EXPECT_EQ(0, device_ioctl(fd, SHMREGION_IOC_ATTACH, &attach));
	EXPECT_EQ(1, attach.size);
	bind.id = id;
	EXPECT_EQ(0, device_ioctl(fd, SHMREGION_IOC_BIND, &bind));
	EXPECT_EQ(1, bind.size);
	EXPECT_EQ(0, device_ioctl(fd, SHMREGION_IOC_NEXT, &next));
	EXPECT_LT(0, next.id);
}

/* A 32-bit program has no such addresses, and must not get others for them. */
TEST_F(interface, addresses_are_not_cut_off)
{
	const uint64_t beyond[] = { 1ULL << 63, 0xffff800000000000,
				    0x7ffffffff000 };
	const int fd = self->trial.target.fd, id = self->trial.target.id;
	void *attached = region_attach(fd, id, 0);
	size_t i;

	ASSERT_NE(NULL, attached);
	for (i = 0; i < ARRAY_SIZE(beyond); i++) {
		struct shmregion_attach attach = { .id = id };
		struct shmregion_detach detach = { 0 };

		attach.address = beyond[i];
		EXPECT_EQ(-ENOMEM,
			  device_ioctl(fd, SHMREGION_IOC_ATTACH, &attach))
		TH_LOG("%#llx", (unsigned long long)beyond[i]);
		detach.address = beyond[i] | (uintptr_t)attached;
		EXPECT_EQ(-EINVAL,
			  device_ioctl(fd, SHMREGION_IOC_DETACH, &detach))
		TH_LOG("%#llx", (unsigned long long)beyond[i]);
	}
	EXPECT_EQ(1, region_attaches(fd, id));
	if (sizeof(void *) == 8)
		return;

	/* There is nothing but 32 bits, and the room there is free. */
	struct shmregion_attach attach = { .id = id };

	ASSERT_EQ(0, region_detach(fd, attached));
	attach.address = (uintptr_t)attached | 1ULL << 32;
	EXPECT_EQ(-ENOMEM, device_ioctl(fd, SHMREGION_IOC_ATTACH, &attach));
	EXPECT_EQ(0, region_attaches(fd, id));
}

TEST_F(interface, info_tells_its_version)
{
	struct shmregion_info info;

	ASSERT_EQ(0, device_info(self->trial.target.fd, &info));
	EXPECT_EQ(SHMREGION_ABI_VERSION, info.abi_version);
	EXPECT_EQ(0, info.flags);
	EXPECT_EQ(0, info.features & ~SHMREGION_FEATURE_HUGE);
}

TEST_HARNESS_MAIN
