#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Random calls of all kinds, guided by coverage, find nothing wrong; see
# selftests/fuzz/. SHMREGION_FUZZ_CALLS sets how many, SHMREGION_SEED where they begin;
# options are those of the program fuzz.

here=$(cd "$(dirname "$0")" && pwd) || exit 1

# shellcheck source=scripts/lib/kernel-trouble.sh
. "$here/../../scripts/lib/kernel-trouble.sh"

IFS='|'
exec "$here/../../build/selftests/fuzz" --corpus "$here/../fuzz/corpus" \
	--complaints "${KERNEL_TROUBLE[*]}" --calls "${SHMREGION_FUZZ_CALLS:-20000}" \
	${SHMREGION_SEED:+--seed "$SHMREGION_SEED"} "$@"
