/* SPDX-License-Identifier: GPL-2.0 */
/* As handle.c. A process has one descriptor, open from its beginning. */

/* How many descriptors hold the namespace. */
byte net;

inline unbind(r)
{
	section {
		lock_region(r);
		region[r].descriptors--
	};
	shmregion_lifetime_unlock(r);
	if
	:: !WITHOUT_HANDLE_REFERENCE -> shmregion_region_put(r)
	:: else
	fi
}

/* All there is to it for who has created nothing to own, and bound nothing. */
inline handle_put()
{
	atomic {
		shmregion_registry_put();
		net--
	}
}

inline shmregion_handle_free()
{
	shmregion_lifetime_remove_owned();
	if
	:: bound -> unbind(id)
	:: else
	fi;
	handle_put()
}

/* Sets @bound. */
inline bind_region(r)
{
	shmregion_lifetime_pin(r);
	if
	:: !err ->
		shmregion_mapping_file(r);
		fput_wrapper(r);
		section {
			lock_region(r);
			region[r].descriptors++;
			region[r].used = true;
			unlock_undiminished(r)
		};
		if
		:: !WITHOUT_HANDLE_REFERENCE -> shmregion_region_get(r)
		:: else
		fi;
		shmregion_lifetime_unpin(r);
		bound = true
	:: else
	fi
}

inline shmregion_handle_bind(r)
{
	shmregion_registry_by_id(r);
	if
	:: ok ->
		bind_region(r);
		shmregion_region_put(r)
	:: else
	fi
}
