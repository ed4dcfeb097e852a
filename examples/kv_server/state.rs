//! What all connections share, behind one lock.

#[maptrace]
use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Instant;

use maptrace::maptrace;

use crate::db::Db;

/// The number of a connection, never used twice.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ClientId(pub(crate) u64);

/// Who is connected.
#[maptrace(name = "clients")]
pub(crate) type Clients = HashMap<ClientId, ClientInfo>;

/// What CLIENT LIST shows.
pub(crate) struct ClientInfo {
    pub(crate) address: SocketAddr,
    pub(crate) connected: Instant,
    /// When it last sent something.
    pub(crate) active: Instant,
    /// Set by CLIENT SETNAME.
    pub(crate) name: String,
}

/// What INFO shows.
#[derive(Default)]
pub(crate) struct Stats {
    pub(crate) connections: u64,
    pub(crate) commands: u64,
    pub(crate) hits: u64,
    pub(crate) misses: u64,
}

/// The server.
pub(crate) struct State {
    pub(crate) db: Db,
    pub(crate) clients: Clients,
    pub(crate) stats: Stats,
    pub(crate) started: Instant,
    pub(crate) port: u16,
}

impl State {
    pub(crate) fn new(port: u16) -> Self {
        Self {
            db: Db::new(),
            clients: Clients::new(),
            stats: Stats::default(),
            started: Instant::now(),
            port,
        }
    }

    /// Enters a connection into the client table.
    pub(crate) fn connect(&mut self, address: SocketAddr) -> ClientId {
        self.stats.connections += 1;
        let (id, now) = (ClientId(self.stats.connections), Instant::now());
        self.clients.insert(
            id,
            ClientInfo {
                address,
                connected: now,
                active: now,
                name: String::new(),
            },
        );
        id
    }
}
