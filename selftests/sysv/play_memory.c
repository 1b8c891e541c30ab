// SPDX-License-Identifier: GPL-2.0
/* What programs do to the memory in which segments are attached. */
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "answer.h"
#include "play.h"

static sigjmp_buf fault;

static void handle_fault(int number)
{
	siglongjmp(fault, number);
}

static void set_handler(void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler };

	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
}

/* What is touched may not be there, or not for this use. */
static void touch(volatile unsigned char *byte, const int64_t *value)
{
	int number;

	set_handler(handle_fault);
	number = sigsetjmp(fault, 1);
	if (number)
		answer_field("signal", "%s", sigabbrev_np(number));
	else if (value)
		*byte = *value;
	else
		answer_field("byte", "%#x", *byte);
	set_handler(SIG_DFL);
}

void play_read(const struct argument *arguments)
{
	touch(play_address(&arguments[0]), NULL);
}

void play_write(const struct argument *arguments)
{
	touch(play_address(&arguments[0]), &arguments[1].value);
}

void play_munmap(const struct argument *arguments)
{
	answer_expect();
	answer_result(!munmap(play_address(&arguments[0]), arguments[1].value));
}

void play_mprotect(const struct argument *arguments)
{
	answer_expect();
	answer_result(!mprotect(play_address(&arguments[0]), arguments[1].value,
				arguments[2].value));
}

void play_mmap(const struct argument *arguments)
{
	answer_expect();
	answer_result(mmap(play_address(&arguments[0]), arguments[1].value,
			   arguments[2].value,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
			   0) != MAP_FAILED);
}

void play_mremap(const struct argument *arguments)
{
	void *to = play_address(&arguments[4]), *address;

	answer_expect();
	address = mremap(play_address(&arguments[1]), arguments[2].value,
			 arguments[3].value,
			 to ? MREMAP_MAYMOVE | MREMAP_FIXED : MREMAP_MAYMOVE,
			 to);
	answer_result(address != MAP_FAILED);
	if (address == MAP_FAILED)
		return;
	answer_field("address", "%#lx", (unsigned long)address);
	play_set_place(&arguments[0], address);
}

void play_remap(const struct argument *arguments)
{
	void *address = play_address(&arguments[0]);
	unsigned long page = arguments[2].value;

	if (arguments[2].value == OWN_PAGE)
		page = play_page_at(address);
	answer_expect();
	answer_result(!syscall(SYS_remap_file_pages, address,
			       arguments[1].value, 0, page, 0));
}

void play_madvise(const struct argument *arguments)
{
	answer_expect();
	answer_result(!madvise(play_address(&arguments[0]), arguments[1].value,
			       arguments[2].value));
}

void play_msync(const struct argument *arguments)
{
	answer_expect();
	answer_result(!msync(play_address(&arguments[0]), arguments[1].value,
			     MS_SYNC));
}

void play_mlock(const struct argument *arguments)
{
	answer_expect();
	answer_result(!mlock(play_address(&arguments[0]), arguments[1].value));
}

void play_munlock(const struct argument *arguments)
{
	answer_expect();
	answer_result(
		!munlock(play_address(&arguments[0]), arguments[1].value));
}

void play_mlockall(const struct argument *arguments)
{
	answer_expect();
	answer_result(!(arguments[0].value ? mlockall(arguments[0].value) :
					     munlockall()));
}
