# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the tests share that hold the System V preload library to the kernel's own
# System V, by the program of selftests/sysv/.

set -u

here=$(cd "$(dirname "$0")" && pwd) || exit 1
build=$(cd "$here/../build" && pwd) || exit 1
work=$(mktemp -d) || exit 1
# shellcheck disable=SC2034 # the tests use it
differential=$work/bin/differential
# shellcheck disable=SC2034
library=$work/lib/libshmregion-sysv.so
result=0
number=0
trap leave EXIT

# shellcheck source=selftests/module.sh
. "$here/module.sh"

leave()
{
	restore_module
	rm -rf "$work"
}

# Every user must be able to execute it, and the disk must not slow it down.
install_program()
{
	chmod 0755 "$work"
	mkdir "$work/bin" "$work/lib"
	cp "$build/selftests/differential" "$work/bin/" || bail 'run "make selftests"'
	cp "$build/lib/libshmregion-sysv.so" "$build/selftests/libplants.so" "$work/lib/" ||
		bail 'run "make selftests"'
}

operations()
{
	if [ -n "${SYSV_OPERATIONS-}" ]; then
		echo "$SYSV_OPERATIONS"
	elif [ "${SHMREGION_PATIENCE:-1}" -gt 1 ]; then
		echo 5000
	else
		echo 50000
	fi
}

begin()
{
	echo 'TAP version 13'
	echo "1..$1"
}

# finish STATUS NAME
finish()
{
	number=$((number + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $number $2"
	else
		echo "not ok $number $2"
		# shellcheck disable=SC2034
		result=1
	fi
}

# group NAME COMMAND... - a command that prints KTAP as one test of ours
group()
{
	local name=$1
	shift

	"$@" 2>&1 | sed -u 's/^/  /'
	finish "${PIPESTATUS[0]}" "$name"
}

install_program
