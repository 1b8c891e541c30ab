/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Processes that check and renew the pages of regions while memory is short,
 * and a board on which they write what they found.
 */

#ifndef SELFTESTS_PRESSURE_CREW_H
#define SELFTESTS_PRESSURE_CREW_H

#include <linux/futex.h>
#include <limits.h>
#include <sched.h>
#include <sys/mman.h>

#include "harness.h"

#include "checked_pages.h"
#include "clock.h"
#include "device.h"
#include "environment.h"
#include "process.h"

#define CREW_MOST 1100
#define LEDGER_PAGES 262144

/* What they have to do, and, once it is another one, no more. */
enum phase {
	PHASE_GATHER,
	PHASE_ATTACH,
	PHASE_PATROL,
	PHASE_END,
};

/* Shared by all processes of this program, and locked: it is never short. */
static struct board {
	/* A futex. */
	unsigned int phase;
	/* How many have done what the phase asked for. */
	unsigned int done;
	unsigned long verified, renewed, busy, wrong, moved, collapsed;
	/* How often memory was refused. */
	unsigned long refused;
	/* The least that was seen of what the pressure is to use up. */
	long long least;
	/* The first page that was wrong. */
	int wrong_region;
	size_t wrong_page;
	uint64_t wrong_sequence, wrong_ledger;
	int results[CREW_MOST];
	/* By all tests of this program. */
	unsigned long verified_in_all;
	size_t ledger_used;
	uint64_t ledger[LEDGER_PAGES];
} * board;

static void __attribute__((constructor)) board_make(void)
{
	board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS | MAP_LOCKED, -1, 0);
	if (board == MAP_FAILED)
		abort();
}

/* Before a test. */
static inline void board_clear(void)
{
	const unsigned long verified = board->verified_in_all;

	memset(board, 0, sizeof(*board));
	board->verified_in_all = verified;
	board->least = LLONG_MAX;
}

static inline void board_add(unsigned long *count, unsigned long more)
{
	__atomic_add_fetch(count, more, __ATOMIC_RELAXED);
}

static inline enum phase board_phase(void)
{
	return __atomic_load_n(&board->phase, __ATOMIC_ACQUIRE);
}

