# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the kernel said on the console of a VM, and whether it is in trouble.

# shellcheck source=scripts/lib/kernel-trouble.sh
. "$HERE/lib/kernel-trouble.sh"

# Taint flags that the kernel sets when it was in trouble: M, B, D, W and L of
# Documentation/admin-guide/tainted-kernels.rst. The module itself, which is not
# of the kernel's tree and not signed, sets others.
# shellcheck disable=SC2034
CONSOLE_TAINT=$((1 << 4 | 1 << 5 | 1 << 7 | 1 << 9 | 1 << 14))

# console_trouble FILE
#
# Prints the lines that tell of trouble with what follows them, and succeeds if
# there are any.
console_trouble()
{
	tr -d '\r' <"$1" | kernel_trouble | head -n 120
	[ "${PIPESTATUS[1]}" -ne 1 ]
}

console_tail()
{
	tr -d '\r' <"$1" | tail -n 30
}
