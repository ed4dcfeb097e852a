//! How maptrace works inside.
//!
//! ```text
//! application thread                              collector's thread
//!  traced map                                       drains rings in place, counts by map
//!   assign / delete / ...                             |-> snapshot -> report, /metrics, page, sinks
//!    |- event: two bits into this thread's ring --->  |-> episodes -> sinks (OTLP), capture
//!    '- record: what did not become an event          '-> dropped maps: totals to their site
//! ```
//!
//! # From the map to the ring
//!
//! A traced collection is std's, whole, and an *identity* of sixteen bytes. Until its first change the identity holds
//! the place of the constructor's call; then the map's *site* is found (among the declared ones by place or type, else
//! interned) and a *record* is taken from a table of our own. A map
//! that is small and in its first table has its site's instead, together with others like it. From then on an operation rewrites the last word in the
//! ring of its thread, which has id, coarse tick and up to eight operations of two bits, or begins the next. Everything else (no ring yet, ring full, past the cap, tracing
//! off) is behind one branch, out of line.
//!
//! A table that is about to grow is known before it does: `len() == capacity()` means that the next insert resizes. Only
//! that insert is timed. The plain table's public figures tell the rest: its full capacity, bytes and tombstones.
//!
//! # Counts
//!
//! The collector counts events by id. What did not become an event is added to the map's record by whoever holds `&mut`
//! to the map. The sum is exact at rest, whatever was lost on the way; losses are counted by cause.
//!
//! # The collector
//!
//! A *hub* is what threads and collector share; the process has one, a capture has its own. A *pass* reads every ring to
//! its end. A dropped map is finished one pass after its drop was seen, because an earlier operation on another thread
//! may still wait in a ring that was read before. Asked for a snapshot, the collector settles: two passes.
//!
//! With each snapshot for its sinks it looks for what began or ended since the one before, and tells them in *notices*:
//! [`NoticeKind`](crate::NoticeKind) has the thresholds. That is the feature `notices`; `/metrics` and the page are `listen`.
//!
//! The collector sleeps as long as the fullest ring allows, four milliseconds at most under load and a quarter of a second
//! when idle. Producers never wait for it and wake it at most once a sleep: when a ring is a quarter full, which its thread
//! looks at every quarter, or when a new thread found no ring but that of a thread that is gone. Such a ring the new thread drains for itself, if the collector is not at it.
//!
//! # Threads, forks, ends
//!
//! A thread's ring is made at its first event and reused after its end: it is closed by a destructor, drained, then given
//! to the next thread. In a forked child everything with a lock is made anew and rings are abandoned; maps that the
//! child inherited are counted as lost to `fork`. A signal handler must not use a traced map: between the writing of an
//! event and the moving of its index there is room for the handler's event to be overwritten, uncounted. When the process ends the report, if asked for, is printed by an exit
//! handler.
//!
//! # The flight recorder
//!
//! With the feature `flight` the memory of rings, records and counts may be that of a file, for what is in it to outlive the
//! process: nothing is written there that would not be written anyway, but for names, when a site is made, and the collector's sums, at
//! the end of its pass. All that may lie there is `repr(C)`, made of atomic words of which zero is a value, and has no pointers;
//! `docs/flight-format.md` has its layout. In a forked child the mapping is made private before anything else happens.
