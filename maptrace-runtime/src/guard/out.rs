//! Writing without memory: into a buffer that is there, and from there to a file.

use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::IntoRawFd;

/// Bytes that are written at once.
const SIZE: usize = 64 << 10;

/// The buffer, and what went wrong.
pub(super) struct Out {
    buffer: [u8; SIZE],
    len: usize,
    /// The last byte.
    last: u8,
    file: Option<File>,
    error: Option<io::Error>,
    written: u64,
}

impl Out {
    pub(super) const fn new() -> Self {
        Self {
            buffer: [0; SIZE],
            len: 0,
            last: 0,
            file: None,
            error: None,
            written: 0,
        }
    }

    /// Goes on with a file. What was not written to the one before is forgotten.
    pub(super) fn begin(&mut self, file: File) {
        (self.len, self.error, self.written) = (0, None, 0);
        self.file = Some(file);
    }

    /// Writes what is left and closes the file. Returns how many bytes it has.
    pub(super) fn end(&mut self) -> io::Result<u64> {
        self.flush();
        self.file = None;
        self.error.take().map_or(Ok(self.written), Err)
    }

    /// As [`end`](Self::end), for a file that is somebody else's: it stays open.
    pub(super) fn end_of_borrowed(&mut self) {
        self.flush();
        if let Some(file) = self.file.take() {
            let _ = file.into_raw_fd();
        }
    }

    fn flush(&mut self) {
        if let (Some(file), None) = (&mut self.file, &self.error) {
            self.error = file.write_all(self.buffer.get(..self.len).unwrap_or_default()).err();
            self.written += self.len as u64;
        }
        self.len = 0;
    }

    pub(super) fn bytes(&mut self, mut bytes: &[u8]) {
        self.last = bytes.last().copied().unwrap_or(self.last);
        while !bytes.is_empty() {
            if self.len == SIZE {
                self.flush();
            }
            let n = bytes.len().min(SIZE - self.len);
            let (now, later) = bytes.split_at(n);
            self.buffer[self.len..self.len + n].copy_from_slice(now);
            self.len += n;
            bytes = later;
        }
    }

    pub(super) fn raw(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    /// A number in digits. By hand, as there are hundreds of thousands in a large dump.
    pub(super) fn number(&mut self, mut n: u64) {
        let mut digits = [0; 20];
        let mut at = digits.len();
        loop {
            at -= 1;
            digits[at] = b'0' + (n % 10) as u8;
            n /= 10;
            if n == 0 {
                break;
            }
        }
        self.bytes(&digits[at..]);
    }

    /// A number, or `null`.
    pub(super) fn maybe(&mut self, n: Option<u64>) {
        match n {
            Some(n) => self.number(n),
            None => self.raw("null"),
        }
    }

    /// A JSON string. As the report's, it can stand inside an HTML `<script>`.
    pub(super) fn text(&mut self, text: &str) {
        self.raw("\"");
        let mut utf8 = [0; 4];
        for c in text.chars() {
            match c {
                '"' | '\\' => self.bytes(&[b'\\', c as u8]),
                '\0'..='\x1f' | '\x7f'..='\u{9f}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                    let _ = fmt::Write::write_fmt(self, format_args!("\\u{:04x}", c as u32));
                }
                c => self.raw(c.encode_utf8(&mut utf8)),
            }
        }
        self.raw("\"");
    }

    /// As [`text`](Self::text), or `null`.
    pub(super) fn maybe_text(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.text(text),
            None => self.raw("null"),
        }
    }

    /// `"name":`, after a comma if it is not the first.
    pub(super) fn field(&mut self, name: &str) {
        if self.last != b'{' {
            self.raw(",");
        }
        self.raw("\"");
        self.raw(name);
        self.raw("\":");
    }

    /// A field with a number.
    pub(super) fn pair(&mut self, name: &str, n: u64) {
        self.field(name);
        self.number(n);
    }

    /// Text for a terminal: what steers one, or turns text around, is left out.
    pub(super) fn plain(&mut self, text: &str) {
        let mut utf8 = [0; 4];
        for c in text.chars() {
            let steers = c.is_control()
                || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            self.raw(if steers { "?" } else { c.encode_utf8(&mut utf8) });
        }
    }
}

impl fmt::Write for Out {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.raw(text);
        Ok(())
    }
}
