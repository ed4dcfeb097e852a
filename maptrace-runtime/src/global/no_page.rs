//! In place of the page, without the feature `listen`.

use std::net::SocketAddr;

use crate::hub::Hub;
use crate::say::say;

#[derive(Default)]
pub(super) struct Page(());

impl Page {
    /// Says what is missing: whoever sets an address is to know that nobody answers there.
    pub(super) fn serve(&self, _hub: &'static Hub, address: SocketAddr) {
        say(format_args!(
            "no page at {address}: it was not compiled in. Build with maptrace's feature `listen`, in Cargo.toml \
             `trace-maps = [\"maptrace/enable\", \"maptrace/listen\"]` or by `cargo run --features \
             trace-maps,maptrace/listen`; the service goes on without it"
        ));
    }

    pub(super) fn local_addr(&self) -> Option<SocketAddr> {
        None
    }
}