static inline void board_announce(enum phase phase)
{
	__atomic_store_n(&board->done, 0, __ATOMIC_RELEASE);
	__atomic_store_n(&board->phase, phase, __ATOMIC_RELEASE);
	syscall(SYS_futex, &board->phase, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

static inline void board_wait_for(enum phase phase)
{
	enum phase now;

	while ((now = board_phase()) < phase)
		syscall(SYS_futex, &board->phase, FUTEX_WAIT, now, NULL, NULL,
			0);
}

static inline void board_saw(long long left)
{
	if (left >= 0 && left < board->least)
		board->least = left;
}

/* How much longer than usual it is to take, for who has time. */
static inline unsigned int pressure_factor(void)
{
	return number_from("SHMREGION_PRESSURE", 1);
}

struct crew {
	unsigned int count;
	pid_t pids[CREW_MOST];
};

/* Returns 0, or what the crew has to report: -errno. */
typedef int (*crew_function)(unsigned int number, void *data);

/* Starts @count more. They die with this process. Returns 0 or -errno. */
static inline int crew_start(struct crew *crew, unsigned int count,
			     crew_function function, void *data)
{
	const pid_t parent = getpid();

	while (count--) {
		const unsigned int number = crew->count;
		const pid_t pid = fork();

		if (pid < 0)
			return -errno;
		if (!pid) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			if (getppid() != parent)
				_exit(1);
			board->results[number] = function(number, data);
			_exit(0);
		}
		crew->pids[crew->count++] = pid;
	}
	return 0;
}

/* Waits for the end of one. Returns its result, or PEER_KILLED_BY(). */
static inline int crew_wait(struct crew *crew, unsigned int number)
{
	int status;

	if (waitpid(crew->pids[number], &status, 0) != crew->pids[number])
		return PEER_SILENT;
	crew->pids[number] = 0;
	if (WIFSIGNALED(status))
		return PEER_KILLED_BY(WTERMSIG(status));
	return WEXITSTATUS(status) ? PEER_SILENT : board->results[number];
}

/* Has all come to their end. Returns 0, or what the first one failed with. */
static inline int crew_end(struct crew *crew)
{
	unsigned int i;
	int result, first = 0;

	board_announce(PHASE_END);
	for (i = 0; i < crew->count; i++) {
		result = crew->pids[i] ? crew_wait(crew, i) : 0;
		if (result && !first)
			first = result;
	}
	crew->count = 0;
	return first;
}

/* For a teardown, after a test that ended early. */
static inline void crew_kill(struct crew *crew)
{
	while (crew->count) {
		const pid_t pid = crew->pids[--crew->count];

		if (pid && !kill(pid, SIGKILL))
			waitpid(pid, NULL, 0);
	}
}

/* Returns whether the crew is alive, all but those who were waited for. */
static inline bool crew_lives(const struct crew *crew)
{
	siginfo_t info;
	unsigned int i;

	for (i = 0; i < crew->count; i++) {
		info.si_pid = 0;
		if (crew->pids[i] && (waitid(P_PID, crew->pids[i], &info,
					     WEXITED | WNOHANG | WNOWAIT) ||
				      info.si_pid))
			return false;
	}
	return true;
}

/* Waits until @count have done what the phase asks for; false if one died. */
static inline bool crew_gathers(const struct crew *crew, unsigned int count)
{
	const struct timespec nap = { .tv_nsec = 10000000 };

	while (__atomic_load_n(&board->done, __ATOMIC_ACQUIRE) < count) {
		if (!crew_lives(crew))
			return false;
		nanosleep(&nap, NULL);
	}
	return true;
}

static inline void crew_has_done(void)
{
	__atomic_fetch_add(&board->done, 1, __ATOMIC_RELEASE);
}

/* Returns 0, -EAGAIN if the page is being written, -EILSEQ if it is wrong. */
static inline int board_note(enum verdict verdict,
			     const struct checked_page *page,
			     const struct checked_region *region, size_t number)
{
	switch (verdict) {
	case PAGE_RIGHT:
		board_add(&board->verified, 1);
		return 0;
	case PAGE_BUSY:
		board_add(&board->busy, 1);
		return -EAGAIN;
	default:
		if (!__atomic_fetch_add(&board->wrong, 1, __ATOMIC_SEQ_CST)) {
			board->wrong_region = region->id;
			board->wrong_page = number;
			board->wrong_sequence = page->sequence;
			board->wrong_ledger = region->ledger[number];
		}
		return -EILSEQ;
	}
}

static inline int verify_page(const struct checked_page *page,
			      const struct checked_region *region,
			      size_t number)
{
	return board_note(page_check(page, region, number), page, region,
			  number);
}

/* A page is verified before it is written anew. */
static inline int renew_page(struct checked_page *page,
			     const struct checked_region *region, size_t number)
{
	const int error = board_note(page_renew(page, region, number), page,
				     region, number);

	if (!error)
		board_add(&board->renewed, 1);
	return error;
}

/* Every page, once. Returns how many are not right. */
static inline size_t verify_all(struct checked_page *pages,
				const struct checked_region *region)
{
	size_t i, errors = 0;

	for (i = 0; i < region->pages; i++)
		errors += !!verify_page(&pages[i], region, i);
	return errors;
}

static inline size_t renew_all(struct checked_page *pages,
			       const struct checked_region *region)
{
	size_t i, errors = 0;

	for (i = 0; i < region->pages; i++)
		errors += !!renew_page(&pages[i], region, i);
	return errors;
}

/* A ledger for so many pages that are not written yet. */
static inline uint64_t *board_ledger(size_t pages)
{
	const size_t used = __atomic_fetch_add(&board->ledger_used, pages,
					       __ATOMIC_RELAXED);

	if (used + pages > LEDGER_PAGES)
		abort();
	return &board->ledger[used];
}

/* Creates one, with a ledger, and nothing in it. Returns 0 or -errno. */
static inline int checked_region_make(struct checked_region *region, int fd,
				      size_t pages, uint32_t flags)
{
	region->pages = pages;
	region->ledger = board_ledger(pages);
	region->id = region_get(fd, SHMREGION_KEY_PRIVATE, pages * CHECKED_PAGE,
				SHMREGION_GET_CREATE | flags, 0600);
	return region->id < 0 ? region->id : 0;
}

/* What to do with the pages of a region. Returns how many are not right. */
typedef size_t (*visit_function)(struct checked_page *pages,
				 const struct checked_region *region);

/* Attaches it for as long as @visit takes. Returns errors, or -errno. */
static inline long checked_region_visit(const struct checked_region *region,
					int fd, visit_function visit)
{
	struct checked_page *pages = region_attach(fd, region->id, 0);
	long errors;
	int error;

	if (!pages)
		return -errno;
	errors = (long)visit(pages, region);
	error = region_detach(fd, pages);
	return error ? error : errors;
}

#endif /* SELFTESTS_PRESSURE_CREW_H */
