// SPDX-License-Identifier: GPL-2.0
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/shm.h>

#include "pick.h"

#define PAGE 4096

/* Variables that are used; with more, few would meet. */
#define ACTIVE_SEGMENTS 5
#define ACTIVE_PLACES 4

static int64_t pick_size(struct picker *picker)
{
	static const int64_t sizes[] = { 1,    5000, 4096,  4096,  4097,
					 8192, 8192, 12288, 65536, 65536 };
	static const int64_t bad[] = { 0, -1, -4096, INT64_MIN };

	if (chance_of(&picker->chance, 8))
		return CHOOSE(&picker->chance, bad);
	if (picker->large && chance_of(&picker->chance, 3))
		return (2LL << 20) + (chance_of(&picker->chance, 2) ? 1 : 0);
	return CHOOSE(&picker->chance, sizes);
}

static int64_t pick_mode(struct picker *picker)
{
	static const int modes[] = { 0600, 0666, 0666, 0666, 0777, 0777,
				     0777, 0400, 0644, 0640, 0444, 0060,
				     0006, 0200, 0000, 0700 };

	return CHOOSE(&picker->chance, modes);
}

static int64_t pick_get_flags(struct picker *picker)
{
	int64_t flags = pick_mode(picker);

	if (!chance_of(&picker->chance, 4))
		flags |= IPC_CREAT;
	if (chance_of(&picker->chance, 10))
		flags |= IPC_EXCL;
	if (chance_of(&picker->chance, 8))
		flags |= SHM_NORESERVE;
	/* One that nobody knows. */
	if (chance_of(&picker->chance, 16))
		flags |= 0x10000;
	return flags;
}

static int64_t pick_attach_flags(struct picker *picker)
{
	static const int flags[] = { 0,
				     0,
				     0,
				     SHM_RDONLY,
				     SHM_RDONLY,
				     SHM_EXEC,
				     SHM_RND,
				     SHM_REMAP,
				     SHM_REMAP,
				     SHM_RND | SHM_REMAP,
				     SHM_RDONLY | SHM_RND,
				     SHM_EXEC | SHM_RDONLY | SHM_REMAP,
				     0x800,
				     IPC_CREAT };

	return CHOOSE(&picker->chance, flags);
}

static int64_t pick_command(struct picker *picker)
{
	static const int commands[] = {
		IPC_STAT, IPC_STAT, IPC_STAT,	IPC_STAT, IPC_RMID, IPC_RMID,
		SHM_LOCK, SHM_LOCK, SHM_UNLOCK, IPC_INFO, SHM_INFO, SHM_INFO,
		-1,	  5,	    10,		16,	  0x100,    0x7fffffff
	};

	return CHOOSE(&picker->chance, commands);
}

static int64_t pick_buffer(struct picker *picker)
{
	static const int bad[] = { BUFFER_NULL, BUFFER_BAD, BUFFER_KERNEL,
				   BUFFER_READONLY, BUFFER_SHORT };

	return chance_of(&picker->chance, 8) ? CHOOSE(&picker->chance, bad) :
					       BUFFER_GOOD;
}

static int64_t pick_user(struct picker *picker)
{
	static const int users[] = { 0, 0, 0, 1000, 1000, 1001 };

	return CHOOSE(&picker->chance, users);
}

/*
 * All can be read that can be used at all: what cannot is no good as a buffer for
 * the library, by design, and at address 0 such a buffer can come to be.
 */
static int64_t pick_protection(struct picker *picker)
{
	static const int protections[] = { PROT_NONE,
					   PROT_READ,
					   PROT_READ | PROT_WRITE,
					   PROT_READ | PROT_WRITE,
					   PROT_READ | PROT_EXEC,
					   PROT_READ | PROT_WRITE | PROT_EXEC };

	return CHOOSE(&picker->chance, protections);
}

static int64_t pick_advice(struct picker *picker)
{
	static const int advice[] = { MADV_REMOVE,	  MADV_REMOVE,
				      MADV_DONTNEED,	  MADV_DONTFORK,
				      MADV_DONTFORK,	  MADV_DOFORK,
				      MADV_FREE,	  MADV_WIPEONFORK,
				      MADV_WILLNEED,	  MADV_MERGEABLE,
				      MADV_POPULATE_READ, MADV_POPULATE_WRITE };

	return CHOOSE(&picker->chance, advice);
}

/* Fixed places, close enough that what is there meets and overlaps. */
static int64_t pick_place(struct picker *picker)
{
	static const int64_t places[] = { 0x600000000000, 0x600000000000,
					  0x600000001000, 0x600000002000,
					  0x600000010000, 0x600000200000 };

	return CHOOSE(&picker->chance, places);
}

static int64_t pick_bad_address(struct picker *picker)
{
	static const int64_t addresses[] = { 1,
					     0xfff,
					     0x1000,
					     0x600000000001,
					     0x600000010001,
					     0x7ffffffff000,
					     -PAGE,
					     -2 * PAGE,
					     -1,
					     0x800000000000,
					     INT64_MIN };

	return CHOOSE(&picker->chance, addresses);
}

static struct argument variable(struct picker *picker, char first,
				unsigned int count)
{
	return (struct argument){
		.variable = first + chance_below(&picker->chance, count),
	};
}

static struct argument value(int64_t number)
{
	return (struct argument){ .value = number };
}

static struct argument pick_segment(struct picker *picker)
{
	static const int bad[] = { -1, 0x7fffffff, -5 };

	if (chance_of(&picker->chance, 30))
		return value(CHOOSE(&picker->chance, bad));
	return variable(picker, FIRST_SEGMENT, ACTIVE_SEGMENTS);
}

