# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Loading and unloading the module. From who uses it: $build, the directory of
# what was built.
# shellcheck disable=SC2154

parameters=()
reloaded=0

bail()
{
	echo "Bail out! $*"
	exit 1
}

# The module's file, as selftests/module.h finds it.
module_file()
{
	local directory release

	if [ -n "${SHMREGION_MODULE-}" ]; then
		echo "$SHMREGION_MODULE"
		return
	fi
	release=$(uname -r)
	for directory in "$build"/module/*; do
		case $release in
		"${directory##*/}"[.-]*)
			echo "$directory/shmregion.ko"
			return
			;;
		esac
	done
	return 1
}

# Namespaces go a little after their last process, and their regions with them.
unload_module()
{
	local tries error

	for ((tries = 0; tries < 40 * ${SHMREGION_PATIENCE:-1}; tries++)); do
		! error=$(rmmod shmregion 2>&1) || return 0
		sleep 0.5
	done
	echo "$error"
	return 1
}

# load_module NAME=VALUE... - anew, with the parameters that it had and these
load_module()
{
	local file

	file=$(module_file) || bail 'there is no module for this kernel'
	[ ! -d /sys/module/shmregion ] || unload_module || bail 'cannot unload the module'
	insmod "$file" "${parameters[@]}" "$@" || bail 'cannot load the module'
}

# with_parameters NAME=VALUE... - for the rest of the test
with_parameters()
{
	local name value

	for name in /sys/module/shmregion/parameters/*; do
		read -r value <"$name"
		parameters+=("${name##*/}=$value")
	done
	reloaded=1
	load_module "$@"
}

# Undoes with_parameters.
restore_module()
{
	[ "$reloaded" -eq 0 ] || load_module
}
