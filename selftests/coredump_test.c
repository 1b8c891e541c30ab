// SPDX-License-Identifier: GPL-2.0
/*
 * A core dump contains what the process had attached, as it contains System V
 * shared memory.
 */

#include "harness.h"

#include <linux/elf.h>
#include <sys/resource.h>

#include "device.h"
#include "kernel_file.h"
#include "process.h"
#include "setting.h"
#include "sysv.h"

#define PATTERN "the content of a region"
#define HUGE (2UL << 20)
#define CORE_PATTERN "/proc/sys/kernel/core_pattern"

FIXTURE(coredump)
{
	char directory[64];
	char core[128];
	int id;
	int sysv_id;
	size_t page;
};

FIXTURE_SETUP(coredump)
{
	char pattern[80];

	self->page = sysconf(_SC_PAGESIZE);
	ASSERT_LE(0, shared_region_device());
	strcpy(self->directory, "/tmp/shmregion-coredump-XXXXXX");
	ASSERT_NE(NULL, mkdtemp(self->directory));
	snprintf(pattern, sizeof(pattern), "%s/core.%%P", self->directory);
	ASSERT_EQ(0, setting_change(CORE_PATTERN, pattern));
	self->id = shared_region.create(2 * self->page);
	self->sysv_id = system_v.create(2 * self->page);
	ASSERT_LT(0, self->id);
	ASSERT_LE(0, self->sysv_id);
}

FIXTURE_TEARDOWN(coredump)
{
	EXPECT_EQ(0, settings_restore());
	unlink(self->core);
	rmdir(self->directory);
	system_v.remove(self->sysv_id);
	region_remove_all(shared_region_device());
}

/* Where a process had its attaches when it died. */
enum place {
	WRITABLE,
	READ_ONLY,
	SYSV_WRITABLE,
	SYSV_READ_ONLY,
	PLACES,
};

struct dumped {
	int id;
	int sysv_id;
	bool remove;
};

static int die(struct peer *parent, void *data)
{
	const struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
	struct dumped *dumped = data;
	long places[PLACES];
	int i;

	if (setrlimit(RLIMIT_CORE, &unlimited))
		return -errno;
	places[WRITABLE] = shared_region.attach(dumped->id, 0, 0);
	places[READ_ONLY] = shared_region.attach(dumped->id, 0, SHM_RDONLY);
	places[SYSV_WRITABLE] = system_v.attach(dumped->sysv_id, 0, 0);
	places[SYSV_READ_ONLY] =
		system_v.attach(dumped->sysv_id, 0, SHM_RDONLY);
	for (i = 0; i < PLACES; i++) {
		if (places[i] < 0)
			return places[i];
		peer_tell(parent, places[i]);
	}
	strcpy((char *)places[WRITABLE], PATTERN);
	strcpy((char *)places[SYSV_WRITABLE], PATTERN);
	if (dumped->remove)
		shared_region.remove(dumped->id);
	abort();
}

/*
 * Reads what the core file has of @address on. Returns how many bytes that are,
 * 0 if it names the mapping without its content, -ENOENT if not even that.
 */
static ssize_t read_core(FILE *core, uint64_t address, char *content,
			 size_t size)
{
	struct elf64_hdr header;
	struct elf64_phdr segment;
	unsigned int i;

	if (fread(&header, sizeof(header), 1, core) != 1 ||
	    memcmp(header.e_ident, ELFMAG, SELFMAG) ||
	    header.e_type != ET_CORE || fseek(core, header.e_phoff, SEEK_SET))
		return -ENOEXEC;
	for (i = 0; i < header.e_phnum; i++) {
		if (fread(&segment, sizeof(segment), 1, core) != 1)
			return -ENOEXEC;
		if (segment.p_type == PT_LOAD && segment.p_vaddr == address) {
			if (size > segment.p_filesz)
				size = segment.p_filesz;
			if (fseek(core, segment.p_offset, SEEK_SET))
				return -ENOEXEC;
			return fread(content, 1, size, core);
		}
	}
	return -ENOENT;
}

static ssize_t read_core_file(const char *path, uint64_t address, char *content,
			      size_t size)
{
	FILE *core = fopen(path, "re");
	ssize_t got;

	if (!core)
		return -errno;
	got = read_core(core, address, content, size);
	fclose(core);
	return got;
}

/* Has a process die with the attaches in @places. Returns as peer_wait(). */
static int dump(FIXTURE_DATA(coredump) * self, bool remove, uint64_t *places)
{
	struct dumped dumped = { .id = self->id,
				 .sysv_id = self->sysv_id,
				 .remove = remove };
	struct peer child;
	int i, error;

	error = peer_start(&child, die, &dumped);
	for (i = 0; i < PLACES && !error; i++)
		error = peer_hear(&child, &places[i]);
	if (error)
		return error;
	snprintf(self->core, sizeof(self->core), "%s/core.%d", self->directory,
		 (int)child.pid);
	return peer_wait(&child);
}

TEST_F(coredump, contains_an_attach)
{
	char content[sizeof(PATTERN)], theirs[sizeof(PATTERN)];
	uint64_t places[PLACES];

	ASSERT_EQ(PEER_KILLED_BY(SIGABRT), dump(self, false, places));
	ASSERT_EQ((ssize_t)sizeof(content),
		  read_core_file(self->core, places[WRITABLE], content,
				 sizeof(content)));
	EXPECT_STREQ(PATTERN, content);
	EXPECT_EQ((ssize_t)sizeof(theirs),
		  read_core_file(self->core, places[SYSV_WRITABLE], theirs,
				 sizeof(theirs)));
	EXPECT_EQ(0, shared_region.attaches(self->id));
}

/*
 * Of what can only be read the kernel dumps the first page of a file, as it may tell
 * which program that was. A region smaller than a huge page does not begin there.
 */
TEST_F(coredump, treats_a_read_only_attach_as_any_file)
{
	char content[sizeof(PATTERN)];
	uint64_t places[PLACES];
	ssize_t theirs;

	ASSERT_EQ(PEER_KILLED_BY(SIGABRT), dump(self, false, places));
	EXPECT_EQ(0, read_core_file(self->core, places[READ_ONLY], content,
				    sizeof(content)));
	unlink(self->core);

	self->id = shared_region.create(HUGE);
	ASSERT_LT(0, self->id);
	ASSERT_EQ(PEER_KILLED_BY(SIGABRT), dump(self, false, places));
	theirs = read_core_file(self->core, places[SYSV_READ_ONLY], content,
				sizeof(content));
	ASSERT_LE(0, theirs);
	EXPECT_EQ(theirs, read_core_file(self->core, places[READ_ONLY], content,
					 sizeof(content)));
}

TEST_F(coredump, contains_an_attach_of_a_removed_region)
{
	char content[sizeof(PATTERN)];
	uint64_t places[PLACES];

	ASSERT_EQ(PEER_KILLED_BY(SIGABRT), dump(self, true, places));
	ASSERT_EQ((ssize_t)sizeof(content),
		  read_core_file(self->core, places[WRITABLE], content,
				 sizeof(content)));
	EXPECT_STREQ(PATTERN, content);
	EXPECT_TRUE(region_is_gone(shared_region_device(), self->id));
}

TEST_HARNESS_MAIN