static struct argument pick_attach_address(struct picker *picker)
{
	if (chance_of(&picker->chance, 8))
		return value(pick_bad_address(picker));
	/* Where there can be huge pages, the kernel chooses other places. */
	if (picker->large || chance_of(&picker->chance, 2))
		return value(pick_place(picker));
	return value(0);
}

static struct argument pick_address(struct picker *picker)
{
	if (chance_of(&picker->chance, 20))
		return value(pick_bad_address(picker));
	if (chance_of(&picker->chance, 3))
		return value(pick_place(picker));
	return variable(picker, FIRST_PLACE, ACTIVE_PLACES);
}

/* Pages of what may be attached; beyond a place of the kernel's may be code. */
static void pick_range(struct picker *picker, struct argument arguments[2])
{
	if (!chance_of(&picker->chance, 3)) {
		arguments[0] = variable(picker, FIRST_PLACE, ACTIVE_PLACES);
		arguments[1] = value(PAGE);
		return;
	}
	arguments[0] = value(pick_place(picker) +
			     PAGE * chance_below(&picker->chance, 3));
	arguments[1] = value(PAGE * (1 + chance_below(&picker->chance, 3)));
}

/*
 * To where nothing else is, or to where it is and no longer: at a place of the
 * kernel's it could look like a part of another attach.
 */
static void pick_move(struct picker *picker, struct argument arguments[])
{
	static const int64_t sizes[] = { PAGE, PAGE, 2 * PAGE, 0 };

	pick_range(picker, &arguments[1]);
	if (chance_of(&picker->chance, 4)) {
		arguments[3] = value(PAGE);
		arguments[4] = value(0);
		return;
	}
	if (chance_of(&picker->chance, 4))
		arguments[2] = value(CHOOSE(&picker->chance, sizes));
	arguments[3] = value(PAGE * (1 + chance_below(&picker->chance, 3)));
	arguments[4] = value(0x640000000000 + picker->moves++ * (4LL << 20));
}

static void pick_limit(struct picker *picker, struct argument arguments[])
{
	static const int64_t limits[] = { 0, 8192, 16384, 65536,
					  (int64_t)RLIM_INFINITY };

	arguments[0] = value(RLIMIT_MEMLOCK);
	arguments[1] = value(CHOOSE(&picker->chance, limits));
}

static struct argument pick(struct picker *picker, enum argument_type type)
{
	static const int commands[] = { SHM_STAT, SHM_STAT, SHM_STAT_ANY };

	switch (type) {
	case SEGMENT:
		return pick_segment(picker);
	case PLACE:
		return variable(picker, FIRST_PLACE, ACTIVE_PLACES);
	case ADDRESS:
		return pick_address(picker);
	case KEY:
		return value(chance_below(&picker->chance, 4));
	case NUMBER:
		return value(chance_below(&picker->chance, 256));
	case GET_FLAGS:
		return value(pick_get_flags(picker));
	case ATTACH_FLAGS:
		return value(pick_attach_flags(picker));
	case USER:
		return value(pick_user(picker));
	case MODE:
		return value(pick_mode(picker) |
			     (chance_of(&picker->chance, 4) ? 07000 : 0));
	case COMMAND:
		return value(CHOOSE(&picker->chance, commands));
	case BUFFER:
		return value(pick_buffer(picker));
	case PROTECTION:
		return value(pick_protection(picker));
	case ADVICE:
		return value(pick_advice(picker));
	case PROCESS:
		return value(chance_below(&picker->chance, ACTIVE_PROCESSES));
	default:
		return value(0);
	}
}

/* Commands that write into the buffer. */
static bool is_answered(int command)
{
	return command == IPC_STAT || command == IPC_INFO ||
	       command == SHM_INFO;
}

/* Where not all combinations of arguments make sense, or are wanted. */
static void adjust(struct picker *picker, struct operation *operation)
{
	struct argument *arguments = operation->arguments;

	switch (operation->kind) {
	case OPERATION_GET:
		arguments[0] = variable(picker, FIRST_SEGMENT, ACTIVE_SEGMENTS);
		arguments[2] = value(pick_size(picker));
		break;
	case OPERATION_AT:
		arguments[2] = pick_attach_address(picker);
		break;
	case OPERATION_CTL:
		arguments[1] = value(pick_command(picker));
		/*
		 * Something can be mapped at 0, and of what is written there
		 * times and limits differ.
		 */
		if (arguments[2].value == BUFFER_NULL &&
		    is_answered(arguments[1].value))
			arguments[2] = value(BUFFER_BAD);
		break;
	case OPERATION_SET:
		/* A user that there cannot be. */
		if (chance_of(&picker->chance, 8))
			arguments[1 + chance_below(&picker->chance, 2)] =
				value(-1);
		break;
	case OPERATION_MUNMAP:
	case OPERATION_MPROTECT:
	case OPERATION_MMAP:
	case OPERATION_MADVISE:
	case OPERATION_MSYNC:
	case OPERATION_MLOCK:
	case OPERATION_MUNLOCK:
		pick_range(picker, arguments);
		break;
	case OPERATION_MREMAP:
		pick_move(picker, arguments);
		break;
	case OPERATION_REMAP:
		/*
		 * What lies beyond the end, and what looks like a part of
		 * another attach, are differences by design.
		 */
		pick_range(picker, arguments);
		arguments[1] = value(PAGE);
		arguments[2] = value(OWN_PAGE);
		break;
	case OPERATION_RLIMIT:
		pick_limit(picker, arguments);
		break;
	default:
		break;
	}
}

void pick_arguments(struct picker *picker, struct operation *operation)
{
	const enum argument_type *types = operation_arguments(operation->kind);
	unsigned int i;

	for (i = 0; i < ARGUMENTS && types[i] != NOTHING; i++)
		operation->arguments[i] = pick(picker, types[i]);
	adjust(picker, operation);
}
