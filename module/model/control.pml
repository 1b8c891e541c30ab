/* SPDX-License-Identifier: GPL-2.0 */
/* As control.c, with ioctl_get() of ioctl.c. */

/* The regions that the tables had better not give to who begins to look now. */
inline note_ended(mask)
{
	d_step {
		byte i;
		mask = 0;
		for (i : 0 .. REGIONS - 1) {
			mask = mask | ((region[i].removed || region[i].dead) << i)
		}
		i = 0
	}
}

/* Sets @id, to NONE if there is none. */
inline shmregion_control_find()
{
	atomic {
		rcu_read_lock();
		note_ended(ended)
	};
	shmregion_registry_by_key();
	atomic {
		if
		:: id != NONE ->
			access(id);
			assert(!(ended & (1 << id)))
		:: else
		fi;
		ended = 0;
		turns = 0;
		rcu_read_unlock()
	}
}

/* Sets @id, to NONE if none could be created. */
inline ioctl_get(kind)
{
	do
	:: shmregion_control_find();
		if
		:: id != NONE -> break
		:: else
		fi;
		shmregion_region_create(kind);
		if
		:: id == NONE -> break
		:: else
		fi;
		shmregion_registry_publish(id);
		if
		:: !err -> break
		:: else -> shmregion_lifetime_discard(id)
		fi
	od
}

inline shmregion_control_remove(r)
{
	shmregion_registry_by_id(r);
	if
	:: ok ->
		shmregion_lifetime_remove(r);
		shmregion_region_put(r)
	:: else
	fi
}
