//! Another file of a program, with a field whose type is also made elsewhere.

use maptrace_runtime::collections::BTreeSet;

pub(crate) type ById = BTreeSet<(u32, [u8; 11])>;

maptrace_runtime::__private::declare! {
    name: "Cache.by_id", path: "Cache.by_id", named: false, kind: BTreeSet, scope: Type, sample: default,
    line: 1, from: (1, 1), to: (1, 999), ty: [ById],
}
