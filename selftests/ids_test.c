// SPDX-License-Identifier: GPL-2.0
/*
 * Ids and indexes: in which order they are given out, and that only one
 * process of many creates a key.
 */

#include "harness.h"

#include "device.h"
#include "process.h"

#define KEY 0x69640000ULL
#define CREATE SHMREGION_GET_CREATE
#define EXCL SHMREGION_GET_EXCL

FIXTURE(ids)
{
	int fd;
};

FIXTURE_SETUP(ids)
{
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(ids)
{
	region_remove_all(self->fd);
	close(self->fd);
}

/* Returns the lowest index that no region has, or -errno. */
static int lowest_free_index(int fd)
{
	const uint32_t flags = SHMREGION_STAT_BY_INDEX | SHMREGION_STAT_ANY;
	struct shmregion_stat stat;
	int index, error = 0;

	for (index = 0; !error; index++)
		error = region_stat(fd, index, flags, &stat);
	return error == -EINVAL ? index - 1 : error;
}

TEST_F(ids, index_is_the_lowest_free_one)
{
	struct shmregion_stat stat;
	int ids[3], i, index, middle = 0;

	for (i = 0; i < 3; i++) {
		index = lowest_free_index(self->fd);
		ASSERT_LE(0, index);
		ids[i] = region_create(self->fd, 1);
		ASSERT_LT(0, ids[i]);
		ASSERT_EQ(0, region_stat(self->fd, ids[i], 0, &stat));
		EXPECT_EQ((uint32_t)index, stat.index);
		if (i == 1)
			middle = index;
	}
	EXPECT_EQ(0, region_remove(self->fd, ids[1]));
	EXPECT_EQ(middle, lowest_free_index(self->fd));
	ids[1] = region_create(self->fd, 1);
	EXPECT_LT(ids[2], ids[1]);
	EXPECT_EQ(0, region_stat(self->fd, ids[1], 0, &stat));
	EXPECT_EQ((uint32_t)middle, stat.index);
}

/* Every process that creates a key at once gets one region, one of them EXCL. */
#define RACERS 4
#define ROUNDS 50

static int race_to_create(struct peer *parent, void *data)
{
	uint64_t *key = data;
	uint64_t go;
	int fd = device_open(O_RDWR);
	int id, error = fd < 0 ? fd : 0;

	while (!error && !peer_hear(parent, &go) && go) {
		id = region_get(fd, *key + go, 1, CREATE | EXCL, 0600);
		peer_tell(parent, (uint64_t)(int64_t)id);
	}
	return error;
}

TEST_F(ids, only_one_of_many_creates_a_key)
{
	struct peer racers[RACERS];
	uint64_t key = KEY, answer;
	int i, round, id, winners, found;

	for (i = 0; i < RACERS; i++)
		ASSERT_EQ(0, peer_start(&racers[i], race_to_create, &key));
	for (round = 1; round <= ROUNDS; round++) {
		winners = 0;
		id = 0;
		for (i = 0; i < RACERS; i++)
			EXPECT_EQ(0, peer_tell(&racers[i], round));
		for (i = 0; i < RACERS; i++) {
			ASSERT_EQ(0, peer_hear(&racers[i], &answer));
			if ((int64_t)answer > 0) {
				id = answer;
				winners++;
			} else {
				EXPECT_EQ(-EEXIST, (int64_t)answer);
			}
		}
		found = region_get(self->fd, key + round, 0, 0, 0);
		EXPECT_EQ(1, winners);
		EXPECT_EQ(id, found);
		EXPECT_EQ(0, region_remove(self->fd, id));
	}
	for (i = 0; i < RACERS; i++)
		EXPECT_EQ(0, peer_wait(&racers[i]));
}

TEST_F_TIMEOUT(ids, no_id_is_used_twice_in_100000, 180)
{
	struct shmregion_stat stat;
	int first = 0, last = 0, i, id;

	for (i = 0; i < 100000; i++) {
		id = region_get(self->fd, SHMREGION_KEY_PRIVATE, 1,
				CREATE | SHMREGION_GET_NORESERVE, 0600);
		ASSERT_LT(last, id) TH_LOG("creation %d", i);
		ASSERT_EQ(0, region_remove(self->fd, id));
		last = id;
		first = first ?: id;
	}
	EXPECT_EQ(-EINVAL, region_stat(self->fd, first, 0, &stat));
	EXPECT_EQ(-EINVAL, region_stat(self->fd, last, 0, &stat));
}

TEST_HARNESS_MAIN
