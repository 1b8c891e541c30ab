/* SPDX-License-Identifier: GPL-2.0 */
/* Two find or create the one region and attach it, two remove it. */

#define REGIONS 1
#include "protocol.pml"

proctype user()
{
	USER;

	get_and_attach(PERSISTENT);
	handle_put();
	detach()
}

init
{
	atomic {
		begin(4);
		run user();
		run user();
		run remover();
		run remover()
	};
	end(1)
}
