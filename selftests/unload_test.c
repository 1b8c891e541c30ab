// SPDX-License-Identifier: GPL-2.0
/*
 * Unloading the module: refused while anything of it is in use, by whatever
 * way, and allowed thereafter, leaving nothing.
 */

#include "harness.h"

#include <sched.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "deadline.h"
#include "device.h"
#include "mapped_file.h"
#include "module.h"
#include "pagemap.h"
#include "process.h"
#include "slab.h"

#define ROUNDS 100
#define TEXT "still there"

FIXTURE(unload)
{
	char parameters[512];
	int fd;
	int id;
	size_t page;
};

FIXTURE_SETUP(unload)
{
	self->page = sysconf(_SC_PAGESIZE);
	ASSERT_EQ(0, module_parameters(self->parameters,
				       sizeof(self->parameters)));
	self->fd = device_open(O_RDWR);
	ASSERT_LE(0, self->fd);
	self->id = region_create(self->fd, self->page);
	ASSERT_LT(0, self->id);
}

/* Later tests want the module, as it was. */
FIXTURE_TEARDOWN(unload)
{
	if (module_is_loaded())
		region_remove_all(self->fd);
	else
		EXPECT_EQ(0, module_load(self->parameters));
	close(self->fd);
}

/* What is refused changes nothing: the device goes on to serve. */
static int refused(void)
{
	struct shmregion_info info;
	int result = module_unload();
	int fd;

	if (result != -EWOULDBLOCK)
		return result;
	if (!module_is_loaded() || module_references() <= 0)
		return 1;
	fd = device_open(O_RDWR);
	result = fd < 0 ? fd : device_info(fd, &info);
	close(fd);
	return result;
}

static bool allowed(void)
{
	return BECOMES_TRUE(!module_unload());
}

/* What is left of the module where one can see it; "" if nothing is. */
static const char *remains(void)
{
	static const char *const paths[] = {
		DEVICE_PATH,
		"/proc/shmregion",
		"/sys/module/shmregion",
		"/sys/class/misc/shmregion",
		"/sys/kernel/tracing/events/shmregion",
	};
	static const struct {
		const char *path;
		const char *text;
	} texts[] = {
		{ "/proc/modules", "shmregion" },
		{ "/proc/misc", "shmregion" },
		{ "/proc/slabinfo", "shmregion" },
		{ "/proc/kallsyms", "[shmregion]" },
		{ "/proc/self/maps", "shmregion:" },
	};
	char line[4096];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(paths); i++)
		if (!access(paths[i], F_OK))
			return paths[i];
	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		FILE *file = fopen(texts[i].path, "re");
		bool found = !file;

		while (!found && fgets(line, sizeof(line), file))
			found = strstr(line, texts[i].text);
		if (file)
			fclose(file);
		if (found)
			return texts[i].path;
	}
	return "";
}

TEST_F(unload, refused_with_a_region)
{
	close(self->fd);
	EXPECT_EQ(0, refused());
	self->fd = device_open(O_RDWR);
	ASSERT_EQ(0, region_remove(self->fd, self->id));
	close(self->fd);
	EXPECT_TRUE(allowed());
	EXPECT_STREQ("", remains());
}

TEST_F(unload, refused_with_an_open_descriptor)
{
	ASSERT_EQ(0, region_remove(self->fd, self->id));
	EXPECT_EQ(0, refused());
	EXPECT_EQ(1, module_references());
	close(self->fd);
	EXPECT_TRUE(allowed());
	EXPECT_STREQ("", remains());
}

/* The descriptor's copy in another process counts as well. */
static int hold_descriptor(struct peer *parent, void *data)
{
	uint64_t order;

	(void)data;
	peer_tell(parent, 1);
	return peer_hear(parent, &order);
}

