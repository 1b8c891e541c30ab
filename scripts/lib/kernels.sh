# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The kernels that shmregion is built for and tested on: which Debian packages
# one consists of, and where its parts lie once they are unpacked or, for those
# with a configuration of ours, built.
#
# A kernel is unpacked, never installed, into a directory of the cache that is
# named after the package and its version, and for a built one after what it was
# built by: when any of these changes so does the name, and nothing stale can be
# used. The directory appears by a rename, so that it is either complete or not
# there.
#
# To add a kernel, add it to KERNELS; one that is not built, to kernel_packages()
# and kernel_configurations() as well.

# Raise it when something else is unpacked than before, or in another way: it is
# part of the directory's name as well.
KERNEL_LAYOUT=1

# Where apt keeps what it knows. The resolved package names depend on that and on
# the code here alone, so they are remembered until one of these files changes:
# asking apt takes a second.
APT_LISTS=/var/lib/apt/lists

KERNELS=(6.1 debug coverage kcsan)

kernel_check_name()
{
	local known

	for known in "${KERNELS[@]}"; do
		[ "$1" != "$known" ] || return 0
	done
	die_usage "unknown kernel '$1'; there are: ${KERNELS[*]}"
}

# kernel_configurations NAME - what is laid over tinyconfig for a kernel that is
# built, from scripts/kernels; nothing for one that Debian built
kernel_configurations()
{
	case $1 in
	6.1) ;;
	*) echo "base.config $1.config" ;;
	esac
}

# kernel_metapackage_target METAPACKAGE SERIES
#
# Prints "PACKAGE VERSION" of the newest kernel of a series that a metapackage
# stands for. A system may know several suites, hence several versions of it.
kernel_metapackage_target()
{
	LC_ALL=C apt-cache show "$1" 2>/dev/null | awk -v series="$2" '
		/^Version:/ { version = $2 }
		/^Depends:/ && index($2, "linux-image-" series ".") == 1 {
			print $2, version
			exit
		}'
}

# kernel_offered PACKAGE VERSION
#
# Prints "PACKAGE=VERSION" if that version is to be had, else with the newest one;
# fails if there is none.
# Debian's signed kernels come hours or days after what is built beside them, and
# of some of that, which serves older kernels as well, only the newest is kept.
kernel_offered()
{
	local version=$2

	LC_ALL=C apt-cache madison "$1" | awk -F ' *[|] *' -v version="$2" '
		$2 == version { found = 1 }
		END { exit !found }' ||
		version=$(LC_ALL=C apt-cache policy "$1" |
			awk '$1 == "Candidate:" && $2 != "(none)" { print $2 }')
	[ -n "$version" ] && printf '%s=%s\n' "$1" "$version"
}

# kernel_packages NAME
#
# Prints a line "PACKAGE=VERSION" for each package of a kernel, first the one that
# its directory is named after.
kernel_packages()
{
	local image version abi

	read -r image version < <(kernel_metapackage_target linux-image-amd64 6.1) ||
		return 1
	case $1 in
	6.1)
		abi=${image#linux-image-}
		printf "%s=$version\n" "$image" \
			"linux-headers-$abi" \
			"linux-headers-${abi%-amd64}-common"
		kernel_offered linux-kbuild-6.1 "$version" || return
		;;
	esac
	kernel_offered linux-source-6.1 "$version"
}

# Nothing if there are no lists.
resolution_state()
{
	local lists

	lists=$(stat -c '%n %s %Y' "$APT_LISTS"/*_InRelease "$APT_LISTS"/*_Packages* 2>/dev/null)
	[ -z "$lists" ] || printf '%s\n' "$lists" "$(cksum <"${BASH_SOURCE[0]}")"
}

# kernel_resolve NAME
#
# As kernel_packages, from memory when apt's lists have not changed.
kernel_resolve()
{
	local memory=$CACHE/resolved-$1 state packages

	state=$(resolution_state)
	if [ -n "$state" ] && [ -r "$memory" ] &&
		[ "$(sed '1,/^$/d' "$memory")" = "$state" ]; then
		sed '/^$/,$d' "$memory"
		return
	fi

	packages=$(kernel_packages "$1") || return 1
	mkdir -p "$CACHE" &&
		printf '%s\n\n%s\n' "$packages" "$state" >"$memory.$$" &&
		mv "$memory.$$" "$memory"
	printf '%s\n' "$packages"
}

# kernel_root NAME - the directory of the cache that a kernel belongs in
kernel_root()
{
	local package name

	package=$(kernel_resolve "$1" | head -n 1)
	[ -n "$package" ] || return 1
	name=${package/=/_}
	if [ -n "$(kernel_configurations "$1")" ]; then
		name=$(kernel_build_name "$1" "${package#*=}") || return 1
	fi
	printf '%s/kernel/%s_%s\n' "$CACHE" "$name" "$KERNEL_LAYOUT"
}

kernel_is_there()
{
	local root

	root=$(kernel_root "$1") && [ -d "$root" ]
}

kernel_release()
{
	local image=${1##*/linux-image-}

	printf '%s\n' "${image%%_*}"
}

