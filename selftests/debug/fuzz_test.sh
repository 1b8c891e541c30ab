#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Random calls of all kinds, guided by coverage, find nothing wrong; see
# selftests/fuzz/. SHMREGION_FUZZ_CALLS sets how many, options are those of the
# program fuzz.

here=$(cd "$(dirname "$0")" && pwd) || exit 1

exec "$here/../../build/selftests/fuzz" --corpus "$here/../fuzz/corpus" \
	--calls "${SHMREGION_FUZZ_CALLS:-20000}" "$@"
