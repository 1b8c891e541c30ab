#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The command shmregion: help, usage, and what goes wrong for all subcommands.

# shellcheck source=selftests/cli.sh
. "${0%/*}/cli.sh"

subcommands=(create ls info rm set lock unlock limits reap run)

test_help_is_printed()
{
	local command

	run shmregion --help
	expect_success
	for command in "${subcommands[@]}"; do
		expect_match " $command  *[a-z].*"
	done
	for command in "${subcommands[@]}"; do
		run shmregion "$command" --help
		expect_success
		expect_match "Usage:"
		expect_match " shmregion $command.*"
		expect_match " -h, --help  *display this help"
		local help=$out
		run shmregion help "$command"
		expect_success
		expect_out "$help"
	done
}

test_bad_usage_is_refused()
{
	local command

	for command in "${subcommands[@]}"; do
		run shmregion "$command" --bogus
		expect_usage "$command" "unrecognized option '--bogus'"
	done
	run shmregion
	expect_failure "no command given"$'\n'"Try 'shmregion --help' for more information."
	run shmregion bogus
	expect_failure "'bogus' is not a command"$'\n'"Try 'shmregion --help' for more information."
	run shmregion help bogus
	expect_failure "'bogus' is not a command"$'\n'"Try 'shmregion --help' for more information."
	run shmregion ls 1
	expect_usage ls "unexpected argument '1'"
	run shmregion reap 1
	expect_usage reap "unexpected argument '1'"
	for command in rm set lock unlock; do
		run shmregion "$command"
		expect_usage "$command" "no region given"
	done
}

test_version()
{
	run shmregion --version
	expect_success
	expect_match "shmregion [0-9]+\.[0-9]+\.[0-9]+ \(interface version 1\)"
}

test_without_the_device()
{
	local command

	for command in ls info limits reap "rm 1" "rm --all" "set -m 0 1" "lock 1" "create -s 1"; do
		# shellcheck disable=SC2016 # it is for the inner shell
		run unshare --mount sh -c 'mount -t tmpfs none /dev && exec shmregion $1' sh "$command"
		expect_failure "${command%% *}: cannot open /dev/shmregion: No such file or directory (is the module loaded? try: modprobe shmregion, or insmod)"
	done
}

test_without_permission_for_the_device()
{
	chmod 0600 /dev/shmregion
	run as_user shmregion ls
	expect_failure "ls: cannot open /dev/shmregion: Permission denied"
	chmod 0666 /dev/shmregion
}

test_output_that_cannot_be_written()
{
	create -s 1
	run bash -c 'shmregion ls >/dev/full'
	expect_failure "ls: cannot write to standard output: No space left on device"
	run bash -c 'shmregion ls --json >/dev/full'
	expect_failure "ls: cannot write to standard output: No space left on device"
	run bash -c 'trap "" PIPE; { sleep 0.5; shmregion ls; } | exec true; exit ${PIPESTATUS[0]}'
	expect_failure "ls: cannot write to standard output: Broken pipe"
	shmregion rm "$id"
}

run_tests
