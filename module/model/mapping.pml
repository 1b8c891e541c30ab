/* SPDX-License-Identifier: GPL-2.0 */
/* As mapping.c, with one wrapper. */

inline region_vm_open(r)
{
	section {
		lock_region(r);
		assert(!region[r].dead);
		region[r].attaches++;
		region[r].used = true;
		unlock_undiminished(r)
	}
}

inline region_vm_close(r)
{
	section {
		lock_region(r);
		region[r].attaches--
	};
	shmregion_lifetime_unlock(r)
}

/* Sets @err. That shmem maps the file may fail as well. */
inline map_placed(r)
{
	section {
		lock_region(r);
		err = region[r].dead && !WITHOUT_MMAP_RECHECK;
		region[r].attaches = region[r].attaches + !err;
		unlock_undiminished(r)
	};
	if
	:: !err ->
		section {
			lock_region(r);
			assert(region[r].shmem_count > 0);
			if
			:: region[r].used = true
			:: region[r].attaches--; err = true
			fi
		};
		if
		:: err -> shmregion_lifetime_unlock(r)
		:: else -> unlock_undiminished(r)
		fi
	:: else
	fi
}

inline wrapper_release(r)
{
	atomic {
		shmregion_lifetime_uncharge(r);
		if
		:: !WITHOUT_WRAPPER_REFERENCE -> shmregion_region_put(r)
		:: else
		fi
	}
}

/* The fresh wrapper is not yet counted: it is nobody else's. */
inline create_wrapper(r)
{
	atomic {
		access(r);
		assert(region[r].shmem_count > 0);
		if
		:: !WITHOUT_WRAPPER_REFERENCE -> shmregion_region_get(r)
		:: else
		fi;
		region[r].charges++
	}
}

/* Sets @ok. */
inline shmregion_mapping_peek(r)
{
	section {
		lock_region(r);
		ok = region[r].wrapper;
		region[r].wrapper_count = region[r].wrapper_count + ok;
		unlock_undiminished(r)
	}
}

inline shmregion_mapping_file(r)
{
	shmregion_mapping_peek(r);
	if
	:: !ok ->
		create_wrapper(r);
		section {
			lock_region(r);
			ok = region[r].wrapper;
			region[r].wrapper = true;
			/* The region's count comes with the file's first. */
			region[r].wrapper_count = region[r].wrapper_count + 1 + !ok;
			unlock_undiminished(r)
		};
		if
		:: ok -> wrapper_release(r)
		:: else
		fi
	:: else
	fi
}
