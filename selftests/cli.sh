# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the tests of the command shmregion have in common. A test is a function
# test_NAME. In it, expect_* and complain note what is wrong; the test fails if
# one of them did. run_tests runs all and prints KTAP.

set -u

user=3001
# shellcheck disable=SC2034 # the tests use it
parameters=/sys/module/shmregion/parameters
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# complain WHAT: the present test fails
complain()
{
	echo "# line ${BASH_LINENO[1]}: $1"
	failed=1
}

# run COMMAND...: sets status, out and err
run()
{
	"$@" >"$work/out" 2>"$work/err" </dev/null
	status=$?
	out=$(<"$work/out")
	err=$(<"$work/err")
}

# The last command succeeded, in silence on standard error.
expect_success()
{
	[ "$status" -eq 0 ] || complain "status $status: $err"
	[ -z "$err" ] || complain "it complained: $err"
}

# expect_failure MESSAGE: the last command failed as it should, printing nothing
# but this message
expect_failure()
{
	[ "$status" -eq 1 ] || complain "status $status, expected 1"
	[ "$err" = "shmregion: $1" ] ||
		complain "it said '$err', expected 'shmregion: $1'"
	[ -z "$out" ] || complain "it printed: $out"
}

# expect_usage COMMAND MESSAGE: the same, with a hint to --help
expect_usage()
{
	expect_failure "$1: $2"$'\n'"Try 'shmregion $1 --help' for more information."
}

expect_out()
{
	[ "$out" = "$1" ] || complain "it printed '$out', expected '$1'"
}

# expect_match PATTERN: a line of what it printed is that
expect_match()
{
	[[ $'\n'$out$'\n' =~ $'\n'($1)$'\n' ]] || complain "no line '$1' in: $out"
}

# create [OPTION...]: sets id
create()
{
	run shmregion create --quiet "$@"
	expect_success
	# shellcheck disable=SC2034 # the tests use it
	id=$out
}

# look ID COLUMN: sets value to what is known of the region, nothing if there is
# none
look()
{
	value=
	read -r _ value _ < <(shmregion info -n -r -b -o "$2" "$1" 2>"$work/err")
}

# expect ID COLUMN VALUE [COLUMN VALUE]...
expect()
{
	local id=$1 columns='' i=0
	local -a found expected=()

	shift
	while [ "$#" -gt 0 ]; do
		columns+=,$1
		expected+=("$2")
		shift 2
	done
	mapfile -t found < <(shmregion info -n -r -b -o "${columns#,}" "$id" 2>&1)
	for i in "${!expected[@]}"; do
		read -r _ value _ <<<"${found[i]-}"
		[ "$value" = "${expected[i]}" ] ||
			complain "region $id: '${found[i]-}', expected '${expected[i]}'"
	done
}

expect_there()
{
	look "$1" id
	[ "$value" = "$1" ] || complain "region $1 is not there"
}

expect_gone()
{
	look "$1" id
	[ -z "$value" ] || complain "region $1 is still there"
}

as_user()
{
	setpriv --reuid "$user" --regid "$user" --clear-groups "$@"
}

# hold attach|bind ID COMMAND...: runs it while a process is attached to the
# region, or has a descriptor that is bound to it. There is no command for that.
hold()
{
	perl -e '
		my ($how, $id, @command) = @ARGV;
		my %ioctls = (
			attach => [0xc018ed02, pack("QQlL", 0, 0, $id, 0)],
			bind => [0xc010ed04, pack("lLQ", $id, 0, 0)],
		);
		my ($number, $argument) = @{$ioctls{$how}};
		open(my $device, "+<", "/dev/shmregion") or die "open: $!\n";
		ioctl($device, $number, $argument) or die "$how: $!\n";
		exit(system(@command) >> 8);
	' "$@"
}

run_tests()
{
	local tests i bad=0

	if [ ! -c /dev/shmregion ]; then
		echo "Bail out! there is no /dev/shmregion"
		return 1
	fi
	mapfile -t tests < <(declare -F | sed -n 's/^declare -f test_//p')
	echo "TAP version 13"
	echo "1..${#tests[@]}"
	for i in "${!tests[@]}"; do
		failed=0
		"test_${tests[i]}"
		# What a test that failed left behind is not the next one's trouble.
		shmregion rm --all
		if [ "$failed" -eq 0 ]; then
			echo "ok $((i + 1)) ${tests[i]}"
		else
			echo "not ok $((i + 1)) ${tests[i]}"
			bad=1
		fi
	done
	return "$bad"
}
