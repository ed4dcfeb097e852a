//! What the fuzz target `request` calls.

use std::net::IpAddr;

use super::head;

/// A request's method, target and headers.
pub type Head = (String, String, Vec<(String, Vec<u8>)>);

/// Reads a head; `Ok(None)` while it is not complete.
#[allow(clippy::result_unit_err, reason = "whether there is one is the question")]
pub fn head(bytes: &[u8]) -> Result<Option<Head>, ()> {
    let request = head::parse(bytes).map_err(|_| ())?;
    Ok(request.map(|request| (request.method, request.target, request.headers)))
}

/// Whether a request is served by a server that was reached at `local`.
#[must_use]
pub fn route(bytes: &[u8], local: IpAddr, allowed: &[String]) -> bool {
    head::parse(bytes).is_ok_and(|request| request.is_some_and(|request| super::route(&request, local, allowed).is_ok()))
}
