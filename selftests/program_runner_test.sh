#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# selftests/programs/run: that it finds fault with programs that do not do on
# regions what they do on System V.

# shellcheck source=selftests/cli.sh
. "${0%/*}/cli.sh"

runner=$(dirname "$(readlink -f "$0")")/programs/run

# Every program is a few lines of shell that the runner passes by in the
# environment; these are Perl's calls of shmget and shmctl.
create='shmget(0x5e93, 4096, 01600) // die "shmget: $!\n"'
remove='shmctl(shmget(0x5e93, 0, 0), 0, 0) // die "shmctl: $!\n"'

options=()

# try COMMANDS - tries a program that consists of them
try()
{
	printf '#!/bin/bash\n%s\n' "$1" >"$work/program"
	chmod 755 "$work/program"
	run "$runner" "${options[@]}" "$work/program"
}

# expect_fault COMMANDS LINE... - it must fail, and say all this
expect_fault()
{
	local line

	try "$1"
	shift
	[ "$status" -eq 1 ] || complain "status $status, expected 1"
	expect_match "not ok 1 program: $work/program"
	for line; do
		expect_match "# $line"
	done
}

test_program_that_is_right()
{
	try "perl -e '$create; $remove'"
	expect_success
	expect_match "ok 1 program: $work/program"
}

test_same_segments_may_be_left()
{
	try "perl -e '$create'"
	expect_success
	expect_match "# regions: left: key 0x00005e93 mode 600 size 4096 attaches 0 owner 0:0"
	run shmregion ls --raw --noheadings
	expect_out ''
}

test_program_without_shared_memory()
{
	expect_fault true "system-v: it did not use system-v" "regions: it did not use regions"
}

test_program_that_evades_the_library()
{
	expect_fault "env -u LD_PRELOAD perl -e '$create; $remove'" \
		"regions: it did not use regions" "regions: it used system-v"
}

test_program_that_uses_both()
{
	expect_fault "perl -e '$create; $remove'; env -u LD_PRELOAD perl -e '$create; $remove'" \
		"regions: it used system-v"
}

test_segment_left_on_one_side()
{
	local left="key 0x00005e93 mode 600 size 4096 attaches 0 owner 0:0"

	# shellcheck disable=SC2016 # it is for the program
	expect_fault "perl -e '$create'"'; [ $SIDE = regions ] || '"perl -e '$remove'" \
		"regions: left: $left" "what it left is not the same"
	# shellcheck disable=SC2016 # it is for the program
	expect_fault "perl -e '$create'"'; [ $SIDE = system-v ] || '"perl -e '$remove'" \
		"system-v: left: $left" "what it left is not the same"
}

test_program_that_fails()
{
	expect_fault "perl -e '$create; $remove'; exit 3" \
		"system-v: exit status 3" "regions: exit status 3"
}

test_program_that_hangs()
{
	options=(--timeout 2)
	expect_fault "perl -e '$create; $remove'; sleep 1000" \
		"regions: killed, perhaps because its 2 seconds were over"
	options=()
}

test_what_runs_on_is_ended()
{
	try "perl -e 'my \$id = $create; shmread(\$id, \$_, 0, 1)'; sleep 1000 & perl -e '$remove'"
	expect_success
	pgrep -x sleep >"$work/left" && complain "still running: $(<"$work/left")"
}

test_bad_usage()
{
	run "$runner" nonsense
	[ "$status" -eq 2 ] || complain "status $status, expected 2"
	[ "$err" = "selftests/programs/run: there is no program 'nonsense' in selftests/programs/list" ] ||
		complain "it said: $err"
	run "$runner" "$work/missing"
	[ "$status" -eq 2 ] || complain "status $status, expected 2"
	[ "$err" = "selftests/programs/run: $work/missing cannot be executed" ] ||
		complain "it said: $err"
}

run_tests
