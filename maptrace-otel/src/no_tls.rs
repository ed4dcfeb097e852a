//! Without the feature `tls` there is nothing that could be made of `https://`.

/// There is none.
#[derive(Clone, Debug)]
pub(crate) enum Tls {}
