/* SPDX-License-Identifier: GPL-2.0 */
/* As scope.c: the namespace dies while a region is attached yet. */

#include "protocol.pml"

proctype user()
{
	USER;

	get_and_attach(PERSISTENT);
	handle_put();
	detach()
}

proctype holder()
{
	USER;

	get_and_bind(PERSISTENT);
	shmregion_handle_free();
	detach()
}

proctype scope_leave()
{
	STACK;
	byte id;

	net == 0;
	do
	:: id < REGIONS ->
		shmregion_registry_by_id(id);
		if
		:: ok ->
			shmregion_registry_take_out(id);
			shmregion_lifetime_remove(id);
			shmregion_region_put(id)
		:: else
		fi;
		id++
	:: else -> break
	od;
	shmregion_registry_put()
}

init
{
	atomic {
		begin(2);
		run user();
		run holder();
		run scope_leave()
	};
	end(0)
}
