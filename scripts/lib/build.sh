# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Building by the Makefile of the project, for scripts that then run what was built.
# Needs say.sh.

# build KERNEL TARGET - what a build prints is of interest only if it fails
build()
{
	step "building $2" make -j"$(nproc)" KERNEL="$1" "$2"
}
