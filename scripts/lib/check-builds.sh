# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Builds that must give no warning.

# build_module NAME VARIABLE... - builds the module, and what delays its functions in
# tests, in a directory of its own
build_module()
{
	local name=$1
	shift

	make module delay -j"$(nproc)" "MODULE_DIR=build/check/$name" "$@"
}

# without_warnings COMMAND... - the kernel's build system only prints some
without_warnings()
{
	local output status

	output=$("$@" 2>&1)
	status=$?
	echo "$output"
	[ "$status" -eq 0 ] && ! grep -qiE 'warning|error' <<<"$output"
}

about_module_gcc()
{
	echo "the module by gcc with W=1 and -Werror"
}

check_module_gcc()
{
	without_warnings build_module module-gcc W=1 KCFLAGS=-Werror
}

about_module_clang()
{
	echo "the module by clang with W=1 and -Werror"
}

# The headers are of a kernel that gcc built, and ask for what only gcc has. What
# the kernel's objtool then misses in the objects is of no interest.
check_module_clang()
{
	build_module module-clang W=1 KCFLAGS=-Werror "CC=$HERE/lib/kernel-clang"
}

about_sparse()
{
	echo "sparse on the module: address spaces, locks, byte order"
}

check_sparse()
{
	without_warnings build_module sparse C=2 CHECK=sparse CF=-Wsparse-error
}

about_headers()
{
	echo "every header can be included alone, and twice; public ones from C++ too"
}

# A program that includes a header twice must compile.
# compile COMPILER... HEADER
compile()
{
	local header=${!#}

	printf '#include <%s>\n#include <%s>\nint main(void) { return 0; }\n' \
		"$header" "$header" |
		"${@:1:$#-1}" -Wall -Wextra -pedantic -Werror -Iuapi -Iuserspace/lib \
			-fsyntax-only -
}

check_public_headers()
{
	local header compiler

	for header in linux/shmregion.h shmregion.h; do
		for compiler in gcc clang; do
			compile "$compiler" -std=c99 -x c "$header" || return
			compile "$compiler" -std=c99 -m32 -x c "$header" || return
		done
		compile g++ -std=c++11 -x c++ "$header" || return
		compile clang++ -std=c++11 -x c++ "$header" || return
	done
}

check_headers()
{
	local directory=$BUILD/headers header name

	check_public_headers || return
	mkdir -p "$directory"
	rm -f "$directory"/*.c
	for header in module/*.h; do
		name=$(basename "$header" .h)
		printf '#include "%s.h"\n#include "%s.h"\n' "$name" "$name" >"$directory/$name.c"
	done
	{
		sed -n '/^has = /p; /^ccflags-y += /p' Kbuild
		echo "ccflags-y += -I$PROJECT/uapi -I$PROJECT/module -Werror"
	} >"$directory/Kbuild"
	# No module: an object of each.
	(cd "$directory" && printf '%s\n' *.c) | sed 's/c$/o/' |
		xargs make -C "$KERNEL_BUILD" M="$directory"
}

about_userspace_gcc()
{
	echo "the library and the commands by gcc"
}

check_userspace_gcc()
{
	make -C userspace -j"$(nproc)" CC=gcc "O=$BUILD/userspace-gcc"
}

about_userspace_clang()
{
	echo "the library and the commands by clang"
}

check_userspace_clang()
{
	make -C userspace -j"$(nproc)" CC=clang "O=$BUILD/userspace-clang"
}

about_selftests_gcc()
{
	echo "the selftests by gcc"
}

check_selftests_gcc()
{
	make -C selftests -j"$(nproc)" CC=gcc "OUTPUT=$BUILD/selftests-gcc"
}

about_selftests_clang()
{
	echo "the selftests by clang"
}

check_selftests_clang()
{
	make -C selftests -j"$(nproc)" CC=clang "OUTPUT=$BUILD/selftests-clang"
}

about_bench_gcc()
{
	echo "the benchmarks by gcc"
}

check_bench_gcc()
{
	make -C bench -j"$(nproc)" CC=gcc "OUTPUT=$BUILD/bench-gcc" objects
}

about_bench_clang()
{
	echo "the benchmarks by clang"
}

check_bench_clang()
{
	make -C bench -j"$(nproc)" CC=clang "OUTPUT=$BUILD/bench-clang" objects
}
