// SPDX-License-Identifier: GPL-2.0
/*
 * Each allocation of loading the module failing, one at a time: it is loaded or
 * it is not, and what a failed load began is undone, so that the next one finds
 * nothing in its way.
 */

#include "../harness.h"

#include <sys/stat.h>

#include "../deadline.h"
#include "../device.h"
#include "../module.h"
#include "fail_caches.h"
#include "fail_nth.h"

FIXTURE(failing_load)
{
	char parameters[512];
	char *image;
	size_t size;
	int failure;
};

/*
 * Reads the module's file beforehand: its file system is not what is to fail.
 * Returns 0 or -errno.
 */
static int read_module(char **image, size_t *size)
{
	char path[1024];
	int error = module_find(path, sizeof(path)), fd;
	struct stat stat;

	if (error)
		return error;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &stat))
		return -errno;
	*size = stat.st_size;
	*image = malloc(*size);
	if (!*image || read(fd, *image, *size) != (ssize_t)*size)
		error = -EIO;
	close(fd);
	return error;
}

/* Returns 0 or -errno. */
static int load_image(const FIXTURE_DATA(failing_load) * self,
		      const char *parameters)
{
	return syscall(SYS_init_module, self->image, self->size, parameters) ?
		       -errno :
		       0;
}

/*
 * How many allocations the kernel makes before it looks at the parameters, and
 * after that calls the module. It does not expect those for trace events to fail,
 * and warns; they are not ours.
 */
static unsigned int kernels_own_allocations(FIXTURE_DATA(failing_load) * self)
{
	fail_nth_start(self->failure, POINTS_MAX);
	if (load_image(self, "max_regions=nonsense") != -EINVAL)
		return POINTS_MAX;
	return POINTS_MAX - fail_nth_stop(self->failure);
}

FIXTURE_SETUP(failing_load)
{
	ASSERT_EQ(0, fail_nth_prepare())
	TH_LOG(FAIL_NTH_NEEDS);
	self->failure = fail_nth_open();
	ASSERT_LE(0, self->failure);
	ASSERT_EQ(0, module_parameters(self->parameters,
				       sizeof(self->parameters)));
	ASSERT_EQ(0, read_module(&self->image, &self->size));
	ASSERT_TRUE(BECOMES_TRUE(!module_unload()));
}

FIXTURE_TEARDOWN(failing_load)
{
	close(self->failure);
	EXPECT_EQ(0, settings_restore());
	if (!module_is_loaded())
		EXPECT_EQ(0, load_image(self, self->parameters));
	free(self->image);
}

static bool nothing_is_there(void)
{
	return !module_is_loaded() && access(DEVICE_PATH, F_OK) &&
	       access("/proc/shmregion", F_OK);
}

TEST_F_TIMEOUT(failing_load, is_whole_or_not_at_all, 600)
{
	const unsigned int first = kernels_own_allocations(self) + 1;
	unsigned int nth = first - 1, coped = 0;
	bool failed;
	int error;

	do {
		fail_nth_start(self->failure, ++nth);
		error = load_image(self, self->parameters);
		failed = !fail_nth_stop(self->failure);
		if (error) {
			EXPECT_EQ(-ENOMEM, error)
			TH_LOG("allocation %u", nth);
			EXPECT_TRUE(failed);
			EXPECT_TRUE(nothing_is_there())
			TH_LOG("allocation %u", nth);
			continue;
		}
		coped += failed;
		EXPECT_EQ(0, access(DEVICE_PATH, F_OK))
		TH_LOG("allocation %u", nth);
		EXPECT_TRUE(BECOMES_TRUE(!module_unload()));
	} while (failed && nth < POINTS_MAX);
	EXPECT_LT(first, nth);
	EXPECT_NE(POINTS_MAX, nth);
	TH_LOG("%u points failed, %u of which did not matter", nth - first,
	       coped);
}

/* Less than a node or an entry, so that each is the first to be missing once. */
#define STEP 128
#define STEPS_MAX 100

/*
 * The kernel's own allocations are not always as many, so that one of ours may be
 * passed over by their count. And what tries a second time gets it then.
 */
TEST_F_TIMEOUT(failing_load, without_a_node_or_a_place_in_proc_it_is_not_loaded,
	       240)
{
	unsigned int steps = 0;
	int error;

	ASSERT_EQ(0, fail_caches_prepare());
	for (;;) {
		ASSERT_EQ(0, fail_caches_start_after(steps * STEP));
		error = load_image(self, self->parameters);
		ASSERT_EQ(0, fail_caches_stop());
		if (!error || steps == STEPS_MAX)
			break;
		EXPECT_EQ(-ENOMEM, error)
		TH_LOG("after %u bytes", steps * STEP);
		EXPECT_TRUE(nothing_is_there())
		TH_LOG("after %u bytes", steps * STEP);
		steps++;
	}
	EXPECT_EQ(0, error);
	EXPECT_LT(0, steps);
	TH_LOG("loaded with %u bytes of them", steps * STEP);
}

TEST_HARNESS_MAIN
