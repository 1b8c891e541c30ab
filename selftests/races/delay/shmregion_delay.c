// SPDX-License-Identifier: GPL-2.0
/*
 * Widens windows for races: holds up, now and then and for a random while,
 * whoever comes by certain places of the kernel, so that another processor gets
 * in between. The places are the entry of each function that is named, and each
 * call in it, or each instruction: so all that lies between two calls, as taking
 * a lock and using what was looked up before, or giving a lock back and calling
 * what is to follow.
 *
 * No line of the functions themselves is needed for that: kprobes do it. All is
 * said and asked by module parameters in sysfs.
 */

#include <linux/atomic.h>
#include <linux/hash.h>
#include <linux/kallsyms.h>
#include <linux/kcsan-checks.h>
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/list.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/processor.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timekeeping.h>

#include <asm/unaligned.h>

#ifndef CONFIG_X86_64
#error "calls are looked for in the machine code of x86-64"
#endif

/* The instruction that calls: this byte, then how far, from behind it. */
#define CALL_OPCODE 0xe8
#define CALL_SIZE 5

/* Of a long function not every instruction: each window takes time to open. */
#define MOST_EVERYWHERE 200

static unsigned int chance;
module_param(chance, uint, 0644);
MODULE_PARM_DESC(chance, "one in so many who come by is held up (0: nobody)");

static unsigned int longest = 200;
module_param(longest, uint, 0644);
MODULE_PARM_DESC(longest, "for so many microseconds at most (default: 200)");

static unsigned int seed;
module_param(seed, uint, 0644);
MODULE_PARM_DESC(seed, "another one, and others are held up");

/**
 * struct window - a place where one may be held up
 */
struct window {
	/** @probe: What stops who comes by. */
	struct kprobe probe;
	/** @node: In windows. */
	struct list_head node;
	/** @reached: Somebody came by. */
	bool reached;
};

static LIST_HEAD(windows);
static DEFINE_MUTEX(windows_lock);
/* The name of what is being looked at, under windows_lock. */
static char symbol[KSYM_SYMBOL_LEN];
static atomic_t visits;
static atomic_t delays;

/* A clock for where any may be held: it reads what may be written meanwhile. */
static u64 now(void)
{
	u64 ns;

	kcsan_disable_current();
	ns = ktime_get_mono_fast_ns();
	kcsan_enable_current();
	return ns;
}

/* Whoever else wants this processor gets it where it is an emulated one. */
static void hold_up(u64 ns)
{
	const u64 end = now() + ns;

	do
		cpu_relax();
	while (now() < end);
}

static int come_by(struct kprobe *probe, struct pt_regs *regs)
{
	struct window *window = container_of(probe, struct window, probe);
	const unsigned int odds = READ_ONCE(chance);
	u32 dice;

	WRITE_ONCE(window->reached, true);
	dice = hash_32(atomic_inc_return(&visits) + READ_ONCE(seed), 32);
	if (!odds || (dice & 0xffff) % odds)
		return 0;
	atomic_inc(&delays);
	hold_up(mul_u32_u32(dice >> 16, READ_ONCE(longest) * NSEC_PER_USEC) >>
		16);
	return 0;
}

/* Returns 0, or an error if there is no window to be had there. */
static int open_window(const char *function, void *address, struct window **out)
{
	struct window *window;
	int err;

	window = kzalloc(sizeof(*window), GFP_KERNEL);
	if (!window)
		return -ENOMEM;
	window->probe.symbol_name = function;
	window->probe.addr = address;
	window->probe.pre_handler = come_by;
	err = register_kprobe(&window->probe);
	if (err) {
		kfree(window);
		return err;
	}
	window->probe.symbol_name = NULL;
	list_add(&window->node, &windows);
	if (out)
		*out = window;
	return 0;
}

/* All of them, or those whose module is gone. */
static bool is_to_close(const struct window *window, bool all)
{
	return all || kprobe_gone((struct kprobe *)&window->probe);
}

/* All at once: each time takes as long as RCU does. */
static int close_windows(bool all)
{
	unsigned int count = 0, i = 0;
	struct window *window, *next;
	struct kprobe **probes;
	LIST_HEAD(closed);

	lockdep_assert_held(&windows_lock);
	list_for_each_entry_safe(window, next, &windows, node) {
		if (!is_to_close(window, all))
			continue;
		list_move(&window->node, &closed);
		count++;
	}
	if (!count)
		return 0;
	probes = kvmalloc_array(count, sizeof(*probes), GFP_KERNEL);
	if (!probes) {
		list_splice(&closed, &windows);
		return -ENOMEM;
	}
	list_for_each_entry(window, &closed, node)
		probes[i++] = &window->probe;
	unregister_kprobes(probes, count);
	kvfree(probes);
	list_for_each_entry_safe(window, next, &closed, node)
		kfree(window);
	return 0;
}

