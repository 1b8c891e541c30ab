#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# shmregion limits: shown and set.

# shellcheck source=selftests/cli.sh
. "${0%/*}/cli.sh"

test_limits_are_shown()
{
	create -s 8K
	run shmregion limits
	expect_success
	expect_match "NAME +LIMIT +USED +USE% +DESCRIPTION +PARAMETER"
	expect_match "max_region_bytes +[0-9.]+[KMGT] +size of one region +$parameters/max_region_bytes"
	for name in max_regions max_region_bytes max_bytes max_user_regions max_user_bytes; do
		[ "$(shmregion limits -n -r -b -o name,limit | sed -n "s/^$name //p")" = \
			"$(cat "$parameters/$name")" ] || complain "$name is another"
	done
	shmregion limits --json >"$work/json" || complain "it failed"
	[ "$(jq -c '.limits | map(.used)' "$work/json")" = '[1,null,8192,1,8192]' ] ||
		complain "$(cat "$work/json")"
	shmregion rm "$id"
}

test_limits_are_set()
{
	local regions bytes

	regions=$(cat $parameters/max_user_regions)
	bytes=$(cat $parameters/max_region_bytes)
	run shmregion limits max_user_regions=1 max_region_bytes=8K
	expect_success
	[ "$(cat $parameters/max_user_regions)" = 1 ] || complain "max_user_regions is not set"
	[ "$(cat $parameters/max_region_bytes)" = 8192 ] || complain "max_region_bytes is not set"
	run shmregion create -s 9K
	expect_failure "create: cannot create a region: the size is above max_region_bytes (see: shmregion limits)"
	create -s 8K
	run shmregion create -s 8K
	expect_failure "create: cannot create a region: a limit is reached (see: shmregion limits, and dmesg)"
	shmregion rm "$id"
	run shmregion limits "max_user_regions=$regions" "max_region_bytes=$bytes"
	expect_success
}

test_limits_say_what_is_wrong()
{
	local regions

	regions=$(cat $parameters/max_regions)
	run shmregion limits max_regions
	expect_failure "limits: no value for 'max_regions', write max_regions=VALUE"
	run shmregion limits max_regions=5 bogus=1
	expect_failure "limits: there is no limit 'bogus'"
	run shmregion limits --output LIMIT max_regions=5
	expect_usage limits "options are for showing limits only"
	run shmregion limits max_regions=5 max_bytes=1Q
	expect_failure "limits: invalid size '1Q'"
	run shmregion limits max_regions=1K
	expect_failure "limits: invalid number '1K'"
	run shmregion limits max_regions=
	expect_failure "limits: invalid number ''"
	run as_user shmregion limits max_regions=5
	expect_failure "limits: cannot set max_regions to 5: permission denied (only root may change limits)"
	[ "$(cat $parameters/max_regions)" = "$regions" ] || complain "max_regions was changed"
}

run_tests
