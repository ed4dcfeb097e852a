//! A recording as a profile for `go tool pprof`: maps are its locations.
//!
//! It is a message of protocol buffers, `perftools.profiles.Profile`, of which some fields are needed; too few for a
//! dependency that knows all of them.

use std::collections::HashMap;
use std::time::UNIX_EPOCH;

use maptrace_flight::{Map, Recording};

/// What is told of each map, and its unit. The first is what pprof shows unless it is asked for another.
const TYPES: [(&str, &str); 6] = [
    ("held", "bytes"),
    ("needed", "bytes"),
    ("pause", "nanoseconds"),
    ("entries", "count"),
    ("assigns", "count"),
    ("deletes", "count"),
];

/// The profile of all maps that were used.
pub(super) fn profile(recording: &Recording) -> Vec<u8> {
    let mut strings = Strings::default();
    let mut profile = Message::default();
    for (name, unit) in TYPES {
        profile.message(1, &value_type(&mut strings, name, unit));
    }
    let used: Vec<&Map> = recording.maps.iter().filter(|map| map.created > 0).collect();
    let mut made_in = HashMap::new();
    let mut functions = Message::default();
    let mut locations = Message::default();
    let mut last = 0;
    let mut new_id = || {
        last += 1;
        last
    };
    for map in &used {
        // The map itself, and below it what makes it.
        let leaf = new_id();
        function(&mut functions, &mut strings, (leaf, &label(map)), map);
        location(&mut locations, leaf, map.line);
        let around = map.function.as_deref().unwrap_or(&map.file);
        let root = *made_in.entry(around).or_insert_with(|| {
            let root = new_id();
            function(&mut functions, &mut strings, (root, around), map);
            location(&mut locations, root, map.line);
            root
        });
        let mut sample = Message::default();
        sample.packed(1, &[leaf, root]);
        let held = map.held_bytes.unwrap_or(map.needed_bytes);
        let (assigns, deletes) = (map.totals.assigns(), map.totals.deletes());
        sample.packed(
            2,
            &[held, map.needed_bytes, map.pause_ns, map.entries, assigns, deletes],
        );
        profile.message(2, &sample);
    }
    profile.append(&locations);
    profile.append(&functions);
    let comment = strings.add(&format!(
        "maps of {}, pid {}",
        recording.process.program, recording.process.pid
    ));
    let held = strings.add("held");
    for string in &strings.all {
        profile.bytes(6, string.as_bytes());
    }
    let started = recording.process.started.duration_since(UNIX_EPOCH).unwrap_or_default();
    profile.number(9, u64::try_from(started.as_nanos()).unwrap_or(0));
    profile.number(10, super::end(recording));
    profile.packed(13, &[comment]);
    profile.number(14, held);
    profile.0
}

/// pprof cuts off what is in angle brackets, so types go without.
fn label(map: &Map) -> String {
    format!("{} ({} {})", map.name, map.kind.as_str(), map.type_label)
}

fn value_type(strings: &mut Strings, name: &str, unit: &str) -> Message {
    let mut message = Message::default();
    message.number(1, strings.add(name));
    message.number(2, strings.add(unit));
    message
}

fn function(functions: &mut Message, strings: &mut Strings, (id, name): (u64, &str), map: &Map) {
    let mut message = Message::default();
    message.number(1, id);
    message.number(2, strings.add(name));
    message.number(3, strings.add(name));
    message.number(4, strings.add(&map.file));
    message.number(5, u64::from(map.line));
    functions.message(5, &message);
}

fn location(locations: &mut Message, id: u64, line: u32) {
    let mut at = Message::default();
    at.number(1, id);
    at.number(2, u64::from(line));
    let mut message = Message::default();
    message.number(1, id);
    message.message(4, &at);
    locations.message(4, &message);
}

/// The table of strings, of which the first is empty.
struct Strings {
    all: Vec<String>,
    known: HashMap<String, u64>,
}

impl Default for Strings {
    fn default() -> Self {
        Self {
            all: vec![String::new()],
            known: HashMap::from([(String::new(), 0)]),
        }
    }
}

impl Strings {
    fn add(&mut self, text: &str) -> u64 {
        if let Some(&known) = self.known.get(text) {
            return known;
        }
        let number = self.all.len() as u64;
        self.all.push(text.to_owned());
        self.known.insert(text.to_owned(), number);
        number
    }
}

/// A message, or fields of one.
#[derive(Default)]
struct Message(Vec<u8>);

impl Message {
    fn varint(&mut self, mut n: u64) {
        while n >= 0x80 {
            self.0.push(n as u8 | 0x80);
            n >>= 7;
        }
        self.0.push(n as u8);
    }

    fn number(&mut self, field: u64, n: u64) {
        self.varint(field << 3);
        self.varint(n);
    }

    fn bytes(&mut self, field: u64, bytes: &[u8]) {
        self.varint(field << 3 | 2);
        self.varint(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    fn message(&mut self, field: u64, message: &Self) {
        self.bytes(field, &message.0);
    }

    fn packed(&mut self, field: u64, numbers: &[u64]) {
        let mut packed = Self::default();
        for &n in numbers {
            packed.varint(n);
        }
        self.message(field, &packed);
    }

    /// Fields of the same message.
    fn append(&mut self, fields: &Self) {
        self.0.extend_from_slice(&fields.0);
    }
}
