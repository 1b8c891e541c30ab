#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# shmregion reap: what is taken for left behind, and what is not.

# shellcheck source=selftests/cli.sh
. "${0%/*}/cli.sh"

# with_creator alive|zombie SHELL_COMMAND: creates a region and runs the command
# with its id in $1 while the process that created it lives, or is dead but not
# waited for
with_creator()
{
	perl -e '
		my ($state, $command) = @ARGV;
		pipe(my $reader, my $writer);
		my $child = fork();
		if (!$child) {
			open(my $device, "+<", "/dev/shmregion") or die "open: $!\n";
			my $get = pack("QQLLlL", 0, 4096, 1, 0600, 0, 0);
			ioctl($device, 0xc020ed01, $get) or die "create: $!\n";
			syswrite($writer, pack("l", (unpack("QQLLlL", $get))[4]));
			sleep(60) if $state eq "alive";
			exit(0);
		}
		close($writer);
		sysread($reader, my $id, 4) == 4 or die "no region\n";
		while ($state eq "zombie") {
			open(my $stat, "<", "/proc/$child/stat") or die "no child\n";
			last if <$stat> =~ /\) Z /;
			select(undef, undef, undef, 0.1);
		}
		my $status = system("sh", "-c", $command, "sh", unpack("l", $id));
		kill("KILL", $child);
		exit($status >> 8);
	' "$@"
}

test_reap_removes_what_the_dead_left()
{
	create -s 4K
	run shmregion reap --dry-run
	expect_success
	expect_match "would remove id $id \(key 0x00000000, size 4K, owner root, creator's pid [0-9]+\)"
	expect_there "$id"
	run shmregion reap
	expect_success
	expect_match "removed id $id \(key 0x00000000, size 4K, owner root, creator's pid [0-9]+\)"
	expect_gone "$id"
	run shmregion reap
	expect_success
	expect_out ""
	create -s 4K --lifetime last-detach
	run shmregion reap --quiet
	expect_success
	expect_out ""
	expect_gone "$id"
}

test_reap_keeps_what_is_used()
{
	create -s 4K
	run hold attach "$id" shmregion reap --force
	expect_success
	expect_out ""
	run hold bind "$id" shmregion reap --force
	expect_out ""
	run hold attach "$id" sh -c "shmregion rm $id; shmregion reap"
	expect_success
	expect_out ""
	expect_gone "$id"
}

test_reap_looks_at_the_creator()
{
	# shellcheck disable=SC2016 # it is for the inner shell
	run with_creator alive 'shmregion reap; shmregion rm "$1"'
	expect_success
	expect_out ""
	# shellcheck disable=SC2016
	run with_creator zombie 'shmregion reap'
	expect_success
	expect_match "removed id .*"
}

test_reap_leaves_owned_regions_to_the_kernel()
{
	run shmregion create -q -s 4K --lifetime owner -- sh -c 'shmregion reap --force; sleep 0.1'
	expect_success
	expect_match "[0-9]+"
	[ "$(wc -l <<<"$out")" -eq 1 ] || complain "it reaped: $out"
}

test_reap_keeps_what_another_pid_namespace_made()
{
	create -s 4K
	run unshare --pid --fork --mount-proc shmregion reap
	expect_success
	expect_out ""
	run unshare --pid --fork --mount-proc shmregion reap --force
	expect_success
	expect_match "removed id $id \(.*, creator's pid 0\)"
	expect_gone "$id"
}

test_reap_minds_the_age()
{
	local age

	create -s 4K
	run shmregion reap --older-than 1h
	expect_success
	expect_out ""
	sleep 2.1
	hold attach "$id" true
	run shmregion reap --older-than 2s
	expect_out ""
	sleep 2.1
	run shmregion reap --older-than 2
	expect_match "removed id $id .*"
	for age in '' x 1x -1 1.5h 1hh 99999999999999999999 18446744073709551615w; do
		run shmregion reap --older-than "$age"
		expect_failure "reap: invalid duration '$age'"
	done
}

test_reap_is_for_ones_own_regions()
{
	create -s 4K
	run as_user shmregion reap
	expect_success
	expect_out ""
	shmregion set --owner "$user" "$id"
	run as_user shmregion reap
	expect_match "removed id $id .*"
}

run_tests
