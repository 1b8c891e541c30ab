# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The programs that selftests/programs tries: their Debian packages, and whatever
# these depend on that is not installed on this system. Some start services, so
# they are unpacked, never installed, as kernels are, into a directory of the
# cache. Its name stands for all packages and their versions, so that nothing
# stale can be used, whatever is published or installed later.

PROGRAMS_LIST=$HERE/../selftests/programs/list

# Raise it when they are unpacked in another way than before.
PROGRAMS_LAYOUT=1

# programs_packages NAME... - the packages in which they are
programs_packages()
{
	local name package

	for name; do
		package=$(awk -v name="$name" '$1 == name { print $4 }' "$PROGRAMS_LIST")
		[ -n "$package" ] || die_usage "--programs: unknown program '$name'"
		echo "$package"
	done
}

# programs_resolve PACKAGE... - prints a line "PACKAGE=VERSION" for each that
# installing them would install
programs_resolve()
{
	local plan

	if ! plan=$(LC_ALL=C apt-get install -q --simulate \
		--no-install-recommends --no-upgrade "$@" 2>&1); then
		say "apt cannot tell what $* would need:"
		tail -n 10 <<<"$plan" >&2
		return 1
	fi
	sed -nE 's/^Inst ([^ ]+) (\[[^]]*\] )?\(([^ ]+) .*/\1=\3/p' <<<"$plan" | sort
}

# programs_root PACKAGE=VERSION... - the directory of the cache that they belong in
programs_root()
{
	local sum

	sum=$(printf '%s\n' "$PROGRAMS_LAYOUT" "$@" | sha256sum)
	printf '%s/programs/%s\n' "$CACHE" "${sum:0:16}"
}

# What lies in /lib of one system lies in /usr/lib of the next. Here all is below
# usr, where it can be laid on top of /usr.
programs_unpack()
{
	local debs=$1 root=$2 directory deb

	mkdir "$root/usr" || return 1
	for directory in bin lib lib64 sbin; do
		mkdir "$root/usr/$directory" &&
			ln -s "usr/$directory" "$root/$directory" || return 1
	done
	for deb in "$debs"/*.deb; do
		[ -e "$deb" ] || continue
		dpkg-deb --fsys-tarfile "$deb" |
			tar -C "$root" -x --keep-directory-symlink --no-same-owner || return 1
	done
}

# programs_install PACKAGE... - downloads and unpacks what is not there, and sets
# programs_directory
programs_install()
{
	local packages resolved work

	resolved=$(programs_resolve "$@") || return 1
	mapfile -t packages < <(printf '%s' "$resolved")
	programs_directory=$(programs_root "${packages[@]}")
	[ ! -d "$programs_directory" ] || return 0

	mkdir -p "$CACHE/programs" &&
		work=$(mktemp -d "$CACHE/programs/.unpacking-XXXXXX") || return 1
	mkdir "$work/debs" "$work/root"
	if { [ "${#packages[@]}" -eq 0 ] ||
		step "downloading $* and what they need (${#packages[@]} packages)" \
			debs_download "$work/debs" "${packages[@]}"; } &&
		step "unpacking them" programs_unpack "$work/debs" "$work/root"; then
		mv -T "$work/root" "$programs_directory"
	fi
	rm -rf "$work"
	[ -d "$programs_directory" ]
}
