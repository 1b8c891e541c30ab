/* SPDX-License-Identifier: GPL-2.0 */
/* As region.h and region.c. */

/* Lifetimes. */
#define PERSISTENT 0
#define LAST_DETACH 1
#define OWNER 2

typedef shmregion {
	byte usage;
	byte charges;
	byte lifetime;
	/* The process in whose descriptor's list it is by owned_node, or 0. */
	byte owned_by;
	bool hashed;
	bool listed;
	bool published;
	bool lock;
	bool removed;
	bool dead;
	bool used;
	byte pins;
	byte descriptors;
	byte attaches;
	/* Is the pointer to the file there, and what is the file's count? */
	bool shmem;
	bool wrapper;
	byte shmem_count;
	byte wrapper_count;
	/* Which processes that were in RCU at call_rcu() still are. */
	byte readers;
	/* Not in the code, but promised: destroyed once, not used when freed. */
	bool destroyed;
	bool freed;
};

shmregion region[REGIONS];
/* How many of them were created. */
byte created;

/* Sets @id, to NONE if a limit is reached. With memory, and an id reserved. */
inline shmregion_region_create(kind)
{
	atomic {
		if
		:: created < REGIONS ->
			id = created;
			created++;
			region[id].usage = 1;
			region[id].charges = 1;
			region[id].lifetime = kind;
			region[id].shmem = true;
			region[id].shmem_count = 1;
			shmregion_registry_reserve(id)
		:: else -> id = NONE
		fi
	}
}

inline shmregion_region_get(r)
{
	atomic {
		access(r);
		assert(region[r].usage > 0);
		region[r].usage++
	}
}

/* Sets @ok. */
inline shmregion_region_tryget(r)
{
	atomic {
		access(r);
		assert(region[r].usage > 0 || !WITHOUT_INC_NOT_ZERO);
		ok = region[r].usage > 0;
		region[r].usage = region[r].usage + ok
	}
}

inline shmregion_region_put(r)
{
	atomic {
		access(r);
		assert(region[r].usage > 0);
		region[r].usage--;
		if
		:: !region[r].usage -> call_rcu(r)
		:: else
		fi
	}
}
