//! Stand-in until the page lands.
use crate::snapshot::Snapshot;
use std::net::SocketAddr;
use std::sync::Arc;
pub(crate) struct Server(SocketAddr);
impl Server {
    pub(crate) fn bind(addr: SocketAddr, _source: impl Fn() -> Arc<Snapshot> + Send + Sync + 'static) -> std::io::Result<Self> { Ok(Self(addr)) }
    pub(crate) fn local_addr(&self) -> SocketAddr { self.0 }
}
