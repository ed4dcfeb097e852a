//! Words of a file, where there are any.

/// Bytes that may end anywhere.
#[derive(Clone, Copy)]
pub(crate) struct Bytes<'a>(pub(crate) &'a [u8]);

impl<'a> Bytes<'a> {
    pub(crate) fn len(self) -> u64 {
        self.0.len() as u64
    }

    /// `n` bytes from `at` on.
    pub(crate) fn get(self, at: u64, n: u64) -> Option<&'a [u8]> {
        let from = usize::try_from(at).ok()?;
        let to = usize::try_from(at.checked_add(n)?).ok()?;
        self.0.get(from..to)
    }

    /// Those from `at` on, `n` or as many as there are.
    pub(crate) fn part(self, at: u64, n: u64) -> Self {
        let from = at.min(self.len());
        let n = n.min(self.len() - from);
        Self(self.get(from, n).unwrap_or_default())
    }

    pub(crate) fn u16(self, at: u64) -> Option<u16> {
        Some(u16::from_le_bytes(self.get(at, 2)?.try_into().ok()?))
    }

    pub(crate) fn u32(self, at: u64) -> Option<u32> {
        Some(u32::from_le_bytes(self.get(at, 4)?.try_into().ok()?))
    }

    pub(crate) fn u64(self, at: u64) -> Option<u64> {
        Some(u64::from_le_bytes(self.get(at, 8)?.try_into().ok()?))
    }

    /// `N` words from `at` on.
    pub(crate) fn words<const N: usize>(self, at: u64) -> Option<[u64; N]> {
        let mut words = [0; N];
        for (word, bytes) in words.iter_mut().zip(self.get(at, 8 * N as u64)?.chunks_exact(8)) {
            *word = u64::from_le_bytes(bytes.try_into().ok()?);
        }
        Some(words)
    }

    /// A text that ends with its bytes, or with a zero before that.
    pub(crate) fn text(self, at: u64, n: u64) -> Option<String> {
        let bytes = self.get(at, n)?;
        let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
        Some(String::from_utf8_lossy(&bytes[..end]).into_owned())
    }
}
