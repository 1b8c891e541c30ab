/* SPDX-License-Identifier: GPL-2.0 */
/* Descriptors are bound to a region, of last detach, that is removed. */

#include "protocol.pml"

proctype holder(bool close_first)
{
	USER;

	get_and_bind(LAST_DETACH);
	if
	:: close_first -> shmregion_handle_free(); detach()
	:: else -> detach(); shmregion_handle_free()
	fi
}

init
{
	atomic {
		begin(3);
		run holder(false);
		run holder(true);
		run remover()
	};
	end(1)
}
