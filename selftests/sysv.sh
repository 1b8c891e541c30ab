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
reloaded=0
parameters=()
result=0
number=0
trap leave EXIT

leave()
{
	[ "$reloaded" -eq 0 ] || load_module
	rm -rf "$work"
}

bail()
{
	echo "Bail out! $*"
	exit 1
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

# The module's file, as selftests/module.h finds it.
module_file()
{
	local directory release

	if [ -n "${SHMREGION_MODULE-}" ]; then
		echo "$SHMREGION_MODULE"
		return
	fi
	release=$(uname -r)
	for directory in "$build"/module/*; do
		case $release in
		"${directory##*/}"[.-]*)
			echo "$directory/shmregion.ko"
			return
			;;
		esac
	done
	return 1
}

# Namespaces go a little after their last process, and their regions with them.
unload_module()
{
	local tries

	for ((tries = 0; tries < 40; tries++)); do
		! rmmod shmregion 2>"$work/err" || return 0
		sleep 0.5
	done
	cat "$work/err"
	return 1
}

# load_module NAME=VALUE... - anew, with the parameters that it had and these
load_module()
{
	local file

	file=$(module_file) || bail 'there is no module for this kernel'
	[ ! -d /sys/module/shmregion ] || unload_module || bail 'cannot unload the module'
	insmod "$file" "${parameters[@]}" "$@" || bail 'cannot load the module'
}

# with_parameters NAME=VALUE... - for the rest of the test
with_parameters()
{
	local name value

	for name in /sys/module/shmregion/parameters/*; do
		read -r value <"$name"
		parameters+=("${name##*/}=$value")
	done
	reloaded=1
	load_module "$@"
}

# A kernel that checks itself takes many times as long for everything.
is_slow()
{
	[ -e /sys/kernel/debug/kcsan ] || [ -e /proc/self/fail-nth ]
}

operations()
{
	if [ -n "${SYSV_OPERATIONS-}" ]; then
		echo "$SYSV_OPERATIONS"
	elif is_slow; then
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
