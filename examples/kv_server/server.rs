//! Connections: from bytes to requests, and back.

use std::io;
use std::net::SocketAddr;
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use bytes::{Buf as _, BytesMut};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::command::{Session, execute};
use crate::resp::{Parser, Replies};
use crate::state::{ClientId, State};

/// Connections at a time, as Redis's `maxclients`.
const MAX_CLIENTS: usize = 10_000;
/// Input is read in pieces of at least this size.
const READ: usize = 16 << 10;
/// A connection whose unfinished request is longer than this is closed.
const MAX_REQUEST: usize = 256 << 20;
/// Replies are sent once there are so many bytes of them, even if more requests are waiting.
const MAX_REPLIES: usize = 256 << 10;
/// How often due keys are looked for while no client is at work, and how many go under one lock.
const EXPIRE_EVERY: Duration = Duration::from_millis(100);
const EXPIRE_STEP: usize = 256;
/// The same before each batch of requests, which has to wait for it.
const EXPIRE_BEFORE_BATCH: usize = 16;
/// How long connections may take to send their last replies.
const GOODBYE: Duration = Duration::from_secs(5);

/// The state, and the one lock on it: never held across an await.
#[derive(Clone)]
pub(crate) struct Shared(Arc<Mutex<State>>);

impl Shared {
    pub(crate) fn new(state: State) -> Self {
        Self(Arc::new(Mutex::new(state)))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("a command that panicked has ended the server")
    }
}

/// Serves until `stop` is done, then lets every connection send its last replies.
pub(crate) async fn serve(listener: TcpListener, shared: Shared, stop: impl Future<Output = ()>) {
    let (stopping, stopped) = watch::channel(false);
    let mut tasks = JoinSet::new();
    tasks.spawn(remove_due(shared.clone(), stopped.clone()));
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            Some(ended) = tasks.join_next() => propagate(ended),
            accepted = listener.accept() => match accepted {
                Ok((stream, address)) => {
                    tasks.spawn(welcome(stream, address, shared.clone(), stopped.clone()));
                }
                Err(error) => {
                    // Out of descriptors, most likely: it passes when a connection ends.
                    eprintln!("kv_server: cannot accept a connection: {error}");
                    tokio::time::sleep(EXPIRE_EVERY).await;
                }
            },
        }
    }
    drop(listener);
    stopping.send_replace(true);
    let all_gone = async {
        while let Some(ended) = tasks.join_next().await {
            propagate(ended);
        }
    };
    if timeout(GOODBYE, all_gone).await.is_err() {
        eprintln!("kv_server: some clients did not take their last replies within {GOODBYE:?}");
    }
}

/// A task that panicked may have left the state half changed: the server ends as well.
fn propagate(ended: Result<(), JoinError>) {
    if let Err(error) = ended
        && let Ok(panic) = error.try_into_panic()
    {
        resume_unwind(panic);
    }
}

/// Removes due keys that no request asks for.
async fn remove_due(shared: Shared, mut stopped: watch::Receiver<bool>) {
    let mut ticks = interval(EXPIRE_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = stopped.changed() => return,
            _ = ticks.tick() => {
                while shared.lock().db.remove_due(Instant::now(), EXPIRE_STEP) == EXPIRE_STEP {
                    // Clients come first.
                    tokio::task::yield_now().await;
                }
            }
        }
    }
}

/// Takes a connection in, serves it, and sees it out whatever happens.
async fn welcome(mut stream: TcpStream, address: SocketAddr, shared: Shared, stopped: watch::Receiver<bool>) {
    let id = {
        let mut state = shared.lock();
        (state.clients.len() < MAX_CLIENTS).then(|| state.connect(address))
    };
    let Some(id) = id else {
        // The client learns why if it can; if not, it is gone already.
        let _ = stream.write_all(b"-ERR max number of clients reached\r\n").await;
        return;
    };
    let registered = Registered { shared, id };
    // A connection that breaks is the client's affair.
    let _ = Connection::new(registered).run(stream, stopped).await;
}

/// A line in the client table, for as long as the connection lives.
struct Registered {
    shared: Shared,
    id: ClientId,
}

impl Drop for Registered {
    fn drop(&mut self) {
        // In a panic the lock may be poisoned, and the server ends anyway.
        if let Ok(mut state) = self.shared.0.lock() {
            state.clients.remove(&self.id);
        }
    }
}

/// Whether a connection goes on.
enum Next {
    /// More input is needed.
    Read,
    /// There is more input, but replies are to be sent first.
    Continue,
    Close,
}

struct Connection {
    registered: Registered,
    input: BytesMut,
    parser: Parser,
    replies: Replies,
}

impl Connection {
    fn new(registered: Registered) -> Self {
        Self {
            registered,
            input: BytesMut::with_capacity(READ),
            parser: Parser::new(),
            replies: Replies::default(),
        }
    }

    async fn run(mut self, mut stream: TcpStream, mut stopped: watch::Receiver<bool>) -> io::Result<()> {
        stream.set_nodelay(true)?;
        loop {
            self.input.reserve(READ);
            tokio::select! {
                read = stream.read_buf(&mut self.input) => if read? == 0 {
                    return Ok(());
                },
                _ = stopped.changed() => return Ok(()),
            }
            loop {
                let next = self.work();
                // One write for all replies to what one read has brought.
                stream.write_all(self.replies.as_bytes()).await?;
                self.replies.clear();
                match next {
                    Next::Read => break,
                    Next::Continue => {}
                    Next::Close => return stream.shutdown().await,
                }
            }
        }
    }

    /// Answers the requests that have arrived in full, under one lock.
    fn work(&mut self) -> Next {
        let Self {
            registered,
            input,
            parser,
            replies,
        } = self;
        let now = Instant::now();
        let mut state = registered.shared.lock();
        let state = &mut *state;
        state.db.remove_due(now, EXPIRE_BEFORE_BATCH);
        if let Some(info) = state.clients.get_mut(&registered.id) {
            info.active = now;
        }
        let mut session = Session {
            state,
            client: registered.id,
            now,
            out: replies,
            quit: false,
        };
        let mut start = 0;
        let next = loop {
            match parser.parse(&input[start..]) {
                Ok(Some(request)) => {
                    start += request.consumed;
                    if request.len() > 0 {
                        session.state.stats.commands += 1;
                        execute(&mut session, &request);
                    }
                }
                Ok(None) if input.len() - start > MAX_REQUEST => break Next::Close,
                Ok(None) => break Next::Read,
                Err(error) => {
                    session.out.error(&format!("ERR {error}"));
                    break Next::Close;
                }
            }
            if session.quit {
                break Next::Close;
            }
            if session.out.as_bytes().len() >= MAX_REPLIES {
                break Next::Continue;
            }
        };
        if start == input.len() && input.capacity() > MAX_REPLIES {
            // A long request has passed: its memory goes with it.
            *input = BytesMut::with_capacity(READ);
        } else {
            input.advance(start);
        }
        next
    }
}

#[cfg(test)]
mod tests;
