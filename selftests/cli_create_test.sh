#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# shmregion create: what it takes, what it makes, and what it says.

# shellcheck source=selftests/cli.sh
. "${0%/*}/cli.sh"

test_create_prints_the_id()
{
	run shmregion create --size 4096
	expect_success
	expect_match "Region id: [1-9][0-9]*"
	id=${out#Region id: }
	expect "$id" size 4096 key 0x00000000 mode 0644 lifetime persistent \
		huge-policy default reserved 1
	shmregion rm "$id"
}

test_create_understands_sizes()
{
	local size

	for size in 1:1 1K:1024 1KiB:1024 1k:1024 1KB:1000 2M:2097152 2MiB:2097152 2MB:2000000 \
		017:17; do
		create --noreserve --size "${size%:*}"
		expect "$id" size "${size#*:}"
		shmregion rm "$id"
	done
	for size in '' x -1 +1 ' 1' '1 ' 1.5M 1Q 1KIB 1Ki8 1BB 0x10 16E 18446744073709551616; do
		run shmregion create --size "$size"
		expect_failure "create: invalid size '$size'"
	done
}

test_create_understands_keys()
{
	local first key

	create --key 0xfedcba9876543210 -s 1
	expect "$id" key 0xfedcba9876543210
	shmregion rm "$id"

	create --key 18 -s 1
	first=$id
	expect "$first" key 0x00000012
	for key in 0x12 022 0X12; do
		create --key "$key" -s 1
		[ "$id" = "$first" ] || complain "key $key is another than 18"
	done
	shmregion rm "$first"

	for key in '' x 1x -1 +1 ' 1' 0x 08 0x10000000000000000 99999999999999999999; do
		run shmregion create --key "$key" -s 1
		expect_failure "create: invalid key '$key'"
	done
}

test_create_with_attributes()
{
	local policy

	create -s 8K -m 0 --noreserve --lifetime last-detach
	expect "$id" mode 0000 reserved 0 lifetime last-detach rss 0
	shmregion rm "$id"
	for policy in never within_size always advise default; do
		create -s 8K --mode 0777 --populate --huge "$policy"
		expect "$id" huge-policy "$policy" mode 0777
		look "$id" rss
		[ "$value" -ge 8192 ] || complain "nothing was populated: $value"
		shmregion rm "$id"
	done
}

test_create_finds_what_is_there()
{
	local first

	create --key 0x636c69 -s 8K
	first=$id
	create --key 0x636c69 -s 4K
	[ "$id" = "$first" ] || complain "it made a second one"
	run shmregion create --key 0x636c69 -s 4K --excl
	expect_failure "create: cannot create a region: there is a region with this key"
	run shmregion create --key 0x636c69 -s 9K
	expect_failure "create: cannot create a region: there is a smaller region with this key"
	run as_user shmregion create --key 0x636c69 -s 8K
	expect_failure "create: cannot create a region: permission denied: a region with this key does not grant you the mode"
	shmregion rm "$first"
}

test_create_says_what_is_wrong()
{
	local mode

	run shmregion create
	expect_usage create "no --size given"
	run shmregion create -s 0
	expect_failure "create: cannot create a region: the size is 0"
	run shmregion create -s 8E
	expect_failure "create: cannot create a region: the size is above max_region_bytes (see: shmregion limits)"
	for mode in '' 8 01000 rw -1 0x1; do
		run shmregion create -s 1 --mode "$mode"
		expect_failure "create: invalid mode '$mode', it must be octal, from 0 to 0777"
	done
	run shmregion create -s 1 --huge sometimes
	expect_failure "create: invalid huge page policy 'sometimes'"
	run shmregion create -s 1 --lifetime short
	expect_failure "create: invalid lifetime 'short'"
	run shmregion create -s 1 extra
	expect_usage create "unexpected argument 'extra'"
	run shmregion create -s 1 --lifetime owner
	expect_usage create "the lifetime owner needs a program"
	run shmregion create -s 1 -- true
	expect_usage create "a program needs the lifetime owner"
}

test_create_for_a_program()
{
	# shellcheck disable=SC2016 # it is for the inner shell
	run shmregion create -s 4K --key 0x636c69 --lifetime owner -- sh -c '
		shmregion ls -n -r -o id,lifetime,key | grep -w "^$SHMREGION_ID"
		exit 7'
	[ "$status" -eq 7 ] || complain "status $status: $err"
	expect_match "Region id: [1-9][0-9]*"
	expect_match "[1-9][0-9]* owner 0x00636c69"
	expect_gone "$(sed -n 's/Region id: //p' <<<"$out")"

	run shmregion create -q -s 4K --lifetime owner -- "$work/missing"
	[ "$status" -eq 127 ] || complain "status $status, expected 127"
	[ "$err" = "shmregion: create: cannot run '$work/missing': No such file or directory" ] ||
		complain "it said: $err"
	expect_gone "$out"
	run shmregion create -q -s 4K --lifetime owner -- "$work"
	[ "$status" -eq 126 ] || complain "status $status, expected 126"

	create --key 0x636c69 -s 4K
	run shmregion create -s 4K --key 0x636c69 --lifetime owner -- true
	expect_failure "create: cannot create a region: there is a region with this key"
	shmregion rm "$id"
}

run_tests
