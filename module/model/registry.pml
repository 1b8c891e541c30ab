/* SPDX-License-Identifier: GPL-2.0 */
/* As registry.c. */

typedef shmregion_registry {
	byte usage;
	bool lock;
	/* What the key names: a region or NONE. */
	byte keys;
	/* Which regions are there by id, published or not. */
	bool ids[REGIONS];
	bool freed;
};

shmregion_registry registry;

inline shmregion_registry_put()
{
	atomic {
		assert(registry.usage > 0);
		registry.usage--;
		registry.freed = !registry.usage
	}
}

inline hide_key(r)
{
	if
	:: region[r].hashed ->
		assert(registry.keys == r);
		registry.keys = NONE;
		region[r].hashed = false
	:: else
	fi
}

inline shmregion_registry_hide(r)
{
	section {
		lock_registry();
		hide_key(r);
		region[r].owned_by = 0;
		unlock_registry()
	}
}

inline shmregion_registry_take_out(r)
{
	section {
		lock_registry();
		hide_key(r);
		region[r].owned_by = 0
	};
	section {
		if
		:: region[r].listed ->
			registry.ids[r] = false;
			region[r].listed = false
		:: else
		fi;
		unlock_registry()
	}
}

/* Sets @ok if @id is owned. A process creates one region at the most. */
inline shmregion_registry_first_owned()
{
	section {
		lock_registry();
		ok = id != NONE && region[id].owned_by == _pid;
		if
		:: ok -> shmregion_region_get(id)
		:: else
		fi;
		unlock_registry()
	}
}

/* Sets @id, to NONE if there is none. */
inline shmregion_registry_by_key()
{
	do
	:: id = registry.keys;
		if
		:: id == NONE -> break
		:: id != NONE && (region[id].published || WITHOUT_PUBLISHED) &&
		   (!region[id].dead || WITHOUT_KEY_RECHECK) -> break
		:: else
		fi;
		section {
			lock_registry();
			access(id);
			if
			:: region[id].dead && !WITHOUT_HIDING_DEAD -> hide_key(id)
			:: else
			fi;
			unlock_registry();
			turns++;
			/* Each is published once, and hidden once. */
			assert(turns <= 2 * REGIONS)
		}
	od
}

/* Sets @ok. */
inline shmregion_registry_by_id(r)
{
	atomic {
		rcu_read_lock();
		ok = registry.ids[r]
	};
	atomic {
		if
		:: ok ->
			access(r);
			ok = region[r].published || WITHOUT_PUBLISHED
		:: else
		fi;
		if
		:: ok -> shmregion_region_tryget(r)
		:: else
		fi;
		rcu_read_unlock()
	}
}

inline shmregion_registry_reserve(r)
{
	registry.ids[r] = true;
	region[r].listed = true;
	registry.usage = registry.usage + !WITHOUT_REGISTRY_REFERENCE
}

/* Sets @err if the key is in use by now. */
inline shmregion_registry_publish(r)
{
	section {
		lock_registry();
		err = registry.keys != NONE;
		if
		:: !err ->
			registry.keys = r;
			region[r].hashed = true
		:: else -> unlock_registry()
		fi
	};
	if
	:: !err ->
		section {
			region[r].owned_by = (region[r].lifetime == OWNER -> _pid : 0);
			region[r].published = true;
			unlock_registry()
		}
	:: else
	fi
}
