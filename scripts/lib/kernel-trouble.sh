# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# How a kernel's log tells that it is in trouble.

# What no healthy kernel logs, nor guest/init if all went well. A program that is
# killed for its own mistake is logged as well ("segfault at", "traps: ... general
# protection fault ip:", "trap divide error"), and is no trouble of the kernel's. How
# many leaks kmemleak suspects is for kmemleak_test to judge, which alone has it scan.
KERNEL_TROUBLE=(
	'vm-init: '
	'WARNING:'
	'BUG:'
	'kernel BUG'
	'Oops'
	'general protection fault[,:] '
	'\[#[0-9]+\]'
	'Call Trace:'
	'Kernel panic'
	'INFO: (possible|trying to register|task |rcu)'
	'rcu: INFO: '
	'refcount_t|KASAN|KCSAN|KFENCE|KMSAN|UBSAN|ODEBUG'
	'kmemleak: (Cannot |.*[Dd]isabled)'
	'possible (circular|recursive) locking'
	'suspicious RCU'
	'(list_add|list_del) corruption'
	'usercopy: Kernel memory'
	'still has objects|Objects remaining'
	'Busy inodes'
	'unregister_netdevice: waiting for'
	'page allocation failure'
	'Out of memory: Killed'
	'Bad (page|rss-counter)'
)

# kernel_trouble - of the log on stdin, the lines that tell of trouble with what
# follows them; succeeds if there are any
kernel_trouble()
{
	local IFS='|'

	awk -f "${BASH_SOURCE[0]%/*}/expected-traces.awk" |
		grep -a -E -A 40 -e "${KERNEL_TROUBLE[*]}"
}

# kernel_complaint - of what kernel_trouble has printed, the first line that says what
# it is, without the time; a trace follows what it is about
kernel_complaint()
{
	local IFS='|'

	grep -v 'Call Trace:' | grep -a -E -m 1 -e "${KERNEL_TROUBLE[*]}" | sed 's/^\[[^]]*\] //'
}
