//! Span, trace and instance ids.
//!
//! From the system's generator, not from `RandomState`: its keys are counted up from one map to the next, and nothing
//! that leaves the process may be derived from what seeds the application's maps.

/// The system gave no random numbers.
#[derive(Debug)]
pub(crate) struct NoRandomness;

/// Random bytes that are not all zero, which OpenTelemetry takes for "no id".
fn random<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
    if bytes == [0; N] {
        bytes[N - 1] = 1;
    }
    Ok(bytes)
}

pub(crate) fn trace_id() -> Result<[u8; 16], NoRandomness> {
    random()
}

pub(crate) fn span_id() -> Result<[u8; 8], NoRandomness> {
    random()
}

/// A UUID, version 4.
pub(crate) fn uuid() -> Result<String, NoRandomness> {
    let mut bytes: [u8; 16] = random()?;
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut text = String::with_capacity(36);
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        for digit in [byte >> 4, byte & 15] {
            text.extend(char::from_digit(u32::from(digit), 16));
        }
    }
    Ok(text)
}

/// A number from 0 to 255, to spread retries; without randomness they are just not spread.
pub(crate) fn jitter() -> u8 {
    random().map_or(0, |[byte]| byte)
}

#[cfg(test)]
mod tests {
    use super::uuid;

    #[test]
    fn a_uuid_has_its_shape_and_is_random() {
        let id = uuid().expect("randomness");
        let groups: Vec<_> = id.split('-').map(str::len).collect();
        assert_eq!(groups, [8, 4, 4, 4, 12], "{id}");
        assert!(
            id.chars()
                .all(|c| c == '-' || c.is_ascii_hexdigit() && !c.is_ascii_uppercase()),
            "{id}"
        );
        assert_eq!(&id[14..15], "4", "{id}");
        assert!("89ab".contains(&id[19..20]), "{id}");
        assert_ne!(id, uuid().expect("randomness"));
    }
}
