#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# make install: programs in C and C++ can be built against what it installs, by
# pkg-config, and run; the library has the symbols that its header declares and
# no others; make uninstall leaves nothing.

# shellcheck source=selftests/cli.sh
. "${0%/*}/cli.sh"

userspace=$(cd "${0%/*}/../userspace" && pwd) || exit 1
root=$work/root
prefix=$root/opt
export PKG_CONFIG_LIBDIR=$prefix/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$root

install_to()
{
	make -C "$userspace" install DESTDIR="$1" PREFIX=/opt >"$work/log" 2>&1 ||
		sed 's/^/# /' "$work/log"
}

# build COMPILER PROGRAM [OPTION...]: by what pkg-config says, and the options
build()
{
	local flags

	read -ra flags < <(pkg-config --cflags --libs libshmregion)
	run "$1" -Wall -Wextra -Wshadow -Werror -o "$work/program" "$work/$2" "${@:3}" "${flags[@]}"
	expect_success
}

cat >"$work/program.c" <<'END'
#include <fcntl.h>
#include <stdio.h>
#include <shmregion.h>

int main(void)
{
	int fd = shmregion_open(O_RDWR);
	int id = shmregion_get(fd, SHMREGION_KEY_PRIVATE, 5, SHMREGION_GET_CREATE, 0600);
	struct shmregion_stat stat;
	size_t size;
	char *address = (char *)shmregion_attach(fd, id, NULL, 0, &size);

	if (address == SHMREGION_FAILED || shmregion_stat(fd, id, 0, &stat))
		perror("shmregion");
	else
		printf("%d %llu %d\n", (int)size, stat.attaches, address[0]);
	return shmregion_detach(fd, address) || shmregion_remove(fd, id);
}
END
cp "$work/program.c" "$work/program.cc"

test_everything_is_installed()
{
	local file

	for file in include/linux/shmregion.h include/shmregion.h lib/libshmregion.a \
		lib/libshmregion.so lib/libshmregion.so.1 share/man/man1/shmregion.1 \
		share/man/man3/libshmregion.3 share/man/man3/shmregion_unlock.3 \
		share/man/man4/shmregion.4; do
		[ -s "$prefix/$file" ] || complain "no $file"
	done
	run "$prefix/bin/shmregion" ls
	expect_success
	run grep -o '/[^ ]*/libshmregion-sysv\.so' "$prefix/share/man/man7/libshmregion-sysv.7"
	expect_out "$(printf '/opt/%s/libshmregion-sysv.so\n' lib lib lib32)"
}

test_a_program_in_c()
{
	build gcc program.c -std=c99
	run env LD_LIBRARY_PATH="$prefix/lib" "$work/program"
	expect_success
	expect_out "5 1 0"
	run readelf --dynamic --version-info "$work/program"
	[[ "$out" = *"Shared library: [libshmregion.so.1]"* ]] || complain "it is not shared"
	[[ "$out" = *"Name: SHMREGION_1.0"* ]] || complain "it has no symbol versions"
}

test_a_static_program()
{
	build gcc program.c -static
	run "$work/program"
	expect_success
	expect_out "5 1 0"
}

test_a_program_in_cplusplus()
{
	build g++ program.cc
	run env LD_LIBRARY_PATH="$prefix/lib" "$work/program"
	expect_success
	expect_out "5 1 0"
}

test_the_library_has_what_its_header_declares()
{
	local declared symbols

	declared=$(sed -n 's/^[a-z].*[ *]\(shmregion_[a-z]*\)(.*/\1@@SHMREGION_1.0/p' \
		"$prefix/include/shmregion.h" | sort)
	symbols=$(nm --dynamic --defined-only --with-symbol-versions "$prefix/lib/libshmregion.so" |
		sed -n 's/.* T //p' | sort)
	[ "$(wc -l <<<"$declared")" -ge 12 ] || complain "few functions: $declared"
	[ "$declared" = "$symbols" ] || complain "the library has: $symbols"
}

test_uninstall_leaves_nothing()
{
	local left

	install_to "$work/other"
	[ -e "$work/other/opt/bin/shmregion" ] || complain "nothing was installed"
	run make -C "$userspace" uninstall DESTDIR="$work/other" PREFIX=/opt
	expect_success
	left=$(find "$work/other" ! -type d)
	[ -z "$left" ] || complain "there is still: $left"
}

install_to "$root"
run_tests