TEST_F(unload, refused_with_a_descriptor_elsewhere)
{
	struct peer child;
	uint64_t ready;

	ASSERT_EQ(0, region_remove(self->fd, self->id));
	ASSERT_EQ(0, peer_start(&child, hold_descriptor, NULL));
	close(self->fd);
	EXPECT_EQ(0, peer_hear(&child, &ready));
	EXPECT_EQ(0, refused());
	peer_kill(&child);
	EXPECT_TRUE(allowed());
	EXPECT_STREQ("", remains());
}

/*
 * The mapping is all there is: its region is removed, every descriptor closed.
 * It is the kernel's file that holds the module.
 */
static void *map_and_let_go(FIXTURE_DATA(unload) * self, bool by_descriptor,
			    uint32_t flags)
{
	int handle = region_open(self->id, flags ? O_RDONLY : O_RDWR);
	void *address;

	if (by_descriptor)
		address = mmap(NULL, self->page, PROT_READ, MAP_SHARED, handle,
			       0);
	else
		address = region_attach(self->fd, self->id, flags);
	region_remove(self->fd, self->id);
	close(handle);
	close(self->fd);
	return address == MAP_FAILED ? NULL : address;
}

TEST_F(unload, refused_with_a_mapping)
{
	int way;

	for (way = 0; way < 4; way++) {
		char *address = map_and_let_go(
			self, way & 1, way & 2 ? SHMREGION_ATTACH_RDONLY : 0);

		ASSERT_NE(NULL, address);
		EXPECT_EQ(0, *address);
		EXPECT_EQ(0, refused()) TH_LOG("way %d", way);
		/* Its operations are called: the module has to be there. */
		ASSERT_EQ(0, mprotect(address, self->page, PROT_NONE));
		ASSERT_EQ(0, mprotect(address, self->page, PROT_READ));
		EXPECT_EQ(0, *address);
		ASSERT_EQ(0, munmap(address, self->page));
		EXPECT_TRUE(allowed());
		EXPECT_STREQ("", remains());
		ASSERT_EQ(0, module_load(self->parameters));
		self->fd = device_open(O_RDWR);
		ASSERT_LE(0, self->fd);
		self->id = region_create(self->fd, self->page);
		ASSERT_LT(0, self->id);
	}
}

/*
 * A region gives the module up in the midst of its last detach, in code of the
 * module. So the mapped file has to hold it too, until that code has returned.
 */
TEST_F(unload, a_mapping_holds_the_module_beside_its_region)
{
	char *address = map_and_let_go(self, false, 0);

	ASSERT_NE(NULL, address);
	EXPECT_LE(2, module_references());
	ASSERT_EQ(0, munmap(address, self->page));
	EXPECT_TRUE(BECOMES_TRUE(module_references() == 0));
	EXPECT_TRUE(allowed());
}

TEST_F(unload, refused_with_part_of_a_mapping_in_another_process)
{
	int id = region_create(self->fd, 3 * self->page);
	struct peer child;
	uint64_t ready;
	char *address;

	ASSERT_LT(0, id);
	address = region_attach(self->fd, id, 0);
	ASSERT_NE(NULL, address);
	ASSERT_EQ(0, munmap(address + self->page, self->page));
	ASSERT_EQ(0, region_remove(self->fd, id));
	ASSERT_EQ(0, region_remove(self->fd, self->id));
	close(self->fd);
	ASSERT_EQ(0, peer_start(&child, hold_descriptor, NULL));
	EXPECT_EQ(0, peer_hear(&child, &ready));
	ASSERT_EQ(0, munmap(address, 3 * self->page));
	EXPECT_EQ(0, refused());
	peer_kill(&child);
	EXPECT_TRUE(allowed());
	EXPECT_STREQ("", remains());
}

static int create_in_namespace(struct peer *parent, void *data)
{
	uint64_t order;
	int fd, id;

	(void)data;
	if (unshare(CLONE_NEWNET))
		return -errno;
	fd = device_open(O_RDWR);
	id = region_create(fd, 1);
	close(fd);
	peer_tell(parent, id > 0);
	return peer_hear(parent, &order);
}

