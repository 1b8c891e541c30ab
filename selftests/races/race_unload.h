/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Unloading the module, against whoever comes to it and whoever leaves it last.
 */

#ifndef SELFTESTS_RACE_UNLOAD_H
#define SELFTESTS_RACE_UNLOAD_H

#include "delays.h"
#include "race_regions.h"

/*
 * What is on the way in and out, of the module and of the kernel. Few: what was
 * loaded anew has no windows yet, and opening one takes milliseconds.
 */
static const char *const unload_functions[] = {
	"shmregion_exit",
	"shmregion_scope_exit",
	"device_open",
	"proc_open",
	"scope_enter",
	"region_vm_close",
	"shmregion_lifetime_unlock",
	"shmregion_lifetime_uncharge",
	"wrapper_release",
	NULL,
};

static const char *const unload_kernel_functions[] = {
	"misc_open", "misc_deregister", "proc_reg_open", "proc_reg_read", NULL,
};

static int load_again(struct race *race)
{
	int error = module_load(race->parameters);

	if (!error)
		error = delays_open_list(unload_functions, false);
	return error ? race_unexplained(race, "loading again", error) : 0;
}

static int unload_meanwhile(struct race *race)
{
	int error = module_unload();

	race->result[LEFT] = error;
	if (error && error != -EWOULDBLOCK)
		return race_unexplained(race, "unloading", error);
	return 0;
}

static int nobody_is_here(struct race *race)
{
	race->handle = -1;
	if (!BECOMES_TRUE(module_references() == 0))
		return race_fault(race, "%ld references to the module",
				  module_references());
	return 0;
}

enum { COME_TO_DEVICE, COME_TO_LIST, COME_TO_SCOPE, WAYS_TO_COME };

static unsigned int way_to_come(const struct race *race)
{
	return race_choice(race, 3, WAYS_TO_COME);
}

/* Whoever is in has all of the module. */
static int use_device(struct race *race)
{
	char *address = race_make_attached(race, race->handle, RACE_KEY, 0);

	if (!address)
		return FAULT;
	if (!race_has_mark(race, address) ||
	    region_detach(race->handle, address) ||
	    region_remove(race->handle, race->id))
		return race_fault(race, "the device does not work");
	return 0;
}

/* Whoever reads the list has it, or hears that it is no more. */
static int use_list(struct race *race)
{
	char text[4096];
	ssize_t length = read(race->handle, text, sizeof(text) - 1);

	if (length < 0 && errno != EIO)
		return race_unexplained(race, "reading", -errno);
	if (length < 0)
		return 0;
	text[length] = '\0';
	return strstr(text, "shmid") ? 0 : race_fault(race, "no list");
}

static int come_meanwhile(struct race *race)
{
	const unsigned int way = way_to_come(race);

	if (way == COME_TO_SCOPE && unshare(CLONE_NEWNET))
		return race_unexplained(race, "making a namespace", -errno);
	race->handle = way == COME_TO_LIST ?
			       open("/proc/shmregion", O_RDONLY | O_CLOEXEC) :
			       open(DEVICE_PATH, O_RDWR | O_CLOEXEC);
	race->result[RIGHT] = race->handle < 0 ? -errno : 0;
	if (race->handle < 0)
		return errno == ENOENT || errno == ENODEV || errno == ENXIO ?
			       0 :
			       race_unexplained(race, "opening", -errno);
	return way == COME_TO_LIST ? use_list(race) : use_device(race);
}

/* Closed by who has it, when it was judged what that means. */
static int go_again(struct race *race)
{
	if (race->handle >= 0)
		close(race->handle);
	race->handle = -1;
	return 0;
}

enum { REFUSED, UNLOADED, UNLOADED_UNDER_LIST };

/* The list does not keep the module, but everything else does. */
static int judge_coming(struct race *race)
{
	const bool unloaded = !race->result[LEFT], in = !race->result[RIGHT];
	const bool list = way_to_come(race) == COME_TO_LIST;

	if (list ? !unloaded : unloaded == in)
		return race_fault(race, "unloading: %d, opening: %d",
				  race->result[LEFT], race->result[RIGHT]);
	if (!unloaded)
		return REFUSED;
	if (load_again(race))
		return FAULT;
	return list && in ? UNLOADED_UNDER_LIST : UNLOADED;
}

/* What the right has is a mapping of a removed region, and nothing else. */
static int have_last_mapping(struct race *race)
{
	int fd = device_open(O_RDWR);

	if (fd < 0)
		return race_unexplained(race, "opening", fd);
	race->address = race_make_attached(race, fd, RACE_KEY, 0);
	if (race->address && region_remove(fd, race->id))
		race_fault(race, "removing fails");
	close(fd);
	return race->faults ? FAULT : 0;
}

static int unmap_meanwhile(struct race *race)
{
	if (!race_has_mark(race, race->address))
		return race_fault(race, "what is attached lost its content");
	return munmap(race->address, RACE_PAGES * race->page) ?
		       race_unexplained(race, "unmapping", -errno) :
		       0;
}

static int judge_leaving(struct race *race)
{
	if (race->result[LEFT])
		return REFUSED;
	return load_again(race) ? FAULT : UNLOADED;
}

static const struct pair unload_pairs[] = {
	{
		.name = "unloading against open",
		.outcomes = { "refused", "unloaded",
			      "unloaded under the list" },
		.functions = unload_functions,
		.kernel_functions = unload_kernel_functions,
		.share = 4,
		.unloads = true,
		.prepare = nobody_is_here,
		.left = unload_meanwhile,
		.right = come_meanwhile,
		.judge = judge_coming,
		.leave = go_again,
	},
	{ .name = "unloading against the last detach",
	  .outcomes = { "refused", "unloaded" },
	  .functions = unload_functions,
	  .kernel_functions = unload_kernel_functions,
	  .share = 4,
	  .unloads = true,
	  .prepare = nobody_is_here,
	  .enter = have_last_mapping,
	  .left = unload_meanwhile,
	  .right = unmap_meanwhile,
	  .judge = judge_leaving },
};

#endif /* SELFTESTS_RACE_UNLOAD_H */
