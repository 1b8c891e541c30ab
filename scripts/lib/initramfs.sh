# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The initramfs that a VM boots from: busybox, the modules that it takes to
# reach the host's files, and what to do then.

INITRAMFS_MODULES=(virtio_pci virtio_blk virtio_console 9p 9pnet_virtio overlay)

# initramfs_add_modules RELEASE MODULES STAGE
#
# Copies the modules that are needed to STAGE/modules, under names that sort in
# the order in which they have to be loaded.
initramfs_add_modules()
{
	local release=$1 root=${2%/lib/modules/*} stage=$3 verb file number=100

	mkdir "$stage/modules"
	# The configuration of the host's own modules is none of the guest's.
	modprobe -C /dev/null -d "$root" -S "$release" --show-depends -a \
		"${INITRAMFS_MODULES[@]}" | awk '!seen[$0]++' |
		while read -r verb file _; do
			[ "$verb" = insmod ] || continue
			number=$((number + 1))
			case $file in
			*.ko) cp "$file" "$stage/modules/$number.ko" ;;
			*.xz) xz -dc "$file" >"$stage/modules/$number.ko" ;;
			*) return 1 ;;
			esac || return 1
		done
}

# initramfs_make RELEASE MODULES GUEST_FILES STAGE OUTPUT
#
# STAGE is a directory that holds vm/, what the guest is told about this run.
initramfs_make()
{
	local release=$1 modules=$2 guest=$3 stage=$4 output=$5

	mkdir "$stage/bin" &&
		cp "$(command -v busybox)" "$stage/bin/busybox" &&
		cp "$guest/initramfs-init" "$stage/init" &&
		cp "$guest/init" "$stage/vm/init" &&
		chmod 755 "$stage/init" &&
		initramfs_add_modules "$release" "$modules" "$stage" &&
		(cd "$stage" && find . | cpio --quiet -o -H newc -R 0:0) >"$output"
}
