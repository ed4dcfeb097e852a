//! Stand-in until the report lands.
use crate::snapshot::Snapshot;
use std::sync::Arc;
/// Report.
#[derive(Debug)]
pub struct Report(Arc<Snapshot>);
impl Report {
    /// New.
    pub fn new(s: Arc<Snapshot>) -> Self {
        Self(s)
    }
    pub(crate) fn for_terminal(s: Arc<Snapshot>, _t: &impl std::io::IsTerminal) -> Self {
        Self(s)
    }
    /// Json.
    pub fn to_json(&self) -> String {
        String::new()
    }
}
impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.0)
    }
}
