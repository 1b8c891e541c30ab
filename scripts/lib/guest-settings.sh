# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the guest of a VM is told about its run. It goes along in the initramfs:
# files of the run's directory may be hidden from it, below a /run or /dev of its
# own.
#
# From scripts/vm: $release, $modules and $module, $parameters, $interactive and
# $command.
# shellcheck disable=SC2154

# quote WORD... - as words of a shell command
quote()
{
	local word

	for word; do
		printf " '%s'" "${word//\'/\'\\\'\'}"
	done
}

# assign NAME VALUE - as an assignment of the shell
assign()
{
	local quoted

	quoted=$(quote "$2")
	printf "%s=%s\n" "$1" "${quoted# }"
}

# guest_settings_write DIRECTORY - the files that guest/ reads
guest_settings_write()
{
	local vm=$1 path rows="" columns=""

	[ "$interactive" -eq 0 ] || read -r rows columns < <(stty size)

	path=$PROJECT/build/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
	mkdir -p "$vm"
	{
		assign release "$release"
		assign modules "$modules"
		assign module "$module"
		assign interactive "$interactive"
		assign rows "$rows"
		assign columns "$columns"
	} >"$vm/settings"
	echo "set --$(quote "${parameters[@]}")" >"$vm/parameters"
	{
		assign PATH "$path"
		assign LD_LIBRARY_PATH "$PROJECT/build/lib"
		assign TERM "${TERM:-dumb}"
		assign SHMREGION_MODULE "$module"
		echo 'HOME=/root USER=root LOGNAME=root SHELL=/bin/bash'
		echo 'export PATH LD_LIBRARY_PATH SHMREGION_MODULE TERM HOME USER LOGNAME SHELL'
		echo "cd --$(quote "$PWD") || exit 126"
		echo "exec$(quote "${command[@]}")"
	} >"$vm/command"
}
