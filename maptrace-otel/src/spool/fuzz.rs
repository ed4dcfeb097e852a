//! Files of the spool for the fuzz target `spool`.

use super::format::{DONE, FILE_HEAD, RECORD_HEAD, file_head, record, u32_at};
use crate::shared::Signal;

/// A file with these records: the code of each one's signal, its items and its body, and whether it is still to be sent.
#[must_use]
pub fn file(records: &[(u8, u64, &[u8], bool)]) -> Vec<u8> {
    let mut file = file_head().to_vec();
    for &(code, items, body, live) in records {
        let signal = Signal::of_code(code).unwrap_or(Signal::Traces);
        let mut record = record(signal, items, 1, body).unwrap_or_default();
        if let (Some(state), false) = (record.first_mut(), live) {
            *state = DONE;
        }
        file.extend(record);
    }
    file
}

/// Makes the sums in a file right, as far as its records can be followed: no fuzzer guesses them.
pub fn mend(file: &mut [u8]) {
    let Some((head, mut rest)) = file.split_at_mut_checked(FILE_HEAD) else {
        return;
    };
    head.copy_from_slice(&file_head());
    while rest.len() >= RECORD_HEAD {
        let (head, behind) = rest.split_at_mut(RECORD_HEAD);
        // Longer than what is left, and it is the last one.
        let length = usize::try_from(u32_at(head, 4)).unwrap_or(usize::MAX).min(behind.len());
        let (body, next) = behind.split_at_mut(length);
        head[24..28].copy_from_slice(&crc32fast::hash(body).to_le_bytes());
        let sum = crc32fast::hash(&head[1..28]);
        head[28..].copy_from_slice(&sum.to_le_bytes());
        rest = next;
    }
}
