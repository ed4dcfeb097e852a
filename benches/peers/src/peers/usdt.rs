//! A static probe (USDT), as `sys/sdt.h` makes them: a `nop` and a note in the program that says where it is. Attached, the
//! kernel puts a breakpoint there (a uprobe), and what happens then is up to whoever attached.

use std::ffi::{CStr, CString};
use std::path::Path;
use std::{fs, io};

use maptrace_bench::Running;
use object::read::elf::{FileHeader as _, ProgramHeader as _, SectionHeader as _};
use object::{Endianness, elf};
use perf_event::events::Event;
use perf_event::{Builder, Counter};
use perf_event_open_sys::bindings::perf_event_attr;

use crate::recorded::Recorder;

/// A probe before each operation.
pub struct Usdt;

impl Recorder for Usdt {
    #[inline]
    fn assign<T>(operation: impl FnOnce() -> T) -> T {
        probe::probe!(maptrace_peers, assign);
        operation()
    }
    #[inline]
    fn delete<T>(operation: impl FnOnce() -> T) -> T {
        probe::probe!(maptrace_peers, delete);
        operation()
    }
}

/// Counts each probe in the kernel, the least that one can do with it: no event is written.
pub fn attached() -> Result<Running, String> {
    Ok(Box::new(attach(&["assign", "delete"])?))
}

/// Counters of all places of these probes in this program, for this thread and those that it starts.
pub fn attach(names: &[&str]) -> Result<Vec<Counter>, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let offsets = offsets(&fs::read(&program).map_err(|error| error.to_string())?, names)
        .map_err(|error| format!("the program's notes: {error}"))?;
    if offsets.is_empty() {
        return Err(format!("this program has no probes {names:?}"));
    }
    let counter = |offset: &u64| -> io::Result<Counter> {
        let mut counter = Builder::new(Uprobe::new(&program, *offset)?)
            .observe_self()
            .inherit(true)
            .build()?;
        counter.enable()?;
        Ok(counter)
    };
    let counters: io::Result<Vec<Counter>> = offsets.iter().map(counter).collect();
    counters.map_err(|error| {
        format!(
            "no probe can be attached here ({error}): that needs a kernel with CONFIG_UPROBES, \
             /sys/bus/event_source/devices/uprobe and root, or CAP_PERFMON"
        )
    })
}

/// A breakpoint at a place in a program's file. perf-event2 0.7.4 has a type for it that its own builder does not take.
struct Uprobe {
    kind: u32,
    /// Lives for ever: the kernel reads it again for each thread that inherits the counter.
    path: &'static CStr,
    offset: u64,
}

impl Uprobe {
    fn new(program: &Path, offset: u64) -> io::Result<Self> {
        let kind = fs::read_to_string("/sys/bus/event_source/devices/uprobe/type")?;
        Ok(Self {
            kind: kind.trim().parse().map_err(io::Error::other)?,
            path: Box::leak(CString::new(program.as_os_str().as_encoded_bytes())?.into_boxed_c_str()),
            offset,
        })
    }
}

impl Event for Uprobe {
    fn update_attrs(self, attributes: &mut perf_event_attr) {
        attributes.type_ = self.kind;
        attributes.uprobe_path = self.path.as_ptr() as usize as u64;
        attributes.probe_offset = self.offset;
    }
}

/// Where in the file the probes are.
fn offsets(program: &[u8], names: &[&str]) -> object::Result<Vec<u64>> {
    /// "stapsdt" notes of the third version, which is the only one in use.
    const KIND: u32 = 3;
    let header = elf::FileHeader64::<Endianness>::parse(program)?;
    let endian = header.endian()?;
    let sections = header.sections(endian, program)?;
    let segments = header.program_headers(endian, program)?;
    let mut offsets = Vec::new();
    for section in sections.iter() {
        let Some(mut notes) = section.notes(endian, program)? else {
            continue;
        };
        while let Some(note) = notes.next()? {
            if note.name() != b"stapsdt" || note.n_type(endian) != KIND {
                continue;
            }
            let description = note.desc();
            // Address, base and semaphore, then provider, name and arguments.
            let Some((numbers, texts)) = description.split_at_checked(24) else {
                continue;
            };
            let mut texts = texts.split(|byte| *byte == 0);
            let (provider, name) = (texts.next().unwrap_or_default(), texts.next().unwrap_or_default());
            if provider != b"maptrace_peers" || !names.iter().any(|asked| asked.as_bytes() == name) {
                continue;
            }
            let address = u64::from_le_bytes(numbers[..8].try_into().unwrap_or_default());
            let segment = segments.iter().find(|segment| {
                let begin = segment.p_vaddr(endian);
                segment.p_type(endian) == elf::PT_LOAD && (begin..begin + segment.p_memsz(endian)).contains(&address)
            });
            offsets.extend(segment.map(|segment| address - segment.p_vaddr(endian) + segment.p_offset(endian)));
        }
    }
    Ok(offsets)
}
