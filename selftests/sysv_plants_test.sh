#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The differential test finds what is wrong: libraries that do one thing wrong
# each, see selftests/sysv/plants/. Sequences that show it are made short, show
# it again, and show nothing of the library as it is.

# shellcheck source=selftests/sysv.sh
. "${0%/*}/sysv.sh"

# What is done wrong, and with how many operations that can be shown.
plants="
excl-ignored 2
size-rounded 2
wrong-errno 2
errno-touched 1
rdonly-ignored 3
exec-unasked 3
rounded-up 2
memory-changed 3
still-attached 1
crash 1
one-too-many 4
wrong-pid 5
never-detached 4
old-time 4
key-left 4
unmarked 4
no-group 3
unnamed-field 2
unlocked 3
anything-goes 3
pages-lost 2
one-byte-more 2
"

# play_with_plant NAME OPTION...
play_with_plant()
{
	local plant=$1
	shift

	PLANT=$plant "$differential" --library "$work/lib/libplants.so:$library" "$@"
}

# finds NAME MOST_OPERATIONS
finds()
{
	local case=$work/$1.case count

	if play_with_plant "$1" --seed 1 --operations 5000 --length 30 --save "$case"; then
		echo "# it was not found"
		return 1
	fi
	count=$(grep -c '^[0-9]' "$case")
	if [ "$count" -gt "$2" ]; then
		echo "# it takes no more than $2 operations to show"
		return 1
	fi
	if play_with_plant "$1" "$case"; then
		echo "# the case that was saved does not show it"
		return 1
	fi
	"$differential" --library "$library" "$case"
}

# Of the kernel they say nothing.
[ "${SHMREGION_PATIENCE:-1}" -eq 1 ] || plants=$(head -n 5 <<<"$plants")

begin "$(grep -c . <<<"$plants")"
while read -r plant most; do
	[ -n "$plant" ] || continue
	# Its results are not ours to count.
	finds "$plant" "$most" 2>&1 | sed -u 's/^/# | /'
	finish "${PIPESTATUS[0]}" "$plant"
done <<<"$plants"
exit "$result"
