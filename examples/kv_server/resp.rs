//! RESP2, the protocol that Redis clients speak: an incremental request parser, and the replies.
//!
//! The parser's work grows with a request's length alone, however the network cuts it into pieces: where it stopped it
//! goes on, and all it may read again is one header of at most 32 bytes. It never reserves memory because a client has
//! announced something large.

use std::fmt;
use std::io::Write as _;
use std::ops::Range;

/// Longest argument, as Redis's `proto-max-bulk-len`, but smaller: this server holds everything in one process.
pub(crate) const MAX_BULK: usize = 64 << 20;
/// Most arguments of one request, as in Redis.
pub(crate) const MAX_ARGS: usize = 1 << 20;
/// Longest inline request.
const MAX_INLINE: usize = 64 << 10;
/// Longest header of an array or argument, its CR included: a kind and a number, which needs 20 digits at most.
const MAX_HEADER: usize = 32;

/// One request: the command's name and its arguments.
#[derive(Clone, Copy)]
pub(crate) struct Request<'a> {
    bytes: &'a [u8],
    args: &'a [Range<usize>],
    /// Bytes of input that it took up.
    pub(crate) consumed: usize,
}

impl<'a> Request<'a> {
    /// The number of arguments, the command's name included. Zero for a blank line, which asks for nothing.
    pub(crate) fn len(&self) -> usize {
        self.args.len()
    }

    /// The argument at `index`, where 0 is the command's name.
    pub(crate) fn arg(&self, index: usize) -> &'a [u8] {
        &self.bytes[self.args[index].clone()]
    }

    /// All arguments from `first` on.
    pub(crate) fn args_from(&self, first: usize) -> impl Iterator<Item = &'a [u8]> {
        let bytes = self.bytes;
        self.args[first.min(self.args.len())..]
            .iter()
            .map(move |range| &bytes[range.clone()])
    }
}

/// What a client did that is no RESP. The connection cannot be used any further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProtocolError {
    InlineTooLong,
    UnbalancedQuotes,
    CountTooLong,
    BadCount,
    LengthTooLong,
    BadLength,
    NoBulk(u8),
}

impl fmt::Display for ProtocolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Protocol error: ")?;
        match self {
            Self::InlineTooLong => f.write_str("too big inline request"),
            Self::UnbalancedQuotes => f.write_str("unbalanced quotes in request"),
            Self::CountTooLong => f.write_str("too big mbulk count string"),
            Self::BadCount => f.write_str("invalid multibulk length"),
            Self::LengthTooLong => f.write_str("too big bulk count string"),
            Self::BadLength => f.write_str("invalid bulk length"),
            Self::NoBulk(found) => write!(f, "expected '$', got '{}'", found.escape_ascii()),
        }
    }
}

/// Where the parser is within a request.
#[derive(Clone, Copy)]
enum Stage {
    /// Before its first byte, or within an inline request.
    Start,
    /// Before the header of an argument; so many are to come.
    Header(usize),
    /// Within an argument of `length` bytes, the first of so many to come.
    Bulk { left: usize, length: usize },
}

/// Takes requests off the front of a connection's input.
pub(crate) struct Parser {
    stage: Stage,
    /// Everything before it has been looked at.
    at: usize,
    args: Vec<Range<usize>>,
    /// The arguments of an inline request, quotes resolved.
    inline: Vec<u8>,
}

impl Parser {
    pub(crate) fn new() -> Self {
        Self {
            stage: Stage::Start,
            at: 0,
            args: Vec::new(),
            inline: Vec::new(),
        }
    }

