// SPDX-License-Identifier: GPL-2.0
/*
 * The System V preload library in programs whose system calls are filtered: it
 * makes those that its manual page lists and no others. Built as a 32-bit program
 * as well.
 */

#include "preload_absent.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>

#ifdef __x86_64__
#define ARCHITECTURE AUDIT_ARCH_X86_64
#else
#define ARCHITECTURE AUDIT_ARCH_I386
#endif

/* Each with what other versions of the C library, or 32-bit ones, make of it. */
#define NAMES 4
#define END -1

struct needed {
	long numbers[NAMES];
	const char *name;
};

/* As in libshmregion-sysv(7), and by what the C library makes of them. */
static const struct needed needed[] = {
	{ { SYS_openat, END }, "openat" },
	{ { SYS_close, END }, "close" },
#ifdef __x86_64__
	{ { SYS_fstat, SYS_newfstatat, END }, "fstat" },
	{ { SYS_fcntl, END }, "fcntl" },
#else
	{ { SYS_fstat64, SYS_fstatat64, SYS_statx, END }, "fstat" },
	{ { SYS_fcntl64, END }, "fcntl" },
#endif
	{ { SYS_prlimit64, END }, "prlimit64" },
	{ { SYS_ioctl, END }, "ioctl" },
	{ { SYS_gettid, END }, "gettid" },
	{ { SYS_process_vm_readv, END }, "process_vm_readv" },
	{ { SYS_process_vm_writev, END }, "process_vm_writev" },
	{ { SYS_read, END }, "read" },
	/* What it says is said by these. */
	{ { SYS_ppoll, END }, "ppoll" },
	{ { SYS_sendmsg, END }, "sendmsg" },
	{ { SYS_writev, END }, "writev" },
};

#define INSTRUCTIONS 128

struct filter {
	struct sock_filter instructions[INSTRUCTIONS];
	unsigned short length;
};

static void add(struct filter *filter, struct sock_filter instruction)
{
	filter->instructions[filter->length++] = instruction;
}

static void begin(struct filter *filter)
{
	filter->length = 0;
	add(filter,
	    (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
					 offsetof(struct seccomp_data, arch)));
	add(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
						 ARCHITECTURE, 1, 0));
	add(filter, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
						 SECCOMP_RET_KILL_PROCESS));
	add(filter,
	    (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
					 offsetof(struct seccomp_data, nr)));
}

static void answer(struct filter *filter, long number, unsigned int action)
{
	add(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
						 number, 0, 1));
	add(filter, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
}

/* Returns 0 or -errno. */
static int install(struct filter *filter, unsigned int otherwise)
{
	const struct sock_fprog program = {
		.len = filter->length + 1,
		.filter = filter->instructions,
	};

	add(filter, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, otherwise));
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		return -errno;
	return 0;
}

/* By this call alone: a library that counts what is run has its own _exit(). */
static void leave(int status)
{
	syscall(SYS_exit_group, status);
}

/* What the filter stopped, where the test finds it. */
static long *stopped;

static void stop(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)context;
	*stopped = info->si_syscall;
	leave(EXIT_FAILURE);
}

/* Allows what is needed, but for @missing, and to exit. Returns 0 or -errno. */
static int allow_needed(const struct needed *missing)
{
	struct sigaction action = { .sa_sigaction = stop,
				    .sa_flags = SA_SIGINFO };
	struct filter filter;
	unsigned int i, j;

	if (sigaction(SIGSYS, &action, NULL))
		return -errno;
	begin(&filter);
	answer(&filter, SYS_exit_group, SECCOMP_RET_ALLOW);
	for (i = 0; i < ARRAY_SIZE(needed); i++)
		for (j = 0;
		     &needed[i] != missing && needed[i].numbers[j] != END; j++)
			answer(&filter, needed[i].numbers[j],
			       SECCOMP_RET_ALLOW);
	return install(&filter, SECCOMP_RET_TRAP);
}

/* Makes all calls in all ways that ask the kernel for something else. */
static int use_all(void)
{
	struct shmid_ds ds;
	int id, *number;

	id = shmget(KEY, sizeof(int), IPC_CREAT | SHM_NORESERVE | 0600);
	if (id < 0)
		return 1;
	number = shmat(id, NULL, 0);
	if (number == (void *)-1)
		return 2;
	*number = 5;
	if (shmctl(id, IPC_STAT, &ds) || shmctl(id, IPC_SET, &ds) ||
	    shmctl(id, SHM_LOCK, NULL) || shmctl(id, SHM_UNLOCK, NULL) ||
	    shmctl(0, IPC_INFO, &ds) < 0)
		return 3;
	if (shmdt(number))
		return 4;
	return shmctl(id, IPC_RMID, NULL) ? 5 : 0;
}