/* What the compiler has put in, or no way leads back from, or both. */
static bool is_noise(const char *callee)
{
	static const char *const beginnings[] = {
		"0x",	       "__asan_", "__fentry__",	    "__gcov_",
		"__kasan_",    "__kcsan", "__might_",	    "__sanitizer_",
		"__stack_chk", "__tsan_", "__ubsan_",	    "_printk",
		"__warn_",     "debug_",  "lock_",	    "lockdep_",
		"preempt_",    "rcu_is_", "rcu_read_lock_", "refcount_warn_",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(beginnings); i++)
		if (strstarts(callee, beginnings[i]))
			return true;
	return false;
}

/* A byte may look like a call and be part of something else; kprobes knows. */
static bool looks_like_call(const u8 *code)
{
	if (*code != CALL_OPCODE)
		return false;
	sprint_symbol_no_offset(symbol,
				(unsigned long)code + CALL_SIZE +
					get_unaligned((s32 *)(code + 1)));
	return !is_noise(symbol);
}

static unsigned long function_size(const u8 *code)
{
	long offset, size;

	sprint_symbol(symbol, (unsigned long)code);
	return sscanf(strchrnul(symbol, '+'), "+%li/%li", &offset, &size) == 2 ?
		       size :
		       0;
}

/*
 * Windows at the entry of a function, which is named or whose address is given,
 * and at its calls, or where between two calls matters at its other instructions
 * too.
 */
static int open_function(const char *function, bool everywhere)
{
	struct window *entry;
	unsigned long address, size, i;
	u8 *code;
	int err;

	lockdep_assert_held(&windows_lock);
	if (!strstarts(function, "0x") || kstrtoul(function, 16, &address))
		err = open_window(function, NULL, &entry);
	else
		err = open_window(NULL, (void *)address, &entry);
	if (err)
		return err;
	code = (u8 *)entry->probe.addr;
	size = function_size(code);
	for (i = 1; i + CALL_SIZE <= size; i++)
		if (everywhere || looks_like_call(code + i))
			if (!open_window(NULL, code + i, NULL) && everywhere)
				i += size / MOST_EVERYWHERE;
	return 0;
}

static int set_function(const char *value, const struct kernel_param *param)
{
	char text[KSYM_NAME_LEN], *name;
	bool everywhere;
	int err;

	if (strscpy(text, value, sizeof(text)) < 0)
		return -EINVAL;
	name = strim(text);
	everywhere = strchr(name, '*');
	*strchrnul(name, '*') = '\0';
	mutex_lock(&windows_lock);
	err = *name ? open_function(name, everywhere) : close_windows(true);
	mutex_unlock(&windows_lock);
	return err;
}

static const struct kernel_param_ops function_ops = { .set = set_function };

module_param_cb(function, &function_ops, NULL, 0200);
MODULE_PARM_DESC(
	function,
	"one more function to open windows in, NAME or 0xADDRESS, with a * at all of its instructions; empty: close all");

static int get_windows(char *text, const struct kernel_param *param)
{
	unsigned int opened = 0, reached = 0;
	struct window *window;

	mutex_lock(&windows_lock);
	list_for_each_entry(window, &windows, node) {
		opened++;
		reached += READ_ONCE(window->reached);
	}
	mutex_unlock(&windows_lock);
	return sysfs_emit(text,
			  "opened: %u\nreached: %u\nvisits: %u\ndelays: %u\n",
			  opened, reached, atomic_read(&visits),
			  atomic_read(&delays));
}

static const struct kernel_param_ops windows_ops = { .get = get_windows };

module_param_cb(windows, &windows_ops, NULL, 0444);
MODULE_PARM_DESC(windows, "how many there are, and what came of them");

/* What kprobes has in a module that goes is of no use any more. */
static int module_changes(struct notifier_block *block, unsigned long state,
			  void *module)
{
	if (state != MODULE_STATE_GOING)
		return NOTIFY_DONE;
	mutex_lock(&windows_lock);
	close_windows(false);
	mutex_unlock(&windows_lock);
	return NOTIFY_OK;
}

/* After kprobes has heard of it, which has priority 0. */
static struct notifier_block module_watch = {
	.notifier_call = module_changes,
	.priority = -1,
};

static int __init delay_init(void)
{
	return register_module_notifier(&module_watch);
}

static void __exit delay_exit(void)
{
	unregister_module_notifier(&module_watch);
	mutex_lock(&windows_lock);
	while (close_windows(true))
		schedule_timeout_uninterruptible(HZ);
	mutex_unlock(&windows_lock);
}

module_init(delay_init);
module_exit(delay_exit);

MODULE_DESCRIPTION(
	"Holds up who comes by named functions, to widen windows for races");
MODULE_LICENSE("GPL");
