/* SPDX-License-Identifier: GPL-2.0 */
/* What the scenarios are made of. */

/* What every process has that opens the device. */
#define USER STACK; byte id = NONE, ended, turns; bool mapped, bound

/* As many processes as will open the device, and its namespace. */
inline begin(openers)
{
	net = openers;
	registry.usage = openers + 1;
	registry.keys = NONE
}

/* Find or create the region, and attach it if there is one. */
inline get_and_attach(kind)
{
	ioctl_get(kind);
	if
	:: id != NONE -> shmregion_attach_map(id)
	:: else
	fi
}

/* Find or create the region, bind the descriptor to it, and map that. */
inline get_and_bind(kind)
{
	ioctl_get(kind);
	if
	:: id != NONE -> shmregion_handle_bind(id)
	:: else
	fi;
	if
	:: bound -> shmregion_attach_mmap(id)
	:: else
	fi
}

inline detach()
{
	if
	:: mapped -> vm_munmap(id)
	:: else
	fi
}

proctype remover()
{
	USER;

	id = 0;
	do
	:: id < REGIONS - 1 -> id++
	:: break
	od;
	shmregion_control_remove(id);
	handle_put()
}

/* The end, with nobody attached, nothing bound, and no descriptor open. */
inline settled(r)
{
	assert(!region[r].pins && !region[r].attaches);
	assert(!region[r].descriptors && !region[r].owned_by);
	if
	:: region[r].destroyed ->
		assert(region[r].freed && !region[r].usage && !region[r].charges);
		assert(!region[r].shmem_count && !region[r].wrapper_count);
		assert(!region[r].hashed && !region[r].listed)
	:: else ->
		assert(!region[r].removed && region[r].lifetime != OWNER);
		assert(region[r].lifetime != LAST_DETACH || !region[r].used);
		assert(region[r].charges == 1 + region[r].wrapper);
		assert(region[r].usage == 1 +
		       (region[r].wrapper && !WITHOUT_WRAPPER_REFERENCE));
		assert(region[r].wrapper_count == region[r].wrapper);
		assert(region[r].hashed && registry.keys == r && registry.ids[r]);
		left++
	fi
}

/* When all have ended. The namespace has one reference, if it is left. */
inline end(namespace)
{
	_nr_pr == 1;
	d_step {
		byte r, left;
		for (r : 0 .. created - 1) {
			settled(r)
		}
		assert(!rcu_readers && !registry.lock);
		assert(registry.usage == left + namespace);
		assert(registry.freed == !registry.usage)
	}
}
