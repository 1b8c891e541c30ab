# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Checks by tools that read the source.

about_shellcheck()
{
	echo "shellcheck on all shell scripts"
}

check_shellcheck()
{
	shell_scripts | tr '\n' '\0' | xargs -0 shellcheck -x
}

about_perl()
{
	echo "perl finds no fault with its scripts"
}

check_perl()
{
	local status=0 file

	while read -r file; do
		perl -wc "$file" || status=1
	done < <(files | while read -r file; do
		! head -n 1 "$file" | grep -aq '^#!/usr/bin/perl' || echo "$file"
	done)
	return "$status"
}

about_clang_format()
{
	echo "layout is what clang-format makes of it by the kernel's rules"
}

# A table of TRACE_EVENT macros is laid out by the rules of trace headers, of
# which clang-format knows nothing and which checkpatch insists on.
check_clang_format()
{
	files '*.[ch]' ':!module/trace.h' | tr '\n' '\0' |
		xargs -0 clang-format --dry-run -Werror "--style=file:$KERNEL_SOURCE/.clang-format"
}

about_checkpatch()
{
	echo "checkpatch --strict on all C"
}

# checkpatch IGNORED_TYPES FILE...
checkpatch()
{
	local ignored=$1
	shift

	# It leaves a file where it runs, and looks for include/.
	mkdir -p "$BUILD/checkpatch/include"
	(cd "$BUILD/checkpatch" && perl "$KERNEL_SOURCE/scripts/checkpatch.pl" --strict \
		--no-tree --root=. --terse --show-types --no-summary \
		--ignore "$ignored" -f "${@/#/$PROJECT/}")
}

check_checkpatch()
{
	# How clang-format breaks a call that is too long.
	local everywhere=OPEN_ENDED_LINE
	# vm_operations and file_operations that start as copies of shmem's.
	local module=$everywhere,CONST_STRUCT
	# Programs have no BIT().
	local uapi=$everywhere,BIT_MACRO
	# Programs have C's own types, macros and attributes; the C library's names;
	# ENOSYS from real system calls, positive errors from POSIX threads; and memory
	# that others change.
	local programs=$everywhere,PREFER_KERNEL_TYPES,PREFER_DEFINED_ATTRIBUTE_MACRO,CAMELCASE
	programs+=,ENOSYS,USE_NEGATIVE_ERRNO,VOLATILE
	# The harness's macros look like calls, with a block or an initializer after
	# them; clang-format sees to the spaces.
	local selftests=$programs,SPACING
	local status=0 list

	mapfile -t list < <(files 'module/*.[ch]' ':!module/trace.h')
	checkpatch "$module" "${list[@]}" || status=1
	# Tables of macros, laid out as in all trace headers.
	checkpatch "$module,PARENTHESIS_ALIGNMENT" module/trace.h || status=1
	mapfile -t list < <(files 'uapi/*.h')
	checkpatch "$uapi" "${list[@]}" || status=1
	mapfile -t list < <(files 'userspace/*.[ch]' 'bench/*.[ch]')
	checkpatch "$programs" "${list[@]}" || status=1
	mapfile -t list < <(files 'selftests/*.[ch]')
	checkpatch "$selftests" "${list[@]}" || status=1
	return "$status"
}

about_kernel_doc()
{
	echo "documentation comments fit what they document"
}

check_kernel_doc()
{
	files 'uapi/*.h' 'module/*.[ch]' 'userspace/lib/*.[ch]' | tr '\n' '\0' |
		xargs -0 perl "$KERNEL_SOURCE/scripts/kernel-doc" -none -Werror
}

about_cppcheck()
{
	echo "cppcheck on the module, the library, the commands and the benchmarks"
}

# It does not see through the macros of the kernel's hash tables, and takes what
# they set for uninitialized; the compilers do see it. The macros of the selftests'
# harness it cannot parse at all.
check_cppcheck()
{
	local cppcheck=(cppcheck -q --std=c11 --inline-suppr --error-exitcode=1
		"--enable=warning,performance,portability"
		--suppress=missingInclude --suppress=unmatchedSuppression -Iuapi)

	"${cppcheck[@]}" --suppress=uninitvar module &&
		"${cppcheck[@]}" -Iuserspace/lib userspace &&
		"${cppcheck[@]}" -Iuserspace/lib -Iselftests bench
}

about_manual()
{
	echo "mandoc on the manual pages"
}

check_manual()
{
	make -C userspace check-man
}
