//! A socket, with or without TLS around it, as hyper reads and writes it.

use std::io;
use std::net::TcpStream as Blocking;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use hyper::rt::{Read, ReadBufCursor, Write};
use tokio::io::{AsyncRead as _, AsyncWrite as _, ReadBuf};
use tokio::net::TcpStream;

#[cfg(feature = "tls")]
use rustls::ClientConnection;

/// There is none.
#[cfg(not(feature = "tls"))]
pub(super) enum ClientConnection {}

pub(super) struct Io {
    stream: TcpStream,
    tls: Option<ClientConnection>,
}

impl Io {
    /// Takes over a connection whose handshake is over.
    pub(super) fn new(stream: Blocking, tls: Option<ClientConnection>) -> io::Result<Self> {
        stream.set_nonblocking(true)?;
        Ok(Self {
            stream: TcpStream::from_std(stream)?,
            tls,
        })
    }
}

impl Read for Io {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        mut into: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let mut piece = [0; 4096];
        let length = piece.len().min(into.remaining());
        let piece = &mut piece[..length];
        let this = &mut *self;
        let read = match &mut this.tls {
            None => ready!(poll_read(&mut this.stream, context, piece))?,
            #[cfg(feature = "tls")]
            Some(tls) => ready!(tls::poll_read(tls, &mut this.stream, context, piece))?,
            #[cfg(not(feature = "tls"))]
            Some(tls) => match *tls {},
        };
        into.put_slice(&piece[..read]);
        Poll::Ready(Ok(()))
    }
}

impl Write for Io {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        match &mut this.tls {
            None => Pin::new(&mut this.stream).poll_write(context, bytes),
            #[cfg(feature = "tls")]
            Some(tls) => tls::poll_write(tls, &mut this.stream, context, bytes),
            #[cfg(not(feature = "tls"))]
            Some(tls) => match *tls {},
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        match &mut this.tls {
            None => Pin::new(&mut this.stream).poll_flush(context),
            #[cfg(feature = "tls")]
            Some(tls) => tls::poll_flush(tls, &mut this.stream, context),
            #[cfg(not(feature = "tls"))]
            Some(tls) => match *tls {},
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        #[cfg(feature = "tls")]
        if let Some(tls) = &mut self.tls {
            tls.send_close_notify();
        }
        ready!(self.as_mut().poll_flush(context))?;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

fn poll_read(stream: &mut TcpStream, context: &mut Context<'_>, into: &mut [u8]) -> Poll<io::Result<usize>> {
    let mut buffer = ReadBuf::new(into);
    ready!(Pin::new(stream).poll_read(context, &mut buffer))?;
    Poll::Ready(Ok(buffer.filled().len()))
}

#[cfg(feature = "tls")]
mod tls {
    use std::io::{self, Read as _, Write as _};
    use std::pin::Pin;
    use std::task::{Context, Poll, ready};

    use rustls::ClientConnection;
    use tokio::io::AsyncWrite as _;
    use tokio::net::TcpStream;

    /// The socket as rustls reads and writes it: what would have to wait is an error, and wakes the task when it need not.
    struct Now<'a, 'b> {
        stream: &'a mut TcpStream,
        context: &'a mut Context<'b>,
    }

    impl Now<'_, '_> {
        fn of(polled: Poll<io::Result<usize>>) -> io::Result<usize> {
            match polled {
                Poll::Ready(done) => done,
                Poll::Pending => Err(io::ErrorKind::WouldBlock.into()),
            }
        }
    }

    impl io::Read for Now<'_, '_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            Self::of(super::poll_read(self.stream, self.context, into))
        }
    }

    impl io::Write for Now<'_, '_> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            Self::of(Pin::new(&mut *self.stream).poll_write(self.context, bytes))
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    pub(super) fn poll_read(
        tls: &mut ClientConnection,
        stream: &mut TcpStream,
        context: &mut Context<'_>,
        into: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        loop {
            match tls.reader().read(into) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                read => return Poll::Ready(read),
            }
            match tls.read_tls(&mut Now { stream, context }) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Poll::Pending,
                read => read?,
            };
            tls.process_new_packets()
                .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, crate::tls::in_words(&error)))?;
        }
    }

    pub(super) fn poll_write(
        tls: &mut ClientConnection,
        stream: &mut TcpStream,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        // What waits to be written is bounded by writing it first.
        ready!(poll_flush(tls, stream, context))?;
        let taken = tls.writer().write(bytes)?;
        // As much of it as goes at once; the rest with the next write, or a flush.
        match poll_flush(tls, stream, context) {
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            _ => Poll::Ready(Ok(taken)),
        }
    }

    pub(super) fn poll_flush(
        tls: &mut ClientConnection,
        stream: &mut TcpStream,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        while tls.wants_write() {
            match tls.write_tls(&mut Now { stream, context }) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Poll::Pending,
                written => written?,
            };
        }
        Poll::Ready(Ok(()))
    }
}
