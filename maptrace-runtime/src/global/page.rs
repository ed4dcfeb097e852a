//! The page of the global hub.

use std::net::SocketAddr;
use std::sync::Mutex;

use crate::collector;
use crate::http::{self, Server};
use crate::hub::{Hub, lock};
use crate::say::say;

/// The server, if it runs.
#[derive(Default)]
pub(super) struct Page(Mutex<Option<Server>>);

impl Page {
    /// Serves what `hub` knows, at `address`, or says why not.
    pub(super) fn serve(&self, hub: &'static Hub, address: SocketAddr) {
        let page = hub.config.allow_hosts.iter().fold(Server::builder(), http::Builder::allow_host);
        match page.bind(address, move || collector::snapshot(hub)) {
            Ok(server) => {
                let address = server.local_addr();
                say(format_args!("maps are shown at http://{}/", http::reachable(address)));
                if !address.ip().is_loopback() {
                    say(format_args!(
                        "the page has no password and is open to whoever can reach port {} of this machine; \
                         MAPTRACE_LISTEN=127.0.0.1:{} is for this machine alone",
                        address.port(),
                        address.port()
                    ));
                }
                *lock(&self.0) = Some(server);
            }
            Err(error) => say(format_args!(
                "no page: {error}; the service goes on without it. \
                 Choose another address with MAPTRACE_LISTEN, or port 0 for any free one"
            )),
        }
    }

    /// Its address, if it is being served.
    pub(super) fn local_addr(&self) -> Option<SocketAddr> {
        lock(&self.0).as_ref().map(Server::local_addr)
    }
}
