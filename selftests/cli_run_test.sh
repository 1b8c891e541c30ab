#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The command shmregion: run.

# shellcheck source=selftests/cli.sh
. "${0%/*}/cli.sh"

library=$(readlink -f "$(dirname "$(command -v shmregion)")/../lib/libshmregion-sysv.so")
hint="(is the module loaded? try: modprobe shmregion, or insmod)"
only="; only programs that it starts will use regions"

# A segment of 100 bytes with this key; System V has flags where regions have a
# mode.
segment='shmget(0x5e1000c1, 100, 01600) // die "shmget: $!\n"'

# without_device COMMAND...: perl wants nothing but /dev/null there
without_device()
{
	# shellcheck disable=SC2016 # it is for the inner shell
	unshare --mount sh -c 'mount -t tmpfs none /dev && mknod -m 666 /dev/null c 1 3 && exec "$@"' sh "$@"
}

test_program_uses_regions()
{
	run shmregion run perl -e "$segment"
	expect_success
	run shmregion ls --raw --noheadings --bytes --output KEY,SIZE,PERMS
	expect_success
	expect_out "0x5e1000c1 100 rw-------"
}

test_children_use_regions()
{
	# shellcheck disable=SC2016 # it is for the inner shell
	run shmregion run sh -c 'perl -e "$1"; exit 7' sh "$segment"
	[ "$status" -eq 7 ] || complain "status $status, expected 7"
	run shmregion ls --raw --noheadings --output KEY
	expect_out 0x5e1000c1
}

test_options_of_the_program_are_its_own()
{
	for dashes in '' --; do
		# shellcheck disable=SC2016,SC2086 # it is for the inner shell
		run shmregion run $dashes sh -c 'echo "$*"' sh --help -f
		expect_success
		expect_out "--help -f"
	done
}

test_exit_status()
{
	run shmregion run sh -c 'exit 42'
	[ "$status" -eq 42 ] || complain "status $status, expected 42"
	# shellcheck disable=SC2016 # it is for the inner shells
	run sh -c 'shmregion run sh -c "kill -TERM \$\$"; exit $?'
	[ "$status" -eq 143 ] || complain "status $status, expected 143"
	run shmregion run "$work/missing"
	[ "$status" -eq 127 ] || complain "status $status, expected 127"
	[ "$err" = "shmregion: run: cannot run '$work/missing': No such file or directory" ] ||
		complain "it said: $err"
	run shmregion run /etc/passwd
	[ "$status" -eq 126 ] || complain "status $status, expected 126"
	[ "$err" = "shmregion: run: cannot run '/etc/passwd': Permission denied" ] ||
		complain "it said: $err"
}

test_bad_usage()
{
	run shmregion run
	expect_usage run "no program given"
	run shmregion run --bogus true
	expect_usage run "unrecognized option '--bogus'"
}

test_other_libraries_stay()
{
	run env LD_PRELOAD=libm.so.6 shmregion run printenv LD_PRELOAD
	expect_success
	expect_out "$library:libm.so.6"
}

test_without_the_device_nothing_is_run()
{
	run without_device shmregion run echo ran
	expect_failure "run: cannot open /dev/shmregion: No such file or directory $hint"
}

test_fallback_is_the_kernels_own()
{
	local said="libshmregion-sysv: cannot open /dev/shmregion: No such file or directory (is the module loaded?); using the kernel's own System V shared memory"

	run without_device shmregion run --fallback perl -e "$segment"
	[ "$status" -eq 0 ] || complain "status $status"
	[ "$err" = "$said" ] || complain "it said: $err"
	ipcrm -M 0x5e1000c1 || complain "no segment"
	run without_device env SHMREGION_FALLBACK=1 shmregion run perl -e "$segment"
	[ "$status" -eq 0 ] || complain "status $status"
	[ "$err" = "$said" ] || complain "it said: $err"
	ipcrm -M 0x5e1000c1 || complain "no segment"
}

test_fallback_is_not_needed_with_the_device()
{
	run shmregion run --fallback perl -e "$segment"
	expect_success
	run shmregion ls --raw --noheadings --output KEY
	expect_out 0x5e1000c1
}

# expect_warning OBSTACLE PROGRAM [COMMAND...]: PROGRAM cannot be reached
expect_warning()
{
	local obstacle=$1 program=$2

	shift 2
	run "$@" shmregion run "$program"
	[ "$status" -eq 0 ] || complain "status $status: $err"
	[[ $'\n'$err$'\n' == *$'\n'"shmregion: run: warning: '$program' $obstacle$only"$'\n'* ]] ||
		complain "it said: $err"
}

test_programs_out_of_reach()
{
	chmod 0711 "$work"
	echo 'int main(void) { return 0; }' >"$work/main.c"
	gcc -static -o "$work/static" "$work/main.c"
	gcc -m32 -o "$work/narrow" "$work/main.c"
	gcc -o "$work/setuid" "$work/main.c"
	cp "$work/setuid" "$work/setgid"
	chmod 4755 "$work/setuid"
	chmod 2755 "$work/setgid"

	expect_warning "is statically linked" "$work/static"
	PATH=$work:$PATH expect_warning "is statically linked" static
	expect_warning "is a 32-bit program" "$work/narrow"
	expect_warning "is setuid or setgid" "$work/setuid" as_user
	expect_warning "is setuid or setgid" "$work/setgid" as_user
	# Root gains nothing by it, and so is not kept from preloading.
	run shmregion run "$work/setuid"
	expect_success
}

test_library_is_found()
{
	mkdir -p "$work/bin" "$work/a b/bin" "$work/a b/lib"
	cp "$(command -v shmregion)" "$work/bin"
	cp "$(command -v shmregion)" "$work/a b/bin"
	cp "$library" "$work/a b/lib"

	run env LD_LIBRARY_PATH="${library%/*}" "$work/bin/shmregion" run printenv LD_PRELOAD
	expect_success
	expect_out libshmregion-sysv.so
	run env -u LD_LIBRARY_PATH "$work/bin/shmregion" run true
	expect_failure "run: cannot find the preload library: libshmregion-sysv.so: cannot open shared object file: No such file or directory"
	run "$work/a b/bin/shmregion" run true
	expect_failure "run: cannot preload '$work/a b/lib/libshmregion-sysv.so': its path contains a blank or a colon"
}

test_library_defines_the_calls_alone()
{
	local calls="shmat shmctl shmdt shmget"

	# One that counts which of its lines are run has one more, to write it down.
	[ -z "${SHMREGION_COUNTING-}" ] || calls="_exit $calls"
	run sh -c 'nm --dynamic --defined-only "$1" | cut -d " " -f 3 | sort | xargs' sh "$library"
	expect_success
	expect_out "$calls"
	run sh -c 'objdump -p "$1" | sed -n "s/^  NEEDED *//p"' sh "$library"
	expect_success
	expect_out libc.so.6
}

run_tests
