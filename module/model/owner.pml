/* SPDX-License-Identifier: GPL-2.0 */
/* Regions go with the descriptors that created them, or are removed before. */

#include "protocol.pml"

proctype owner()
{
	USER;

	get_and_attach(OWNER);
	shmregion_handle_free();
	detach()
}

init
{
	atomic {
		begin(3);
		run owner();
		run owner();
		run remover()
	};
	end(1)
}
