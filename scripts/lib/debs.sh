# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Debian packages that are used without being installed.

# debs_download DIRECTORY PACKAGE[=VERSION]...
debs_download()
{
	local directory=$1
	shift

	cd "$directory" && apt-get download -q "$@"
}

# debs_unpack DIRECTORY ROOT - all that are in the directory
debs_unpack()
{
	local deb

	for deb in "$1"/*.deb; do
		dpkg-deb -x "$deb" "$2" || return 1
	done
}
