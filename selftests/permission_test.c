// SPDX-License-Identifier: GPL-2.0
/*
 * Who may use a region: owner and creator, their groups, others, capabilities,
 * and none of them where they do not count.
 */

#include "harness.h"

#include "subject.h"

/* What can be done to a region, and the permission bits that it needs. */
struct operation {
	const char *name;
	unsigned int needs;
	int (*attempt)(int fd, int id, const struct operation *operation);
	unsigned int argument;
};

static int find(int fd, int id, const struct operation *operation)
{
	struct shmregion_stat stat;
	int error = region_stat(fd, id, SHMREGION_STAT_ANY, &stat);

	if (error)
		return error;
	error = region_get(fd, stat.key, 0, 0, operation->argument);
	return error > 0 ? 0 : error;
}

static int attach(int fd, int id, const struct operation *operation)
{
	void *address;
	int error;

	error = region_attach_at(fd, id, NULL, operation->argument, &address);
	return error ? error : region_detach(fd, address);
}

static int bind_fresh(int fd, int id, const struct operation *operation)
{
	int handle = region_open(id, operation->argument);

	(void)fd;
	if (handle < 0)
		return handle;
	close(handle);
	return 0;
}

static int stat_flags(int fd, int id, const struct operation *operation)
{
	struct shmregion_stat stat;

	return region_stat(fd, id, operation->argument, &stat);
}

static int meet(int fd, int id, const struct operation *operation)
{
	uint64_t cursor = 0;
	int next;

	do {
		next = region_next(fd, &cursor, operation->argument);
	} while (next > 0 && next != id);
	if (next == -ENOENT)
		return -EACCES;
	return next < 0 ? next : 0;
}

static const struct operation operations[] = {
	{ "find with 0400", READ, find, 0400 },
	{ "find with 0020", WRITE, find, 0020 },
	{ "find with 0001", EXEC, find, 0001 },
	{ "find with 0640", READ | WRITE, find, 0640 },
	{ "find with 0777", READ | WRITE | EXEC, find, 0777 },
	{ "find with 0", 0, find, 0 },
	{ "attach read-only", READ, attach, SHMREGION_ATTACH_RDONLY },
	{ "attach", READ | WRITE, attach, 0 },
	{ "attach read-only and executable", READ | EXEC, attach,
	  SHMREGION_ATTACH_RDONLY | SHMREGION_ATTACH_EXEC },
	{ "attach executable", READ | WRITE | EXEC, attach,
	  SHMREGION_ATTACH_EXEC },
	{ "bind read-only", READ, bind_fresh, O_RDONLY },
	{ "bind write-only", READ | WRITE, bind_fresh, O_WRONLY },
	{ "bind", READ | WRITE, bind_fresh, O_RDWR },
	{ "stat", READ, stat_flags, 0 },
	{ "stat any", 0, stat_flags, SHMREGION_STAT_ANY },
	{ "meet by next", READ, meet, 0 },
	{ "meet by next any", 0, meet, SHMREGION_NEXT_ANY },
};

/* Tells for each mode a mask of what was granted. */
static int try_to_use(struct peer *parent, void *data)
{
	const struct attempt *attempt = data;
	unsigned int bits, i;
	int fd, error;

	error = subject_become(attempt->who);
	if (error)
		return error;
	fd = device_open(O_RDWR);
	if (fd < 0)
		return fd;
	for (bits = 0; bits < MODES; bits++) {
		uint64_t granted = 0;

		for (i = 0; i < ARRAY_SIZE(operations); i++) {
			error = operations[i].attempt(fd, attempt->ids[bits],
						      &operations[i]);
			if (!error)
				granted |= 1ULL << i;
			else if (error != -EACCES)
				return error;
		}
		error = peer_tell(parent, granted);
		if (error)
			return error;
	}
	return 0;
}

TEST_F(subject, uses_what_the_bits_grant)
{
	struct attempt attempt = { .who = variant, .ids = self->ids };
	struct peer child;
	unsigned int bits, i;

	ASSERT_EQ(0, peer_start(&child, try_to_use, &attempt));
	for (bits = 0; bits < MODES; bits++) {
		uint64_t granted = 0;

		EXPECT_EQ(0, peer_hear(&child, &granted));
		for (i = 0; i < ARRAY_SIZE(operations); i++) {
			bool expected = variant->may_use_all ||
					!(operations[i].needs & ~bits);

			EXPECT_EQ(expected, granted >> i & 1)
			TH_LOG("mode %04o: %s", mode_for(variant->shift, bits),
			       operations[i].name);
		}
	}
	EXPECT_EQ(0, peer_wait(&child));
}

TEST_HARNESS_MAIN
