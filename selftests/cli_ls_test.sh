#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# shmregion ls and info: tables, JSON and raw text.

# shellcheck source=selftests/cli.sh
. "${0%/*}/cli.sh"

test_ls_is_empty_without_regions()
{
	run shmregion ls
	expect_success
	expect_out ""
	[ "$(shmregion ls --json | jq -c .)" = '{"regions":[]}' ] || complain "bad JSON"
}

test_ls_shows_regions()
{
	create --key 0x636c69 -s 1536 -m 0640
	run shmregion ls
	expect_success
	expect_match "KEY +ID +OWNER +PERMS +SIZE +NATTCH +STATUS +LIFETIME +RSS +CPID +LPID +COMMAND"
	expect_match "0x00636c69 +$id +root +rw-r----- +1.5K +0 +persistent +0B +[0-9]+ +0 *"
	run shmregion ls --noheadings --output KEY,SIZE --bytes
	expect_out "0x00636c69 1536"
	run shmregion ls -r -o id,STATUS,dtime
	expect_out "ID STATUS DTIME"$'\n'"$id - -"
	run shmregion ls -r -n -o +INDEX,ID
	expect_match "0x00636c69 $id root rw-r----- 1.5K 0 - persistent 0B [0-9]+ 0 - 0"
	shmregion rm "$id"
}

test_ls_follows_a_region()
{
	create -s 4K
	run hold attach "$id" shmregion ls -n -r -o nattch,descriptors,status
	expect_success
	expect_out "1 0 -"
	run hold bind "$id" shmregion ls -n -r -o nattch,descriptors,status
	expect_out "0 1 -"
	run hold attach "$id" sh -c "shmregion lock $id; shmregion rm $id;
		shmregion ls -n -r -o id,key,status"
	expect_success
	expect_out "$id 0x00000000 removed,locked"
	expect_gone "$id"
}

test_ls_has_times()
{
	local before name time

	before=$(date +%s)
	create -s 4K
	expect "$id" atime -
	hold attach "$id" true
	for name in atime dtime ctime; do
		look "$id" "$name"
		time=$(date +%s -d "$value")
		if [ "$time" -lt "$before" ] || [ "$time" -gt "$(date +%s)" ]; then
			complain "$name is $time, not between $before and now"
		fi
	done
	shmregion rm "$id"
}

test_ls_knows_processes()
{
	local line

	line=$(shmregion create -q -s 4K --lifetime owner -- \
		perl -e 'system("shmregion ls -n -J -o id,cpid,command"); print "$$\n"' | tail -n +2)
	[ "$(tail -1 <<<"$line")" = "$(head -n -1 <<<"$line" | jq '.regions[0].cpid')" ] ||
		complain "the creator is another: $line"
	[[ "$(head -n -1 <<<"$line" | jq -r '.regions[0].command')" = "perl -e "* ]] ||
		complain "the command is another: $line"
}

test_ls_writes_json()
{
	create --key 0x636c69 -s 3M --populate
	shmregion ls --json >"$work/json" || complain "it failed"
	[ "$(jq -c '.regions | map([.key, .id, .size, .nattch, .status])' "$work/json")" = \
		"[[\"0x00636c69\",$id,3145728,0,null]]" ] || complain "$(cat "$work/json")"
	shmregion ls --json --output HUGE,RESERVED,RSS,ctime >"$work/json" || complain "it failed"
	jq -e '.regions[0] | .reserved == true and .rss >= 3145728 and
		(.huge == 2097152 or .huge == 4194304) and
		(.ctime | test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}[+-][0-9]{2}:[0-9]{2}$"))' \
		"$work/json" >"$work/out" || complain "$(cat "$work/json")"
	shmregion rm "$id"
}

test_ls_leaves_out_what_one_may_not_read()
{
	local hidden

	create -s 1 -m 0600
	hidden=$id
	create -s 1 -m 0644
	run as_user shmregion ls -n -r -o id
	expect_success
	expect_out "$hidden"$'\n'"$id"
	run as_user shmregion ls --readable -n -r -o id
	expect_success
	expect_out "$id"
	shmregion rm "$id" "$hidden"
}

test_ls_refuses_columns_and_formats()
{
	run shmregion ls --output KEY,BOGUS
	expect_failure "ls: unknown column: 'BOGUS'"
	run shmregion ls --output ''
	expect_failure "ls: unknown column: ''"
	run shmregion ls --json --raw
	expect_failure "ls: --json and --raw exclude each other"
}

test_info_shows_a_region()
{
	local columns

	create --key 0x636c69 -s 4K
	run shmregion info "$id"
	expect_success
	expect_match "PROPERTY +VALUE +DESCRIPTION"
	expect_match "KEY +0x00636c69 +key.*"
	expect_match "SIZE +4K +size.*"
	columns=$(shmregion info --help |
		sed -n '/^Columns of a region:/,/^$/s/^ *\([A-Z-]*\)  .*/\1/p' | wc -l)
	[ "$(wc -l <<<"$out")" -eq $((columns + 1)) ] || complain "not all $columns columns: $out"

	run shmregion info --key 0x636c69 -n -o size,id -b
	expect_success
	expect_match "SIZE +4096 +size.*"
	expect_match "ID +$id +id"
	[ "$(shmregion info "$id" --json | jq '.regions[0] | length')" -eq "$columns" ] ||
		complain "JSON has not all columns"
	shmregion rm "$id"
	run shmregion info "$id"
	expect_failure "info: id $id: no such region"
	run shmregion info --key 0x636c69
	expect_failure "info: key 0x00636c69: no such region"
}

test_info_shows_the_module()
{
	create -s 8K
	run shmregion info
	expect_success
	expect_match "REGIONS +1 +regions.*"
	expect_match "SIZE +8K +.*"
	expect_match "HUGE-POLICY +$(cat $parameters/huge) +.*"
	shmregion info --json >"$work/json" || complain "it failed"
	jq -e '.module[0] | .interface == 1 and .regions == 1 and .size == 8192 and
		."highest-index" == 0 and (.huge | type) == "boolean"' "$work/json" >"$work/out" ||
		complain "$(cat "$work/json")"
	shmregion rm "$id"
}

test_info_wants_one_region()
{
	run shmregion info 1 2
	expect_usage info "more than one region given"
	run shmregion info one
	expect_failure "info: invalid id 'one'"
	run shmregion info --key 0
	expect_failure "info: key 0 is that of private regions, give an id instead"
}

run_tests
