# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Kernels that are built, because Debian has none with their configuration: from
# Debian's source, into the same layout as an unpacked one. For kernels.sh.

KERNEL_CONFIGS=$HERE/kernels
KERNEL_CC=gcc-12

# kernel_build_name NAME VERSION - for its directory: the release, the version of
# the source, and a sum of all else that determines the result
kernel_build_name()
{
	local sum

	sum=$(kernel_build_inputs "$1" | sha256sum | cut -c 1-16) &&
		printf 'linux-image-%s-%s_%s_%s\n' "${2%%-*}" "$1" "$2" "$sum"
}

kernel_build_inputs()
{
	kernel_wanted_config "$1" && "$KERNEL_CC" --version
}

# kernel_wanted_config NAME - what is laid over tinyconfig, as one
kernel_wanted_config()
{
	local configs

	read -ra configs <<<"$(kernel_configurations "$1")"
	(cd "$KERNEL_CONFIGS" && cat "${configs[@]}")
}

# From kernel_build: $name, which becomes part of the kernel's release.
kernel_make()
{
	local source=$1
	shift

	make -C "$source" CC="$KERNEL_CC" LOCALVERSION="-$name" "$@"
}

# Debian's source has no version in git to append, and is not to look for one of ours.
kernel_configure()
{
	local source=$1

	kernel_wanted_config "$name" >"$source/wanted.config" &&
		kernel_make "$source" tinyconfig &&
		(cd "$source" && scripts/kconfig/merge_config.sh -m .config wanted.config) &&
		kernel_make "$source" olddefconfig &&
		kernel_verify_config "$source"
}

# An option of which something it depends on is missing is dropped without a word.
kernel_verify_config()
{
	local source=$1 lost

	lost=$(grep -E '^(CONFIG_|# CONFIG_.* is not set)' "$source/wanted.config" |
		grep -vxFf "$source/.config")
	[ -z "$lost" ] || {
		echo "not in the configuration that came of it:"
		echo "$lost"
		return 1
	}
}

# What modules are built by stays; objects of the kernel itself are 1 GB.
kernel_build_clean()
{
	local source=$1

	find "$source" \( -path "$source/scripts" -o -path "$source/tools" \) -prune -o \
		\( -name '*.o' -o -name '*.a' -o -name '*.gcno' -o -name '.*.cmd' \) \
		-type f -exec rm {} +
	rm -f "$source"/vmlinux*
}

# The paths are those of an unpacked kernel; gcov writes some of them down, and
# only those of the module are of interest.
kernel_build_arrange()
{
	local source=$1 root=$2 release=$3

	[ "$(kernel_make "$source" -s kernelrelease)" = "$release" ] &&
		mkdir -p "$root/boot" "$root/usr/src" &&
		cp "$source/arch/x86/boot/bzImage" "$root/boot/vmlinuz-$release" &&
		kernel_make "$source" INSTALL_MOD_PATH="$root" modules_install &&
		kernel_build_clean "$source" &&
		mv "$source" "$root/source" &&
		ln -s ../../source "$root/usr/src/linux-headers-$release" &&
		ln -sfn ../../../source "$root/lib/modules/$release/build" &&
		ln -sfn ../../../source "$root/lib/modules/$release/source"
}

# kernel_build NAME WORK FINAL - makes WORK/root of the source package in WORK/debs
kernel_build()
{
	local name=$1 work=$2 final=$3 source=$2/source

	step "unpacking the kernel's source" kernel_build_unpack "$work" "$source" &&
		step "configuring the $name kernel" kernel_configure "$source" &&
		step "building the $name kernel (some minutes, once)" \
			kernel_make "$source" -j"$(nproc)" bzImage modules &&
		step "keeping what is used of it" \
			kernel_build_arrange "$source" "$work/root" "$(kernel_release "$final")"
}

kernel_build_unpack()
{
	local work=$1 source=$2

	debs_unpack "$work/debs" "$work/deb" &&
		mkdir "$source" &&
		tar -C "$source" --strip-components=1 -xJf "$work"/deb/usr/src/linux-source-*.tar.xz &&
		rm -r "$work/deb"
}
