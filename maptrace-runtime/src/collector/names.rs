//! Names of threads, made into text once for each.

use std::sync::Arc;

use crate::thread::NAME_BYTES;

/// A thread as an event tells of it.
#[derive(Clone, Copy, Default)]
pub(super) struct Of {
    pub(super) number: u32,
    pub(super) name: [u8; NAME_BYTES],
}

/// By the number of the thread, its name as it was last seen and as text: a number goes to a later thread, with another
/// name.
#[derive(Default)]
pub(super) struct Names(Vec<([u8; NAME_BYTES], Option<Arc<str>>)>);

impl Names {
    pub(super) fn get(&mut self, thread: Of) -> Option<Arc<str>> {
        let index = thread.number as usize;
        while self.0.len() <= index {
            self.0.push(Default::default());
        }
        let (known, text) = &mut self.0[index];
        if *known != thread.name {
            *known = thread.name;
            let mut len = 0;
            while len < NAME_BYTES && thread.name[len] != 0 {
                len += 1;
            }
            *text = match len {
                0 => None,
                _ => Some(Arc::from(&*String::from_utf8_lossy(&thread.name[..len]))),
            };
        }
        text.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_goes_with_its_thread() {
        let of = |number, text: &str| {
            let mut name = [0; NAME_BYTES];
            name[..text.len()].copy_from_slice(text.as_bytes());
            Of { number, name }
        };
        let mut names = Names::default();
        for (number, text) in [(3, "worker"), (1, "sixteen bytes ab"), (3, "worker"), (3, "other"), (0, "main")] {
            assert_eq!(names.get(of(number, text)).as_deref(), Some(text));
        }
        assert_eq!(names.get(of(2, "")), None);
        assert_eq!(names.get(of(3, "")), None);
        // The system cuts names between any two bytes.
        let mut cut = of(1, "");
        cut.name[..2].copy_from_slice(&"é".as_bytes()[..1].repeat(2));
        assert_eq!(names.get(cut).as_deref(), Some("\u{fffd}\u{fffd}"));
    }
}
