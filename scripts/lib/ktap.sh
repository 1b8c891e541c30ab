# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# KTAP for tests that are written in shell.

ktap_begin()
{
	ktap_number=0
	ktap_failed=0
	printf 'TAP version 13\n1..%d\n' "$1"
}

# ktap_result STATUS NAME - 0 is a pass
ktap_result()
{
	ktap_number=$((ktap_number + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $ktap_number $2"
	else
		ktap_failed=$((ktap_failed + 1))
		echo "not ok $ktap_number $2"
	fi
}

# ktap_end - succeeds if nothing failed
ktap_end()
{
	[ "$ktap_failed" -eq 0 ]
}