    /// Parses the request at the front of `input`, or returns `None` if its end has not arrived.
    ///
    /// After `None` the next call must get the same bytes with more behind them; after a request, what follows its
    /// [`consumed`](Request::consumed) bytes.
    pub(crate) fn parse<'a>(&'a mut self, input: &'a [u8]) -> Result<Option<Request<'a>>, ProtocolError> {
        loop {
            match self.stage {
                Stage::Start => {
                    self.args.clear();
                    match input.first() {
                        None => return Ok(None),
                        Some(b'*') => {
                            let Some(line) = self.line(input, ProtocolError::CountTooLong)? else {
                                return Ok(None);
                            };
                            match parse_i64(line) {
                                Some(count) if count <= 0 => return Ok(Some(self.finish(input))),
                                Some(count) if count <= MAX_ARGS as i64 => self.stage = Stage::Header(count as usize),
                                _ => return Err(ProtocolError::BadCount),
                            }
                        }
                        Some(_) => return self.parse_inline(input),
                    }
                }
                Stage::Header(left) => {
                    match input.get(self.at) {
                        None => return Ok(None),
                        Some(b'$') => {}
                        Some(&found) => return Err(ProtocolError::NoBulk(found)),
                    }
                    let Some(line) = self.line(input, ProtocolError::LengthTooLong)? else {
                        return Ok(None);
                    };
                    match parse_i64(line).and_then(|length| usize::try_from(length).ok()) {
                        Some(length) if length <= MAX_BULK => self.stage = Stage::Bulk { left, length },
                        _ => return Err(ProtocolError::BadLength),
                    }
                }
                Stage::Bulk { left, length } => {
                    let end = self.at + length;
                    // Two more for CRLF, which Redis skips unseen as well.
                    if input.len() < end + 2 {
                        return Ok(None);
                    }
                    self.args.push(self.at..end);
                    self.at = end + 2;
                    if left == 1 {
                        return Ok(Some(self.finish(input)));
                    }
                    self.stage = Stage::Header(left - 1);
                }
            }
        }
    }

    /// The header line that begins at `self.at`, without its first byte and its CRLF.
    fn line<'a>(&mut self, input: &'a [u8], too_long: ProtocolError) -> Result<Option<&'a [u8]>, ProtocolError> {
        let rest = &input[self.at..];
        match rest.iter().take(MAX_HEADER).position(|&byte| byte == b'\r') {
            None if rest.len() >= MAX_HEADER => Err(too_long),
            Some(end) if end + 2 <= rest.len() => {
                self.at += end + 2;
                Ok(Some(&rest[1..end]))
            }
            _ => Ok(None),
        }
    }

    fn parse_inline<'a>(&'a mut self, input: &'a [u8]) -> Result<Option<Request<'a>>, ProtocolError> {
        let Some(end) = input[self.at..]
            .iter()
            .position(|&byte| byte == b'\n')
            .map(|end| self.at + end)
        else {
            self.at = input.len();
            return if self.at >= MAX_INLINE {
                Err(ProtocolError::InlineTooLong)
            } else {
                Ok(None)
            };
        };
        self.at = end + 1;
        self.inline.clear();
        let line = &input[..end];
        split_inline(
            line.strip_suffix(b"\r").unwrap_or(line),
            &mut self.inline,
            &mut self.args,
        )?;
        let consumed = self.reset();
        Ok(Some(Request {
            bytes: &self.inline,
            args: &self.args,
            consumed,
        }))
    }

    fn finish<'a>(&'a mut self, input: &'a [u8]) -> Request<'a> {
        let consumed = self.reset();
        Request {
            bytes: input,
            args: &self.args,
            consumed,
        }
    }

    /// Makes ready for the next request and returns the length of this one.
    fn reset(&mut self) -> usize {
        self.stage = Stage::Start;
        std::mem::take(&mut self.at)
    }
}

