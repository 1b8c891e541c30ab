/* SPDX-License-Identifier: GPL-2.0 */
/* Mappings are inherited and made anew, while the region is removed. */

#include "protocol.pml"

proctype child(byte id)
{
	STACK;

	vm_munmap(id)
}

proctype forker()
{
	USER;

	get_and_attach(PERSISTENT);
	handle_put();
	if
	:: mapped ->
		dup_mmap(id);
		run child(id);
		vm_munmap(id)
	:: else
	fi
}

proctype remapper()
{
	USER;

	get_and_attach(PERSISTENT);
	handle_put();
	if
	:: mapped -> remap_file_pages(id)
	:: else
	fi;
	detach()
}

init
{
	atomic {
		begin(3);
		run forker();
		run remapper();
		run remover()
	};
	end(1)
}