# A kernel with KASAN does not come up by the entry point by which QEMU enters an
# ELF file: of one that is built there is only the other one, which decompresses
# itself.
kernel_image()
{
	if [ -e "$1/vmlinux-$2" ]; then
		echo "$1/vmlinux-$2"
	else
		echo "$1/vmlinuz-$2"
	fi
}

# kernel_path ROOT WHAT - where a part of a kernel lies
kernel_path()
{
	local root=$1 release

	release=$(kernel_release "$root")
	case $2 in
	kernel-release) echo "$release" ;;
	kernel-image) kernel_image "$root/boot" "$release" ;;
	kernel-modules) echo "$root/lib/modules/$release" ;;
	kernel-build) echo "$root/usr/src/linux-headers-$release" ;;
	kernel-source) echo "$root/source" ;;
	selftests) echo "$root/source/tools/testing/selftests" ;;
	*) return 1 ;;
	esac
}

# What we use of the kernel's source; the rest of its 1.3 GB stays packed.
KERNEL_SOURCE_FILES=(
	.clang-format
	scripts/checkpatch.pl
	scripts/const_structs.checkpatch
	scripts/spelling.txt
	scripts/extract-vmlinux
	scripts/kernel-doc
	tools/testing/selftests/kselftest
	tools/testing/selftests/kselftest.h
	tools/testing/selftests/kselftest_harness.h
	tools/testing/selftests/lib.mk
)

# The source must be spelled out to tar with its leading directory, which is
# named after the series.
kernel_unpack_source()
{
	local root=$1 tarball series

	tarball=$(echo "$root"/usr/src/linux-source-*.tar.xz)
	series=$(basename "$tarball" .tar.xz)
	mkdir "$root/source" &&
		tar -C "$root/source" --strip-components=1 -xJf "$tarball" \
			"${KERNEL_SOURCE_FILES[@]/#/$series/}" &&
		rm "$tarball"
}

# A kernel that need not decompress itself boots three seconds sooner under
# emulation; QEMU enters it by its PVH entry point.
kernel_extract_image()
{
	local root=$1 release=$2

	bash "$root/source/scripts/extract-vmlinux" "$root/boot/vmlinuz-$release" \
		>"$root/boot/vmlinux-$release"
}

# The packages expect to lie in /usr/src and /lib/modules.
kernel_relocate()
{
	local root=$1 final=$2 release headers

	release=$(kernel_release "$final")
	headers=linux-headers-$release
	sed -i "s|/usr/src/|${final//[&|\\]/\\&}&|" "$root/usr/src/$headers/Makefile" &&
		ln -sfn "../../../usr/src/$headers" "$root/lib/modules/$release/build" &&
		ln -sfn "../../../usr/src/${headers%-amd64}-common" \
			"$root/lib/modules/$release/source" &&
		depmod -b "$root" "$release"
}

# kernel_unpack NAME WORK FINAL - makes WORK/root of the packages in WORK/debs
kernel_unpack()
{
	local work=$2 final=$3

	step "unpacking the kernel" debs_unpack "$work/debs" "$work/root" &&
		step "unpacking what is used of the kernel's source" \
			kernel_unpack_source "$work/root" &&
		kernel_extract_image "$work/root" "$(kernel_release "$final")" &&
		kernel_relocate "$work/root" "$final"
}

# kernel_install NAME - downloads and unpacks or builds a kernel unless it is there
kernel_install()
{
	local root work packages make=kernel_unpack

	root=$(kernel_root "$1") || return 1
	[ ! -d "$root" ] || return 0

	[ -z "$(kernel_configurations "$1")" ] || make=kernel_build
	mapfile -t packages < <(kernel_resolve "$1")
	mkdir -p "$CACHE/kernel" &&
		work=$(mktemp -d "$CACHE/kernel/.unpacking-XXXXXX") || return 1
	chmod 755 "$work"
	mkdir "$work/debs" "$work/root"
	if step "downloading ${packages[*]//=/ } (up to 220 MB)" \
			debs_download "$work/debs" "${packages[@]}" &&
		"$make" "$1" "$work" "$root"; then
		mv -T "$work/root" "$root"
	fi
	rm -rf "$work"
	[ -d "$root" ]
}
