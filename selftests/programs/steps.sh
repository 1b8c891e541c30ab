# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# For the programs whose trial consists of many steps.

# What the command of a step writes here is shown in any case.
exec 3>&1

# step WHAT COMMAND... - says how long it took; ends the trial if the command
# fails, with all that it printed
step()
{
	local what=$1 output start=$SECONDS
	shift

	output=$(mktemp)
	if "$@" >"$output" 2>&1; then
		echo "$what ($((SECONDS - start)) s)"
		rm "$output"
		return
	fi
	echo "$what: FAILED"
	cat "$output"
	exit 1
}

# becomes COMMAND... - tries for half a minute until it succeeds, and prints only
# what it printed at last
becomes()
{
	local tries output

	output=$(mktemp)
	for ((tries = 0; tries < 60; tries++)); do
		if "$@" >"$output" 2>&1; then
			rm "$output"
			return
		fi
		sleep 0.5
	done
	echo "still not: $*"
	cat "$output"
	return 1
}

# segments COLUMN... - prints these columns, named as in /proc, of all segments
segments()
{
	awk -v wanted="$*" '
		NR == 1 { for (i = 1; i <= NF; i++) place[$i] = i; n = split(wanted, column); next }
		{ for (i = 1; i <= n; i++) printf "%s%s", $place[column[i]], i < n ? " " : "\n" }
	' "$SEGMENTS"
}
