#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# shmregion rm, set, lock and unlock.

# shellcheck source=selftests/cli.sh
. "${0%/*}/cli.sh"

test_rm_by_id_and_key()
{
	local first second

	create -s 1
	first=$id
	create -s 1
	second=$id
	create -s 1 --key 0x636c69
	run shmregion rm "$first" --key 0x636c69 "$second"
	expect_success
	expect_out ""
	expect_gone "$first"
	expect_gone "$second"
	expect_gone "$id"
}

test_rm_goes_on_after_an_error()
{
	create -s 1
	run shmregion rm 2147483647 "$id" --key 0x636c69
	expect_failure "rm: key 0x00636c69: no such region
shmregion: rm: id 2147483647: no such region"
	expect_gone "$id"
}

test_rm_does_nothing_when_an_argument_is_wrong()
{
	local bad

	create -s 1
	for bad in x '' 1x 2147483648 ' 1' 0x1; do
		run shmregion rm "$id" "$bad"
		expect_failure "rm: invalid id '$bad'"
	done
	run shmregion rm --all "$id"
	expect_usage rm "--all excludes ids and keys"
	expect_there "$id"
	shmregion rm "$id"
}

test_rm_of_another_user()
{
	create -s 1 -m 0666
	run as_user shmregion rm "$id"
	expect_failure "rm: id $id: not permitted: you are neither its owner nor its creator"
	shmregion set --owner "$user" "$id"
	run as_user shmregion rm "$id"
	expect_success
	expect_gone "$id"
}

test_rm_all()
{
	local others

	create -s 1
	others=$id
	run as_user shmregion create -q -s 1
	id=$out
	run as_user shmregion rm --all
	expect_failure "rm: id $others: not permitted: you are neither its owner nor its creator"
	expect_gone "$id"
	expect_there "$others"
	create -s 1
	run shmregion rm --all
	expect_success
	run shmregion ls
	expect_out ""
	run shmregion rm --all
	expect_success
}

test_set_changes_regions()
{
	create -s 1 --key 0x636c69
	run shmregion set --owner daemon:games --mode 0604 "$id"
	expect_success
	expect "$id" owner daemon group games mode 0604 creator root
	run shmregion set --owner "$user" --key 0x636c69
	expect_success
	expect "$id" uid "$user" group games
	run shmregion set --group 7 "$id"
	expect_success
	expect "$id" gid 7
	run shmregion set -o root -g root -m 0 "$id"
	expect_success
	expect "$id" perms ---------
	shmregion rm "$id"
}

test_set_says_what_is_wrong()
{
	create -s 1
	run shmregion set "$id"
	expect_usage set "nothing to change given"
	run shmregion set --owner nobody-of-that-name "$id"
	expect_failure "set: no such user: 'nobody-of-that-name'"
	run shmregion set --owner root:none-of-that-name "$id"
	expect_failure "set: no such group: 'none-of-that-name'"
	run shmregion set --owner 4294967295 "$id"
	expect_failure "set: no such user: '4294967295'"
	run shmregion set --owner :root "$id"
	expect_failure "set: ':root' names no user and group (see --group for a group alone)"
	run shmregion set --owner root: "$id"
	expect_failure "set: 'root:' names no user and group (see --group for a group alone)"
	run shmregion set --owner '' "$id"
	expect_failure "set: no such user: ''"
	run shmregion set --group '' "$id"
	expect_failure "set: no such group: ''"
	run shmregion set --mode 1000 "$id"
	expect_failure "set: invalid mode '1000', it must be octal, from 0 to 0777"
	run as_user shmregion set --mode 0666 "$id"
	expect_failure "set: id $id: not permitted: you are neither its owner nor its creator"
	expect "$id" mode 0644
	shmregion rm "$id"
	run shmregion set --mode 0 "$id"
	expect_failure "set: id $id: no such region"
}

test_set_to_a_user_of_another_namespace()
{
	run as_user shmregion create -q -s 1
	expect_success
	id=$out
	run as_user unshare --user --map-root-user shmregion set --owner 5 "$id"
	expect_failure "set: id $id: no such user or group in this user namespace"
	shmregion rm "$id"
}

test_lock_and_unlock()
{
	create -s 4K --key 0x636c69
	run shmregion lock "$id"
	expect_success
	expect "$id" status locked
	run shmregion unlock --key 0x636c69
	expect_success
	expect "$id" status -
	run shmregion lock --key 0x636c69
	expect_success
	expect "$id" status locked
	shmregion rm "$id"
	run shmregion lock "$id"
	expect_failure "lock: id $id: no such region"
	run shmregion unlock "$id"
	expect_failure "unlock: id $id: no such region"
}

test_lock_above_the_limit()
{
	run as_user shmregion create -q -s 1M
	expect_success
	id=$out
	run as_user prlimit --memlock=65536 shmregion lock "$id"
	expect_failure "lock: id $id: memory is short, or locked memory limited (ulimit -l)"
	run as_user prlimit --memlock=0 shmregion lock "$id"
	expect_failure "lock: id $id: not permitted: not yours, or you may lock no memory (ulimit -l)"
	shmregion rm "$id"
}

run_tests
