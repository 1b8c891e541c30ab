/* SPDX-License-Identifier: GPL-2.0 */
/*
 * shmregion - tracepoints
 */

#undef TRACE_SYSTEM
#define TRACE_SYSTEM shmregion

#if !defined(_SHMREGION_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _SHMREGION_TRACE_H

#include "region.h"

#include <linux/tracepoint.h>

DECLARE_EVENT_CLASS(shmregion_event,
	TP_PROTO(const struct shmregion *region),
	TP_ARGS(region),
	TP_STRUCT__entry(
		__field(u64, key)
		__field(u64, size)
		__field(u32, id)
		__field(unsigned long, attaches)
	),
	TP_fast_assign(
		__entry->key = region->key;
		__entry->size = region->size;
		__entry->id = region->id;
		__entry->attaches = region->attaches;
	),
	TP_printk("id=%u key=%#llx size=%llu attaches=%lu", __entry->id,
		  __entry->key, __entry->size, __entry->attaches)
);

/* A region was created, and can be found. */
DEFINE_EVENT(shmregion_event, shmregion_create,
	TP_PROTO(const struct shmregion *region),
	TP_ARGS(region)
);

/* A mapping came into being: attach, mmap, fork, split, move. */
DEFINE_EVENT(shmregion_event, shmregion_attach,
	TP_PROTO(const struct shmregion *region),
	TP_ARGS(region)
);

/* A mapping went. */
DEFINE_EVENT(shmregion_event, shmregion_detach,
	TP_PROTO(const struct shmregion *region),
	TP_ARGS(region)
);

/* A region was marked for removal. */
DEFINE_EVENT(shmregion_event, shmregion_remove,
	TP_PROTO(const struct shmregion *region),
	TP_ARGS(region)
);

/* A region passed the point of no return. */
DEFINE_EVENT(shmregion_event, shmregion_destroy,
	TP_PROTO(const struct shmregion *region),
	TP_ARGS(region)
);

#endif /* _SHMREGION_TRACE_H */

#undef TRACE_INCLUDE_PATH
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_PATH .
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
