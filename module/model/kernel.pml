/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel gives to the protocol: locks, RCU and files. */

/* The locks that a process may hold, in the order in which it may take them. */
#define MMAP_LOCK 1
#define REGISTRY_LOCK 2
#define REGION_LOCK 4

/* What every process that calls these functions has: its locks, and results. */
#define STACK byte held; bool ok, err

/*
 * What is done under region->lock is one step here, since nobody could tell: all
 * but one thing in it is seen by none but those who have the lock. Where it is
 * not taken, it is as many steps as there are.
 */
#if WITHOUT_LOCK || WITHOUT_REGISTRY_LOCK
#define section
#else
#define section atomic
#endif

byte rcu_readers;

/* Who looks into a region relies on its memory. */
inline access(r)
{
	assert(!region[r].freed)
}

inline lock_region(r)
{
	atomic {
		assert(held < REGION_LOCK);
		!region[r].lock || WITHOUT_LOCK;
		access(r);
		region[r].lock = true;
		held = held | REGION_LOCK
	}
}

inline unlock_region(r)
{
	atomic {
		access(r);
		region[r].lock = false;
		held = held & ~REGION_LOCK
	}
}

inline lock_registry()
{
	atomic {
		assert(held < REGISTRY_LOCK);
		!registry.lock || WITHOUT_REGISTRY_LOCK;
		assert(!registry.freed);
		registry.lock = true;
		held = held | REGISTRY_LOCK
	}
}

inline unlock_registry()
{
	atomic {
		assert(!registry.freed);
		registry.lock = false;
		held = held & ~REGISTRY_LOCK
	}
}

/* Here nobody waits for it: a process has one thread. It is for the order. */
inline lock_mmap()
{
	atomic {
		assert(held < MMAP_LOCK);
		held = held | MMAP_LOCK
	}
}

inline unlock_mmap()
{
	held = held & ~MMAP_LOCK
}

inline rcu_read_lock()
{
	rcu_readers = rcu_readers | ((!WITHOUT_RCU) << _pid)
}

/* What may be freed is freed at once, so that whoever is late is caught. */
inline rcu_read_unlock()
{
	d_step {
		byte i;
		rcu_readers = rcu_readers & ~(1 << _pid);
		for (i : 0 .. REGIONS - 1) {
			if
			:: region[i].readers ->
				region[i].readers = region[i].readers & rcu_readers;
				region[i].freed = !region[i].readers
			:: else
			fi
		}
		i = 0
	}
}

inline call_rcu(r)
{
	region[r].readers = rcu_readers;
	region[r].freed = !rcu_readers
}

inline fput_shmem(r)
{
	atomic {
		assert(region[r].shmem_count > 0);
		region[r].shmem_count--
	}
}

inline fput_wrapper(r)
{
	atomic {
		assert(region[r].wrapper_count > 0);
		region[r].wrapper_count--;
		if
		:: !region[r].wrapper_count -> wrapper_release(r)
		:: else
		fi
	}
}
