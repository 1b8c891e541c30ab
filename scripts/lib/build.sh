# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Building by the Makefile of the project, for scripts that then run what was built.
# They run in the project's directory. Needs say.sh.

# build KERNEL TARGET - what a build prints is of interest only if it fails
build()
{
	step "building $2" make -j"$(nproc)" KERNEL="$1" "$2"
}

# build_for KERNEL TARGET... - fetches what is missing first
build_for()
{
	local kernel=$1 target
	shift

	scripts/setup --kernel "$kernel" || return
	for target; do
		build "$kernel" "$target" || return
	done
}

# selftests_exist TEST... - is told before anything is built for them, be it a kernel
selftests_exist()
{
	[ $# -eq 0 ] || {
		scripts/setup && make -s -C selftests list && selftests/run --list "$@" >/dev/null
	}
}
