//! Keys and values that can be told wherever they turn up: as they are, in hexadecimal, in base64, or hashed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What is looked for is at most so long.
const MOST: usize = 16;
/// Bytes by which it is looked up.
const PREFIX: usize = 8;
/// Bits of the filter that most places do not pass.
const FILTER_BITS: u32 = 27;

/// Random numbers, the same for the same seed.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// SplitMix64.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number of twenty digits, as short ones are found by chance.
    pub(crate) fn number(&mut self) -> u64 {
        self.next() | 1 << 63
    }

    pub(crate) fn text(&mut self) -> String {
        const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!%";
        (0..20)
            .map(|_| char::from(LETTERS[self.next() as usize % 64]))
            .collect()
    }
}

/// What is looked for.
pub(crate) struct Canaries {
    /// Padded with zeroes, and how many bytes count.
    wanted: Vec<([u8; MOST], u8)>,
    filter: Vec<u64>,
}

impl Canaries {
    pub(crate) fn new() -> Self {
        Self {
            wanted: Vec::new(),
            filter: vec![0; 1 << (FILTER_BITS - 6)],
        }
    }

    /// A key or a value, or another number that is made of one, as its hash.
    pub(crate) fn number(&mut self, number: u64) {
        self.bytes(&number.to_le_bytes());
        self.bytes(&number.to_be_bytes());
        self.want(number.to_string().as_bytes());
        // Without what is in the number's last byte alone: it may be written in fewer bits.
        self.want(format!("{number:x}").as_bytes());
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.want(bytes);
        let hexadecimal: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        self.want(hexadecimal.as_bytes());
        self.want(hexadecimal.to_uppercase().as_bytes());
        for before in 0..3 {
            // Wherever it begins among the bytes that are encoded: the letters that depend on it alone.
            let padded = [&vec![0; before][..], bytes].concat();
            let encoded = STANDARD.encode(&padded);
            let letters = padded.len() / 3 * 4;
            self.want(&encoded.as_bytes()[if before == 0 { 0 } else { before + 1 }..letters]);
        }
    }

    fn want(&mut self, bytes: &[u8]) {
        if bytes.len() < PREFIX {
            return;
        }
        let bytes = &bytes[..bytes.len().min(MOST)];
        let mut padded = [0; MOST];
        padded[..bytes.len()].copy_from_slice(bytes);
        self.wanted.push((padded, bytes.len() as u8));
        let (word, bit) = place(bytes);
        self.filter[word] |= bit;
    }

    /// To be called when all is there that is looked for.
    pub(crate) fn ready(mut self) -> Self {
        self.wanted.sort_unstable();
        self.wanted.dedup();
        self
    }

    /// The first place in `output` where any of them is.
    pub(crate) fn find(&self, output: &[u8]) -> Option<(usize, String)> {
        output.windows(PREFIX).enumerate().find_map(|(at, window)| {
            let (word, bit) = place(window);
            if self.filter[word] & bit == 0 {
                return None;
            }
            let first = self.wanted.partition_point(|(wanted, _)| &wanted[..PREFIX] < window);
            let found = self.wanted[first..]
                .iter()
                .take_while(|(wanted, _)| &wanted[..PREFIX] == window)
                .find(|(wanted, len)| output[at..].starts_with(&wanted[..usize::from(*len)]))?;
            Some((at, String::from_utf8_lossy(&found.0).into_owned()))
        })
    }

    /// How many forms of them are looked for.
    pub(crate) fn len(&self) -> usize {
        self.wanted.len()
    }
}

/// A bit of the filter.
fn place(bytes: &[u8]) -> (usize, u64) {
    let prefix = u64::from_le_bytes(bytes[..PREFIX].try_into().expect("so long"));
    let hashed = prefix.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (u64::BITS - FILTER_BITS);
    ((hashed >> 6) as usize, 1 << (hashed & 63))
}

#[test]
fn each_form_is_found() {
    let mut random = Random::new(3);
    let (number, text) = (random.number(), random.text());
    let mut canaries = Canaries::new();
    canaries.number(number);
    canaries.text(&text);
    let canaries = canaries.ready();
    let around = |middle: &[u8]| [b"some text before ", middle, b" and after"].concat();
    for form in [
        text.as_bytes().to_vec(),
        number.to_le_bytes().to_vec(),
        number.to_be_bytes().to_vec(),
        number.to_string().into_bytes(),
        format!("{number:x}").into_bytes(),
        text.bytes()
            .map(|byte| format!("{byte:02X}"))
            .collect::<String>()
            .into_bytes(),
        STANDARD.encode(&text).into_bytes(),
        STANDARD.encode(format!("1{text}")).into_bytes(),
        STANDARD.encode(format!("12{text}")).into_bytes(),
        STANDARD.encode(number.to_le_bytes()).into_bytes(),
    ] {
        assert!(
            canaries.find(&around(&form)).is_some(),
            "{}",
            String::from_utf8_lossy(&form)
        );
    }
    assert_eq!(canaries.find(&around(b"nothing")), None);
}
