#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The System V preload library does what the kernel's own System V does, whatever
# happens in whatever order. SYSV_OPERATIONS sets how often, options are those of
# the program differential.

# shellcheck source=selftests/sysv.sh
. "${0%/*}/sysv.sh"

"$differential" --operations "$(operations)" "$@"
