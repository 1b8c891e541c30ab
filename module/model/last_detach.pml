/* SPDX-License-Identifier: GPL-2.0 */
/* Three find or create a region that goes with its last detach. */

#include "protocol.pml"

proctype user()
{
	USER;

	get_and_attach(LAST_DETACH);
	handle_put();
	detach()
}

init
{
	atomic {
		begin(3);
		run user();
		run user();
		run user()
	};
	end(1)
}
