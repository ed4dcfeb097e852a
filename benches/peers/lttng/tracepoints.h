// Read several times by LTTng's own headers.
#undef LTTNG_UST_TRACEPOINT_PROVIDER
#define LTTNG_UST_TRACEPOINT_PROVIDER maptrace_peers
#undef LTTNG_UST_TRACEPOINT_INCLUDE
#define LTTNG_UST_TRACEPOINT_INCLUDE "tracepoints.h"

#if !defined(MAPTRACE_PEERS_TRACEPOINTS) || defined(LTTNG_UST_TRACEPOINT_HEADER_MULTI_READ)
#define MAPTRACE_PEERS_TRACEPOINTS
#include <lttng/tracepoint.h>

LTTNG_UST_TRACEPOINT_EVENT(maptrace_peers, assign, LTTNG_UST_TP_ARGS(unsigned int, map),
                           LTTNG_UST_TP_FIELDS(lttng_ust_field_integer(unsigned int, map, map)))
LTTNG_UST_TRACEPOINT_EVENT(maptrace_peers, delete, LTTNG_UST_TP_ARGS(unsigned int, map),
                           LTTNG_UST_TP_FIELDS(lttng_ust_field_integer(unsigned int, map, map)))
#endif
#include <lttng/tracepoint-event.h>