/// Splits a line into arguments as Redis does: `"..."` with escapes, `'...'` with `\'` alone.
fn split_inline(line: &[u8], bytes: &mut Vec<u8>, args: &mut Vec<Range<usize>>) -> Result<(), ProtocolError> {
    let mut rest = line.iter().copied().peekable();
    loop {
        while rest.next_if(u8::is_ascii_whitespace).is_some() {}
        if rest.peek().is_none() {
            return Ok(());
        }
        let start = bytes.len();
        while let Some(byte) = rest.next_if(|byte| !byte.is_ascii_whitespace()) {
            let quote = match byte {
                b'"' | b'\'' => byte,
                plain => {
                    bytes.push(plain);
                    continue;
                }
            };
            loop {
                match rest.next().ok_or(ProtocolError::UnbalancedQuotes)? {
                    byte if byte == quote => break,
                    b'\\' if quote == b'"' => {
                        let escaped = rest.next().ok_or(ProtocolError::UnbalancedQuotes)?;
                        bytes.push(unescape(escaped, &mut rest));
                    }
                    b'\\' if rest.next_if_eq(&b'\'').is_some() => bytes.push(b'\''),
                    byte => bytes.push(byte),
                }
            }
            // A closing quote ends the argument: what follows must be a space.
            if rest.peek().is_some_and(|byte| !byte.is_ascii_whitespace()) {
                return Err(ProtocolError::UnbalancedQuotes);
            }
        }
        args.push(start..bytes.len());
    }
}

/// The byte that `\` and `escaped` stand for, with two hex digits taken from `rest` after `\x`.
fn unescape<I: Iterator<Item = u8> + Clone>(escaped: u8, rest: &mut I) -> u8 {
    match escaped {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => 8,
        b'a' => 7,
        b'x' => {
            let mut ahead = rest.clone();
            let mut digit = || ahead.next().and_then(|byte| char::from(byte).to_digit(16));
            match (digit(), digit()) {
                (Some(high), Some(low)) => {
                    *rest = ahead;
                    (high * 16 + low) as u8
                }
                _ => b'x',
            }
        }
        other => other,
    }
}

/// A decimal number as Redis writes it: no sign but `-`, no leading zero, no space.
pub(crate) fn parse_i64(text: &[u8]) -> Option<i64> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let canonical = match digits {
        [b'0'] => text.len() == 1,
        [first, ..] => first.is_ascii_digit() && *first != b'0',
        [] => false,
    };
    canonical.then(|| str::from_utf8(text).ok()?.parse().ok()).flatten()
}

/// Replies on their way to a client.
#[derive(Default)]
pub(crate) struct Replies {
    bytes: Vec<u8>,
}

impl Replies {
    /// `+text`
    pub(crate) fn simple(&mut self, text: &str) {
        self.line(b'+', format_args!("{text}"));
    }

    /// `-message`, on one line whatever is in it.
    pub(crate) fn error(&mut self, message: &str) {
        let start = self.bytes.len();
        self.line(b'-', format_args!("{message}"));
        let end = self.bytes.len() - 2;
        for byte in &mut self.bytes[start..end] {
            if matches!(byte, b'\r' | b'\n') {
                *byte = b' ';
            }
        }
    }

    /// `:number`
    pub(crate) fn integer(&mut self, number: i64) {
        self.line(b':', format_args!("{number}"));
    }

    /// `:count`
    pub(crate) fn count(&mut self, count: usize) {
        self.line(b':', format_args!("{count}"));
    }

    /// A string of bytes.
    pub(crate) fn bulk(&mut self, value: impl AsRef<[u8]>) {
        let value = value.as_ref();
        self.line(b'$', format_args!("{}", value.len()));
        self.bytes.extend_from_slice(value);
        self.bytes.extend_from_slice(b"\r\n");
    }

    /// No string.
    pub(crate) fn null(&mut self) {
        self.bytes.extend_from_slice(b"$-1\r\n");
    }

    /// The header of an array: `len` replies follow.
    pub(crate) fn array(&mut self, len: usize) {
        self.line(b'*', format_args!("{len}"));
    }

    fn line(&mut self, kind: u8, text: fmt::Arguments<'_>) {
        self.bytes.push(kind);
        self.bytes.write_fmt(text).expect("a Vec takes every write");
        self.bytes.extend_from_slice(b"\r\n");
    }

    /// The bytes to send.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Forgets what has been sent, and gives back memory that only a very long reply has needed.
    pub(crate) fn clear(&mut self) {
        const KEEP: usize = 1 << 20;
        self.bytes.clear();
        self.bytes.shrink_to(KEEP);
    }
}

#[cfg(test)]
mod tests;
