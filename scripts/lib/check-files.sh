# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Checks of files as such, and which files there are: those that git knows, or
# would add.

# files PATTERN... - without those that are deleted but not yet committed
files()
{
	git ls-files --cached --others --exclude-standard -- "$@" |
		while read -r file; do
			[ ! -e "$file" ] || echo "$file"
		done
}

# Scripts are known by their first line, or, if they are only read by others, by
# the line that tells shellcheck which shell they are for.
shell_scripts()
{
	files | while read -r file; do
		if head -n 1 "$file" | grep -aqE '^#!/.*\b(ba|da)?sh\b' ||
			head -n 5 "$file" | grep -aq '^# shellcheck shell='; then
			echo "$file"
		fi
	done
}

# none COMMAND... - fails if it prints anything
none()
{
	! "$@" | grep .
}

about_license()
{
	echo "every file says its license in its first lines"
}

check_license()
{
	none files_without_license
}

files_without_license()
{
	files ':!COPYING' | while read -r file; do
		head -n 3 "$file" | grep -aq 'SPDX-License-Identifier: ' || echo "$file"
	done
}

about_machine()
{
	echo "no file names a path of this machine, or where it gets its packages"
}

check_machine()
{
	# It is for apt to expand.
	# shellcheck disable=SC2016
	none grep_files -F -e "$PROJECT/" -e "$CACHE" &&
		none grep_files -F -f <(apt-get indextargets --format '$(SITE)' |
			sed 's|^[a-z]*://||; s|/.*||' | sort -u | grep .)
}

grep_files()
{
	files | tr '\n' '\0' | xargs -0 grep -In "$@"
}

about_length()
{
	echo "no file of the module is too long to be read at one go"
}

check_length()
{
	none awk 'FNR == 421 { print FILENAME ": more than 420 lines" }' module/*.[ch]
}

about_cycles()
{
	echo "the headers of the module do not include each other in a circle"
}

# A source file stands for the same concept as its header, so it counts as that.
check_cycles()
{
	for file in module/*.[ch]; do
		concept=$(basename "${file%.[ch]}")
		sed -n "s|^#include \"\(.*\)\.h\"\$|$concept \1|p" "$file"
	done | awk '$1 != $2' | tsort >/dev/null
}

about_plants()
{
	echo "what is done wrong on purpose, to be found by tests, can still be done"
}

check_plants()
{
	local plant status=0

	for plant in selftests/plants/*.patch; do
		patch -p1 --dry-run --batch --fuzz=0 <"$plant" || status=1
	done
	return "$status"
}
