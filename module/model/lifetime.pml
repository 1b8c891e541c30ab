/* SPDX-License-Identifier: GPL-2.0 */
/* As lifetime.c. */

#define shmregion_may_destroy(r) ( \
	(!region[r].dead || WITHOUT_DEAD) && !region[r].attaches && \
	(!region[r].pins || WITHOUT_PINS) && (region[r].removed || \
	 (region[r].lifetime == LAST_DETACH && region[r].used && \
	  (!region[r].descriptors || WITHOUT_DESCRIPTORS))))

inline shmregion_lifetime_uncharge(r)
{
	atomic {
		access(r);
		assert(region[r].charges > 0);
		region[r].charges--;
		/* It frees the memory. */
		assert(region[r].charges || (region[r].dead &&
		       !region[r].attaches && !region[r].wrapper_count))
	}
}

inline retire(r)
{
	section {
		lock_region(r);
		assert(region[r].dead && !region[r].attaches && !region[r].pins);
		ok = region[r].wrapper && !WITHOUT_RETIRING;
		assert(region[r].shmem);
		region[r].wrapper = false;
		region[r].shmem = false;
		unlock_region(r)
	};
	atomic {
		if
		:: ok -> fput_wrapper(r)
		:: else
		fi;
		shmregion_lifetime_uncharge(r);
		fput_shmem(r)
	}
}

inline destroy(r)
{
	atomic {
		assert(!region[r].destroyed);
		assert(region[r].removed || !region[r].descriptors);
		region[r].destroyed = true
	};
	shmregion_registry_take_out(r);
	retire(r);
	atomic {
		shmregion_region_put(r);
		if
		:: !WITHOUT_REGISTRY_REFERENCE -> shmregion_registry_put()
		:: else
		fi
	}
}

inline shmregion_lifetime_unlock(r)
{
	if
	:: section {
			shmregion_may_destroy(r) -> region[r].dead = true;
			if
			:: !WITHOUT_UNLOCKING_FIRST -> unlock_region(r)
			:: else
			fi
		};
		destroy(r)
	:: section { !shmregion_may_destroy(r) -> unlock_region(r) }
	fi
}

/* What shmregion_may_destroy() has to say, whatever it is made to say above. */
#define is_due(r) ( \
	!region[r].dead && !region[r].attaches && !region[r].pins && \
	(region[r].removed || (region[r].lifetime == LAST_DETACH && \
	 region[r].used && !region[r].descriptors)))

/* spin_unlock(), where nothing went that kept the region. */
inline unlock_undiminished(r)
{
	atomic {
		assert(!is_due(r));
		unlock_region(r)
	}
}

/* Sets @err. */
inline shmregion_lifetime_pin(r)
{
	section {
		lock_region(r);
		err = region[r].dead && !WITHOUT_RECHECK;
		region[r].pins = region[r].pins + !err;
		unlock_undiminished(r)
	}
}

inline shmregion_lifetime_unpin(r)
{
	section {
		lock_region(r);
		region[r].pins--
	};
	if
	:: !WITHOUT_ASKING -> shmregion_lifetime_unlock(r)
	:: else -> unlock_undiminished(r)
	fi
}

inline mark_removed(r)
{
	section {
		lock_region(r);
		region[r].removed = true
	};
	shmregion_lifetime_unlock(r)
}

inline shmregion_lifetime_remove(r)
{
	if
	:: !WITHOUT_HIDING_FIRST ->
		shmregion_registry_hide(r);
		mark_removed(r)
	:: else ->
		mark_removed(r);
		shmregion_registry_hide(r)
	fi
}

inline shmregion_lifetime_remove_owned()
{
	shmregion_registry_first_owned();
	if
	:: ok ->
		shmregion_lifetime_remove(id);
		shmregion_region_put(id)
	:: else
	fi
}

inline shmregion_lifetime_discard(r)
{
	mark_removed(r)
}
