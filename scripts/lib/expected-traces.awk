# SPDX-License-Identifier: GPL-2.0
#
# Passes a kernel log on without the call traces of what is not the kernel's
# trouble: that it kills when there is no memory, and that it could not create a
# slab cache for the module, which it may call invalid, or a network namespace's
# settings, or a stack for the child of a test, because an allocation was made to
# fail. Others may log in the midst of it, so that nothing else is left out; it may be
# another of these, whose trace comes first. Some have none: so none is waited for
# longer than ten seconds.
function expect()
{
	expected++
	since = now
}
match($0, /^\[ *[0-9]+\.[0-9]+\]/) { now = substr($0, 2, RLENGTH - 2) + 0 }
now > since + 10 { expected = 0 }
/invoked oom-killer:|oom_reaper: unable to reap/ { expect() }
/kmem_cache_create[^ ]*\(shmregion[^ ]*\) failed with error -(12|22)/ { expect() }
/failing_allocat[^ ]*: vmalloc error: / { expect() }
/sysctl could not get directory: \/net[^ ]* -12/ { expect() }
expected && /Call Trace:/ {
	expected--
	next
}
# The process had asked to be the one that is killed.
/Out of memory: Killed process .* oom_score_adj:1000/ { next }
{ print }
