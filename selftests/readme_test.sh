#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the README says: its two programs are the files in userspace/examples,
# and do what it says they do, as does the demo; the targets, parameters and
# paths that it names exist.

# Functions are called by check(), and README.md is full of back quotes.
# shellcheck disable=SC2016,SC2317

set -u

root=$(cd "$(dirname "$0")/.." && pwd) || exit 1
readme=$root/README.md
examples=$root/userspace/examples
# The key of both programs.
key=0xc0ffee

number=0
failed=0

# check NAME COMMAND...: one test, passed if the command succeeds
check()
{
	local name=$1 output

	shift
	number=$((number + 1))
	if output=$("$@" 2>&1); then
		echo "ok $number $name"
		return
	fi
	failed=1
	[ -z "$output" ] || echo "${output//$'\n'/$'\n'# }" | sed '1s/^/# /'
	echo "not ok $number $name"
}

# The Nth block of C in the README.
c_block()
{
	awk -v wanted="$1" '/^```c$/ { inside = ++n == wanted; next }
			    /^```/ { inside = 0 }
			    inside' "$readme"
}

block_is_file()
{
	diff "$2" <(c_block "$1")
}

is_short()
{
	[ "$(wc -l <"$1")" -le 25 ]
}

build()
{
	local name=$1

	shift
	"${CC:-cc}" -Wall -Wextra -Werror -o "$work/$name" "$examples/$name.c" "$@"
}

# Word splitting is what pkg-config's output is made for.
# shellcheck disable=SC2046
build_with_library()
{
	export PKG_CONFIG_PATH=$root/build/lib/pkgconfig
	pkg-config --exists libshmregion || return
	build hello_library $(pkg-config --cflags --libs libshmregion)
}

# prints EXPECTED PROGRAM
prints()
{
	diff <(echo "$1") <(LD_LIBRARY_PATH=$root/build/lib "$work/$2" 2>&1)
}

command_shows_region()
{
	"$root/build/bin/shmregion" ls --noheadings --raw --output KEY |
		grep -x "$(printf '0x%08x' "$key")"
}

# all_of TEST: TEST holds for each line of the input, and there are some
all_of()
{
	local item items=0 missing=0

	while read -r item; do
		items=$((items + 1))
		"$1" "$item" </dev/null && continue
		echo "there is no $item"
		missing=$((missing + 1))
	done
	[ "$items" -gt 0 ] && [ "$missing" -eq 0 ]
}

# The first words after a command in back quotes, or in a block of commands.
words_after()
{
	{
		awk '/^```/ { inside = !inside; next } inside' "$readme" |
			grep -oE "^(# )?(sudo )?$1 [a-z]+(-[a-z]+)*"
		grep -oE "\`(sudo )?$1 [a-z]+(-[a-z]+)*" "$readme"
	} | sed 's/.* //' | sort -u
}

is_target()
{
	grep -q "^$1:" "$root/Makefile"
}

targets_exist()
{
	words_after make | all_of is_target
}

is_subcommand()
{
	"$root/build/bin/shmregion" "$1" --help >/dev/null
}

subcommands_exist()
{
	words_after shmregion | all_of is_subcommand
}

is_path()
{
	[ -e "$root/$1" ]
}

# The layout of the tree is a block of text whose lines begin with a path.
paths_exist()
{
	awk '/^```text$/ { inside = 1; next }
	     /^```/ { inside = 0 }
	     inside { print $1 }' "$readme" | all_of is_path
}

# The first column of the README's table, and the module's parameters.
parameters_match()
{
	diff <(sed -n 's/^| `\([a-z_]*\)` |.*/\1/p' "$readme" | sort) \
		<(find /sys/module/shmregion/parameters -type f -printf '%f\n' | sort)
}

# The README quotes its last line.
demo_ends_as_quoted()
{
	local output last

	output=$("$root/build/bin/shmregion-demo") || return
	last=${output##*$'\n'}
	echo "the last line is: $last"
	[[ $last = "same physical pages: "* ]] && grep -qxF "$last" "$readme"
}

remove_region()
{
	"$root/build/bin/shmregion" rm --key "$key"
}

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

echo 'TAP version 13'
echo '1..16'
check 'hello_ioctl.c is as the README shows it' block_is_file 1 "$examples/hello_ioctl.c"
check 'hello_ioctl.c has at most 25 lines' is_short "$examples/hello_ioctl.c"
check 'hello_ioctl.c compiles' build hello_ioctl -I"$root/uapi"
check 'hello_ioctl creates its region' prints 'visit 1' hello_ioctl
check 'hello_ioctl finds its region' prints 'visit 2' hello_ioctl
check 'hello_library.c is as the README shows it' block_is_file 2 "$examples/hello_library.c"
check 'hello_library.c has at most 25 lines' is_short "$examples/hello_library.c"
check 'hello_library.c compiles' build_with_library
check 'hello_library finds the same region' prints 'visit 3' hello_library
check 'the command shows the region' command_shows_region
check 'the command removes the region' remove_region
check 'the demo ends as the README says' demo_ends_as_quoted
check 'the make targets exist' targets_exist
check 'the subcommands exist' subcommands_exist
check 'the paths of the tree exist' paths_exist
check 'the table of parameters is complete' parameters_match
exit "$failed"
