/* SPDX-License-Identifier: GPL-2.0 */
/* As attach.c, and what the kernel does with a mapping. */

/* The caller gives a count of the file. Sets @mapped. */
inline call_mmap(r)
{
	map_placed(r);
	mapped = !err;
	if
	:: err -> fput_wrapper(r)
	:: else
	fi
}

inline vm_mmap(r)
{
	atomic {
		lock_mmap();
		region[r].wrapper_count++
	};
	call_mmap(r);
	unlock_mmap()
}

inline vm_munmap(r)
{
	lock_mmap();
	region_vm_close(r);
	fput_wrapper(r);
	unlock_mmap()
}

/* Holds but the file between its two halves. Sets @mapped. */
inline remap_file_pages(r)
{
	atomic {
		lock_mmap();
		region[r].wrapper_count++
	};
	region_vm_close(r);
	fput_wrapper(r);
	call_mmap(r);
	unlock_mmap()
}

/* The mapping that it makes is the child's. */
inline dup_mmap(r)
{
	atomic {
		lock_mmap();
		region[r].wrapper_count++
	};
	region_vm_open(r);
	unlock_mmap()
}

/* Sets @mapped. */
inline shmregion_attach_map(r)
{
	shmregion_registry_by_id(r);
	if
	:: ok ->
		shmregion_lifetime_pin(r);
		if
		:: !err ->
			shmregion_mapping_file(r);
			vm_mmap(r);
			fput_wrapper(r);
			shmregion_lifetime_unpin(r)
		:: else
		fi;
		shmregion_region_put(r)
	:: else
	fi
}

/* Sets @mapped. */
inline shmregion_attach_mmap(r)
{
	lock_mmap();
	shmregion_mapping_peek(r);
	if
	:: ok -> call_mmap(r)
	:: else
	fi;
	unlock_mmap()
}
