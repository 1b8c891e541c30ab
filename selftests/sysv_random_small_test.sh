#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# As sysv_random_test.sh, where the module uses no huge pages.

# shellcheck source=selftests/sysv.sh
. "${0%/*}/sysv.sh"

with_parameters huge=never
"$differential" --operations "$(operations)" "$@"