TEST_F(unload, refused_with_a_region_in_another_network_namespace)
{
	struct peer child;
	uint64_t ready = 0;

	ASSERT_EQ(0, region_remove(self->fd, self->id));
	close(self->fd);
	ASSERT_EQ(0, peer_start(&child, create_in_namespace, NULL));
	EXPECT_EQ(0, peer_hear(&child, &ready));
	EXPECT_EQ(1, ready);
	EXPECT_EQ(0, refused());
	/* The namespace dies with its process, and takes the region along. */
	peer_kill(&child);
	EXPECT_TRUE(allowed());
	EXPECT_STREQ("", remains());
}

TEST_F(unload, leaves_nothing_to_who_mapped_its_file)
{
	char *address = region_attach(self->fd, self->id, 0);
	char *raw;

	ASSERT_NE(NULL, address);
	raw = mapped_file_map(address, self->page);
	ASSERT_NE(NULL, raw);
	strcpy(address, TEXT);
	ASSERT_EQ(0, region_detach(self->fd, address));
	ASSERT_EQ(0, region_remove(self->fd, self->id));
	close(self->fd);
	EXPECT_TRUE(allowed());
	EXPECT_EQ(PEER_KILLED_BY(SIGBUS), run_in_child(mapped_file_read, raw));
	EXPECT_EQ(0, munmap(raw, self->page));
	EXPECT_STREQ("", remains());
}

/* The number of the file system that the mapping's file is on. */
static int file_system_of(void *address)
{
	unsigned int major, minor;
	char line[512];

	if (maps_line(getpid(), address, line, sizeof(line)) ||
	    sscanf(line, "%*s %*s %*s %x:%x", &major, &minor) != 2)
		return -1;
	return major ? -1 : (int)minor;
}

/* Uses most of what the module has. Returns what file_system_of() does. */
static int use_it(void)
{
	int fd = device_open(O_RDWR), id = region_create(fd, 1);
	int handle = region_open(id, O_RDWR);
	char *address = region_attach(fd, id, SHMREGION_ATTACH_POPULATE);
	int number;

	if (!address || handle < 0)
		return -1;
	strcpy(address, TEXT);
	number = file_system_of(address);
	if (region_lock(fd, id) || region_detach(fd, address) ||
	    region_remove(fd, id))
		return -1;
	close(handle);
	close(fd);
	return number;
}

/*
 * The kernel gives the lowest number that is free to a new file system, so the
 * number rises if one is left behind.
 */
TEST_F_TIMEOUT(unload, a_hundred_times, 200)
{
	int round, first = 0, number;

	ASSERT_EQ(0, region_remove(self->fd, self->id));
	close(self->fd);
	ASSERT_TRUE(allowed());
	for (round = 0; round < ROUNDS; round++) {
		ASSERT_EQ(0, module_load(self->parameters));
		number = use_it();
		ASSERT_LT(0, number);
		if (!round)
			first = number;
		ASSERT_TRUE(allowed());
		ASSERT_STREQ("", remains());
	}
	EXPECT_GE(first, number);
}

/*
 * The kernel counts the module's objects by itself where it does not put them
 * together with others of their size.
 */
TEST_F(unload, all_objects_are_freed_before)
{
	int i, ids[32];

	if (slab_objects(MODULE_NAME) < 0)
		SKIP(return, "needs slab_nomerge on the kernel's command line");
	for (i = 0; i < 32; i++) {
		ids[i] = region_create(self->fd, 1);
		ASSERT_LT(0, ids[i]);
	}
	/* Those of earlier tests are freed in their own time. */
	EXPECT_TRUE(BECOMES_TRUE(slab_objects(MODULE_NAME) == 33));
	for (i = 0; i < 32; i++)
		EXPECT_EQ(0, region_remove(self->fd, ids[i]));
	ASSERT_EQ(0, region_remove(self->fd, self->id));
	close(self->fd);
	ASSERT_TRUE(allowed());
	EXPECT_EQ(-ENOENT, slab_objects(MODULE_NAME));
}

TEST_HARNESS_MAIN
