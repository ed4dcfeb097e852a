#define LTTNG_UST_TRACEPOINT_CREATE_PROBES
#define LTTNG_UST_TRACEPOINT_DEFINE
#include "tracepoints.h"

void maptrace_peers_assign(void) { lttng_ust_tracepoint(maptrace_peers, assign, 1); }
void maptrace_peers_delete(void) { lttng_ust_tracepoint(maptrace_peers, delete, 1); }

int maptrace_peers_enabled(void) {
    return lttng_ust_tracepoint_enabled(maptrace_peers, assign) && lttng_ust_tracepoint_enabled(maptrace_peers, delete);
}
