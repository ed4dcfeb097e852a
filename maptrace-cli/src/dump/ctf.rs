//! A recording as a trace in the Common Trace Format, version 1.8: a file of metadata, and a stream for each thread.

use std::fs;
use std::io;
use std::path::Path;
use std::time::UNIX_EPOCH;

use maptrace_flight::{Event, Recording, Thread, What};

use super::{Names, thread_name};

/// Numbers of the kinds of events in the metadata.
const ASSIGN: u8 = 0;
const DELETE: u8 = 1;
const EPISODE: u8 = 2;

/// Bytes before the events of a packet: its header and its context.
const PACKET_HEADER: usize = 4 + 4 + 8 * 5 + 4 + 16;

/// Writes the trace to a new folder.
pub(super) fn write(folder: &Path, recording: &Recording) -> io::Result<()> {
    fs::create_dir(folder)?;
    fs::write(folder.join("metadata"), metadata(recording))?;
    let names = Names::of(recording);
    for thread in &recording.threads {
        fs::write(folder.join(format!("thread_{}", thread.number)), stream(&names, thread))?;
    }
    Ok(())
}

fn metadata(recording: &Recording) -> String {
    let process = &recording.process;
    let started = process.started.duration_since(UNIX_EPOCH).unwrap_or_default();
    // Only what cannot end a string in the text.
    let program: String = process
        .program
        .chars()
        .filter(|c| c.is_alphanumeric() || "-_. ".contains(*c))
        .collect();
    format!(
        r#"/* CTF 1.8 */

typealias integer {{ size = 8; align = 8; signed = false; }} := uint8_t;
typealias integer {{ size = 32; align = 8; signed = false; }} := uint32_t;
typealias integer {{ size = 64; align = 8; signed = false; }} := uint64_t;

trace {{
    major = 1;
    minor = 8;
    byte_order = le;
    packet.header := struct {{
        uint32_t magic;
        uint32_t stream_id;
    }};
}};

env {{
    domain = "ust";
    tracer_name = "maptrace";
    procname = "{program}";
    vpid = {pid};
}};

clock {{
    name = monotonic;
    description = "Nanoseconds since the process began";
    freq = 1000000000;
    offset_s = {seconds};
    offset = {nanos};
}};

typealias integer {{ size = 64; align = 8; signed = false; map = clock.monotonic.value; }} := time_t;

stream {{
    id = 0;
    packet.context := struct {{
        time_t timestamp_begin;
        time_t timestamp_end;
        uint64_t content_size;
        uint64_t packet_size;
        uint64_t events_discarded;
        uint32_t tid;
        integer {{ size = 8; align = 8; signed = false; encoding = UTF8; }} thread[16];
    }};
    event.header := struct {{
        uint8_t id;
        time_t timestamp;
    }};
}};

event {{
    name = "map:assign";
    id = {ASSIGN};
    stream_id = 0;
    fields := struct {{
        string {{ encoding = UTF8; }} map;
        uint64_t instance;
        uint8_t is_new;
    }};
}};

event {{
    name = "map:delete";
    id = {DELETE};
    stream_id = 0;
    fields := struct {{
        string {{ encoding = UTF8; }} map;
        uint64_t instance;
        uint8_t hit;
    }};
}};

event {{
    name = "map:episode";
    id = {EPISODE};
    stream_id = 0;
    fields := struct {{
        string {{ encoding = UTF8; }} map;
        uint64_t instance;
        string {{ encoding = UTF8; }} what;
        uint64_t duration_ns;
        uint64_t entries;
        uint64_t old_capacity;
        uint64_t new_capacity;
    }};
}};
"#,
        pid = process.pid,
        seconds = started.as_secs(),
        nanos = started.subsec_nanos(),
    )
}

/// The packets of a thread. Where events were lost a new one begins, as only a packet can say so.
fn stream(names: &Names<'_>, thread: &Thread) -> Vec<u8> {
    let mut out = Vec::new();
    let mut packet = Packet::default();
    let mut discarded = 0_u64;
    // Times of operations are coarse, those of episodes are not; in a stream none may be before the last.
    let mut now = 0;
    for event in &thread.events {
        now = now.max(event.at);
        if let What::Gap { lost } = event.what {
            packet.write(&mut out, thread, discarded);
            discarded = discarded.saturating_add(lost);
            packet = Packet {
                began: Some(now),
                ended: now,
                events: Vec::new(),
            };
            continue;
        }
        packet.began.get_or_insert(now);
        packet.ended = now;
        add(&mut packet.events, names, event, now);
    }
    packet.write(&mut out, thread, discarded);
    out
}

#[derive(Default)]
struct Packet {
    began: Option<u64>,
    ended: u64,
    events: Vec<u8>,
}

impl Packet {
    fn write(&self, out: &mut Vec<u8>, thread: &Thread, discarded: u64) {
        let Some(began) = self.began else { return };
        let bits = (PACKET_HEADER + self.events.len()) as u64 * 8;
        out.extend(0xC1FC_1FC1_u32.to_le_bytes());
        out.extend(0_u32.to_le_bytes());
        for word in [began, self.ended, bits, bits, discarded] {
            out.extend(word.to_le_bytes());
        }
        out.extend(thread.system_id.to_le_bytes());
        let mut name = [0; 16];
        for (to, from) in name.iter_mut().zip(thread_name(thread).bytes()) {
            *to = from;
        }
        out.extend(name);
        out.extend_from_slice(&self.events);
    }
}

fn add(out: &mut Vec<u8>, names: &Names<'_>, event: &Event, at: u64) {
    let text = |out: &mut Vec<u8>, text: &str| {
        out.extend(text.bytes().filter(|&byte| byte != 0));
        out.push(0);
    };
    let id = match event.what {
        What::Assign { .. } => ASSIGN,
        What::Delete { .. } => DELETE,
        _ => EPISODE,
    };
    out.push(id);
    out.extend(at.to_le_bytes());
    text(out, names.name(event));
    out.extend(event.instance.unwrap_or(0).to_le_bytes());
    match &event.what {
        What::Assign { new: flag } | What::Delete { hit: flag } => out.push(u8::from(*flag)),
        what => {
            text(out, what.name());
            let (entries, old, new) = match *what {
                What::Grow {
                    entries,
                    old_capacity,
                    new_capacity,
                    ..
                }
                | What::Shrink {
                    entries,
                    old_capacity,
                    new_capacity,
                    ..
                } => (entries, old_capacity, new_capacity),
                What::RehashInPlace { entries, capacity, .. } => (entries, capacity, capacity),
                What::Clear { entries, .. } | What::YoungEnds { entries } | What::Slow { entries, .. } => {
                    (entries, 0, 0)
                }
                What::Batch { offered, removed, .. } => (offered.max(removed), 0, 0),
                What::Free { capacity } => (0, capacity, 0),
                _ => (0, 0, 0),
            };
            let duration = what.duration().unwrap_or_default().as_nanos() as u64;
            for word in [duration, entries, old, new] {
                out.extend(word.to_le_bytes());
            }
        }
    }
}
