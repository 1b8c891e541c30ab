// SPDX-License-Identifier: GPL-2.0
/*
 * Flags, modes and reserved fields, bit by bit: what is not known is refused.
 * Built as a 32-bit program as well.
 */

#include "harness.h"

#include "calls.h"

FIXTURE(flags)
{
	struct trial trial;
};

FIXTURE_SETUP(flags)
{
	ASSERT_EQ(0, target_make(&self->trial.target));
}

FIXTURE_TEARDOWN(flags)
{
	target_drop(&self->trial.target);
}

TEST_F(flags, every_unknown_flag_is_refused)
{
	const struct call *call;
	unsigned int bit;

	for (call = calls; call->name; call++) {
		for (bit = 0; bit < 32; bit++) {
			uint32_t flag = 1U << bit, flags;

			if ((call->flags | call->fields) & flag)
				continue;
			ASSERT_EQ(0, trial_prepare(&self->trial, call));
			flags = *trial_word(&self->trial, call->flags_at);
			EXPECT_EQ(-EINVAL,
				  trial_with(&self->trial, call, call->flags_at,
					     flags | flag))
			TH_LOG("%s, bit %u", call->name, bit);
		}
		EXPECT_EQ(-EINVAL, trial_with(&self->trial, call,
					      call->flags_at, UINT32_MAX))
		TH_LOG("%s, all bits", call->name);
	}
}

/* Some flags mean nothing without more: an address, an index. */
static bool stands_alone(const struct call *call, uint32_t flag)
{
	if (call->command == SHMREGION_IOC_ATTACH)
		return flag != SHMREGION_ATTACH_REMAP;
	if (call->command == SHMREGION_IOC_STAT)
		return flag != SHMREGION_STAT_BY_INDEX;
	return true;
}

TEST_F(flags, every_known_flag_is_accepted)
{
	const struct call *call;
	unsigned int bit;

	for (call = calls; call->name; call++) {
		for (bit = 0; bit < 32; bit++) {
			uint32_t flag = 1U << bit, flags;

			if (!(call->flags & flag) || !stands_alone(call, flag))
				continue;
			ASSERT_EQ(0, trial_prepare(&self->trial, call));
			flags = *trial_word(&self->trial, call->flags_at);
			EXPECT_EQ(0, trial_with(&self->trial, call,
						call->flags_at, flags | flag))
			TH_LOG("%s, bit %u", call->name, bit);
		}
	}
}

/* Flags of GET that are numbers: those between are known, those above not. */
static int get_with_number(struct trial *trial, unsigned int value, int shift)
{
	const struct call *get = call_of(SHMREGION_IOC_GET);

	return trial_with(trial, get, get->flags_at,
			  SHMREGION_GET_CREATE | value << shift);
}

TEST_F(flags, numbers_among_them_have_an_end)
{
	unsigned int value;

	for (value = 0; value < 8; value++) {
		EXPECT_EQ(value <= 4 ? 0 : -EINVAL,
			  get_with_number(&self->trial, value, 8))
		TH_LOG("huge policy %u", value);
	}
	for (value = 0; value < 4; value++) {
		EXPECT_EQ(value <= 2 ? 0 : -EINVAL,
			  get_with_number(&self->trial, value, 12))
		TH_LOG("lifetime %u", value);
	}
}

TEST_F(flags, modes_have_nine_bits)
{
	const struct call *get = call_of(SHMREGION_IOC_GET);
	const struct call *set = call_of(SHMREGION_IOC_SET);
	unsigned int bit;

	for (bit = 0; bit < 32; bit++) {
		const int expected = bit < 9 ? 0 : -EINVAL;

		EXPECT_EQ(expected,
			  trial_with(&self->trial, get,
				     offsetof(struct shmregion_get, mode),
				     1U << bit))
		TH_LOG("GET, bit %u", bit);
		EXPECT_EQ(expected,
			  trial_with(&self->trial, set,
				     offsetof(struct shmregion_set, mode),
				     1U << bit))
		TH_LOG("SET, bit %u", bit);
	}
}

TEST_F(flags, reserved_fields_are_zero)
{
	const struct call *call;
	unsigned int bit, found = 0;

	for (call = calls; call->name; call++) {
		if (call->reserved_at < 0)
			continue;
		found++;
		for (bit = 0; bit < 32; bit++) {
			EXPECT_EQ(-EINVAL,
				  trial_with(&self->trial, call,
					     call->reserved_at, 1U << bit))
			TH_LOG("%s, bit %u", call->name, bit);
		}
	}
	EXPECT_EQ(3, found);
}

TEST_HARNESS_MAIN