/* A program that has the device, loses its descriptor, and corrects that. */
static int use_and_use_again(const struct needed *missing)
{
	int fd, stage;

	preload_call();
	if (preload_descriptors(&fd) != 1)
		return 10;
	if (allow_needed(missing))
		return 11;
	stage = use_all();
	if (stage)
		return stage;
	/* As the program's own, which is not what the filter is to stop. */
	close(fd);
	return use_all();
}

static int do_without_device(const struct needed *missing)
{
	if (hide_device())
		return 12;
	if (allow_needed(missing))
		return 11;
	return all_fail() == ENOSYS ? 0 : 13;
}

/* Runs @function in a child. Returns its exit status, or -1. */
static int run_filtered(int (*function)(const struct needed *missing),
			const struct needed *missing, int output)
{
	int status;
	pid_t child;

	*stopped = END;
	child = fork();
	if (!child) {
		say_to(output);
		leave(function(missing));
	}
	if (waitpid(child, &status, 0) != child || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

static long *share_number(void)
{
	return mmap(NULL, sizeof(long), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

TEST_F(absent, can_be_used_by_the_calls_that_are_listed)
{
	stopped = share_number();
	ASSERT_NE(MAP_FAILED, stopped);
	EXPECT_EQ(0, run_filtered(use_and_use_again, NULL, self->output));
	EXPECT_EQ(END, *stopped)
	TH_LOG("it made system call %ld", *stopped);
}

TEST_F(absent, is_absent_by_the_calls_that_are_listed)
{
	stopped = share_number();
	ASSERT_NE(MAP_FAILED, stopped);
	EXPECT_EQ(0, run_filtered(do_without_device, NULL, self->output));
	EXPECT_EQ(END, *stopped)
	TH_LOG("it made system call %ld", *stopped);
	EXPECT_STREQ(PREFIX MISSING FAILS, what_it_said(self->output));
}

static bool is_named(const struct needed *call, long number)
{
	unsigned int i;

	for (i = 0; call->numbers[i] != END; i++)
		if (call->numbers[i] == number)
			return true;
	return false;
}

/* Whether one that may do everything else is stopped at it. */
static bool is_made(const struct needed *call, int output)
{
	const int fd = device_open(O_RDWR);
	int id;

	run_filtered(use_and_use_again, call, output);
	id = region_get(fd, (uint32_t)KEY, 0, 0, 0);
	region_remove(fd, id);
	close(fd);
	if (is_named(call, *stopped))
		return true;
	run_filtered(do_without_device, call, output);
	return is_named(call, *stopped);
}

/* Nobody is to allow more than there is need for. */
TEST_F(absent, needs_every_call_that_is_listed)
{
	unsigned int i;

	stopped = share_number();
	ASSERT_NE(MAP_FAILED, stopped);
	for (i = 0; i < ARRAY_SIZE(needed); i++) {
		EXPECT_TRUE(is_made(&needed[i], self->output))
		TH_LOG("%s is not needed", needed[i].name);
	}
}

/* Makes copies by the kernel fail with @error. Returns 0 or -errno. */
static int refuse_to_copy(int error)
{
	struct filter filter;

	begin(&filter);
	answer(&filter, SYS_process_vm_readv, SECCOMP_RET_ERRNO | error);
	answer(&filter, SYS_process_vm_writev, SECCOMP_RET_ERRNO | error);
	return install(&filter, SECCOMP_RET_ALLOW);
}

static int use_without_copies(struct peer *parent, void *data)
{
	const int error = refuse_to_copy(*(int *)data);

	(void)parent;
	return error ? error : use_all();
}

TEST_F(absent, copies_itself_where_the_kernel_may_not)
{
	int errors[] = { EPERM, EACCES, ENOSYS };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(errors); i++)
		EXPECT_EQ(0, run_in_child(use_without_copies, &errors[i]));
}

/* Returns the errno of a call with a pointer that is none. */
static int use_bad_pointer(struct peer *parent, void *data)
{
	const int error = refuse_to_copy(*(int *)data);

	(void)parent;
	if (error)
		return error;
	return shmctl(0, IPC_INFO, (struct shmid_ds *)8) < 0 ? errno : 0;
}

/* Any other error must not be taken for leave to touch the memory. */
TEST_F(absent, copies_itself_nowhere_else)
{
	int errors[] = { ENOMEM, ESRCH };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(errors); i++)
		EXPECT_EQ(errors[i], run_in_child(use_bad_pointer, &errors[i]));
}

TEST_HARNESS_MAIN
