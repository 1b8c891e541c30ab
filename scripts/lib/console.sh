# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the kernel said on the console of a VM, and whether it is in trouble.

# What no healthy kernel logs, nor guest/init if all went well. A program that is killed for its own mistake is
# logged as well ("segfault at", "traps: ... general protection fault ip:", "trap
# divide error"), and is no trouble of the kernel's.
CONSOLE_TROUBLE=(
	'vm-init: '
	'WARNING: '
	'BUG: '
	'kernel BUG at '
	'Oops'
	'general protection fault[,:] '
	'\[#[0-9]+\]'
	'Call Trace:'
	'Kernel panic'
	'INFO: (possible|trying to register|task .* blocked|rcu_)'
	'rcu: INFO: '
	'(refcount_t|KASAN|KCSAN|KFENCE|KMSAN|UBSAN|ODEBUG): '
	'kmemleak: [0-9]+ new suspected'
	'possible (circular|recursive) locking'
	'suspicious RCU usage'
	'(list_add|list_del) corruption'
	'usercopy: Kernel memory'
	'still has objects|Objects remaining in'
	'Busy inodes after unmount'
	'unregister_netdevice: waiting for'
	'page allocation failure'
	'Out of memory: Killed'
	'Bad (page state|page map|rss-counter)'
)

# Taint flags that the kernel sets when it was in trouble: M, B, D, W and L of
# Documentation/admin-guide/tainted-kernels.rst. The module itself, which is not
# of the kernel's tree and not signed, sets others.
# shellcheck disable=SC2034
CONSOLE_TAINT=$((1 << 4 | 1 << 5 | 1 << 7 | 1 << 9 | 1 << 14))

# console_trouble FILE
#
# Prints the lines that tell of trouble with what follows them, and succeeds if
# there are any.
console_trouble()
{
	local IFS='|'

	tr -d '\r' <"$1" | awk -f "$HERE/lib/expected-traces.awk" |
		grep -a -E -A 40 -e "${CONSOLE_TROUBLE[*]}" | head -n 120
	[ "${PIPESTATUS[2]}" -ne 1 ]
}

console_tail()
{
	tr -d '\r' <"$1" | tail -n 30
}
