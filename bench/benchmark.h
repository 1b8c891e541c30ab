/* SPDX-License-Identifier: GPL-2.0 */
/* The benchmarks, and on what each is run. */

#ifndef BENCH_BENCHMARK_H
#define BENCH_BENCHMARK_H

#include <stddef.h>

#include "mechanism.h"

#define BENCHMARK_SIZES 7

/* Each is run in a machine of its own. */
enum guest {
	/* One processor, whose clock counts instructions. */
	GUEST_INSTRUCTIONS,
	/* The same with little memory, so that it can be fragmented. */
	GUEST_FRAGMENTED,
	/* Two processors at once, and the clock of the host. */
	GUEST_PROCESSORS,
};

/* What is to be measured, of what. */
struct run {
	const struct benchmark *benchmark;
	const struct mechanism *mechanism;
	size_t bytes;
};

struct benchmark {
	const char *name;
	enum guest guest;
	/* A set of MECHANISM_*: those that can do it. */
	unsigned int mechanisms;
	/* Up to the first 0. */
	size_t sizes[BENCHMARK_SIZES + 1];
	/* Measures and prints rows. Returns 0 or -errno. */
	int (*run)(const struct run *run);
};

/* The last one has no name. */
extern const struct benchmark benchmarks[];

/* How often to measure: what is large takes long, and varies less. */
unsigned int benchmark_repeats(const struct run *run);

int run_attach_read(const struct run *run);
int run_attach_write(const struct run *run);
int run_fallback_read(const struct run *run);
int run_fallback_write(const struct run *run);
int run_first_write(const struct run *run);
int run_fallback_first_write(const struct run *run);
int run_fragmented_read(const struct run *run);
int run_fragmented_write(const struct run *run);
int run_fragmented_first_write(const struct run *run);
int run_destroy(const struct run *run);
int run_attach_detach(const struct run *run);
int run_get(const struct run *run);
int run_noop_ioctl(const struct run *run);
int run_create_remove(const struct run *run);
int run_create_remove_noreserve(const struct run *run);
int run_lifecycle(const struct run *run);
int run_page_tables(const struct run *run);
int run_sparse_resident(const struct run *run);
int run_sparse_reclaim(const struct run *run);
int run_idle_region(const struct run *run);
int run_idle_region_reserved(const struct run *run);
int run_million(const struct run *run);
int run_contention(const struct run *run);
int run_contention_of_nothing(const struct run *run);
int run_latency(const struct run *run);
int run_latency_futex(const struct run *run);
int run_path_lookup(const struct run *run);
int run_path_lookup_alone(const struct run *run);

#endif /* BENCH_BENCHMARK_H */
