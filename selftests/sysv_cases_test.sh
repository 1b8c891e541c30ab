#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The System V preload library does what the kernel's own System V does: what is
# documented of shmget(2), shmop(2) and shmctl(2), case by case. And it does not
# where its manual page says so.

# shellcheck source=selftests/sysv.sh
. "${0%/*}/sysv.sh"

same_names()
{
	local manual=$here/../userspace/man/libshmregion-sysv.7

	diff <(sed -n '/^\.Sh DIFFERENCES/,/^\.Sh EXAMPLES/s/^\.It //p' "$manual" |
		sed 's/\<\(Va\|Fn\) //g') <("$differential" --differences)
}

begin 5
same_names
finish $? 'the test knows the differences that the manual lists, and no others'
group 'the same' "$differential" "$here"/sysv/cases/*.case
group 'different by design' "$differential" "$here"/sysv/differences/*.case
with_parameters huge=never
group 'the same without huge pages' "$differential" "$here"/sysv/cases/*.case
group 'different by design without huge pages' \
	"$differential" "$here"/sysv/differences/*.case
exit "$result"
