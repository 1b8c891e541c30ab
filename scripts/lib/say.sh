# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Messages and progress. All of it goes to standard error, because standard
# output belongs to what a script was asked for.

say()
{
	printf '%s: %s\n' "${0##*/}" "$*" >&2
}

die()
{
	say "$*"
	exit 1
}

# A usage error has a status of its own, so that a caller can tell "you asked
# for nonsense" from "it went wrong".
die_usage()
{
	say "$*"
	say "try '${0##*/} --help'"
	exit 2
}

# step TEXT COMMAND [ARG...]
#
# Runs a command that may take long: names it, shows a dot every other second,
# says how long it took, and shows what the command printed only if it failed.
step()
{
	local text=$1 status=0 start=$SECONDS trapped
	shift

	trapped=$(trap -p TERM)
	[ -n "$trapped" ] || trap 'step_abort; exit 143' TERM
	step_log=$(mktemp)
	printf '%s: %s ' "${0##*/}" "$text" >&2
	"$@" >"$step_log" 2>&1 </dev/null &
	step_pid=$!
	# Not for ever, should this script be killed outright.
	(while sleep 2 && kill -0 $$ 2>/dev/null; do printf . >&2; done) &
	step_ticker=$!
	wait "$step_pid" || status=$?
	kill "$step_ticker"
	wait "$step_ticker" 2>/dev/null
	step_pid="" step_ticker=""
	[ -n "$trapped" ] || trap - TERM

	if [ "$status" -eq 0 ]; then
		printf ' done (%d s)\n' $((SECONDS - start)) >&2
	else
		printf ' FAILED (exit %d)\n' "$status" >&2
		sed 's/^/    /' "$step_log" >&2
	fi
	rm -f "$step_log"
	return "$status"
}

# step_abort - for a trap: ends what step runs, if anything. Children in the
# background are deaf to Ctrl-C.
step_abort()
{
	[ -n "${step_pid-}" ] || return 0
	pkill -P "$step_pid"
	kill "$step_pid" "$step_ticker" 2>/dev/null
	rm -f "$step_log"
	echo >&2
}
