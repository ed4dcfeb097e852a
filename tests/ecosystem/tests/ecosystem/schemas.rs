//! schemars 1 and 0.8: the same schema, under the same names.

use crate::shapes::{plain, traced};

#[test]
fn of_schemars_1() {
    assert_eq!(schemars::schema_for!(traced::Shop), schemars::schema_for!(plain::Shop));
    assert_eq!(
        schemars::schema_for!(traced::Settings),
        schemars::schema_for!(plain::Settings)
    );
    use schemars::JsonSchema;
    type Traced = maptrace::indexmap::IndexMap<String, maptrace::collections::HashSet<u8>>;
    type Plain = indexmap::IndexMap<String, std::collections::HashSet<u8>>;
    assert_eq!(schemars::schema_for!(Traced), schemars::schema_for!(Plain));
    assert_eq!(Traced::schema_name(), Plain::schema_name());
    assert_eq!(Traced::schema_id(), Plain::schema_id());
    assert_eq!(Traced::inline_schema(), Plain::inline_schema());
}

#[test]
fn of_schemars_0_8() {
    assert_eq!(
        schemars08::schema_for!(traced::Basket),
        schemars08::schema_for!(plain::Basket)
    );
    use schemars08::JsonSchema;
    type Traced = maptrace::indexmap::IndexMap<String, maptrace::collections::HashSet<u8>>;
    type Plain = indexmap::IndexMap<String, std::collections::HashSet<u8>>;
    assert_eq!(schemars08::schema_for!(Traced), schemars08::schema_for!(Plain));
    assert_eq!(Traced::schema_name(), Plain::schema_name());
    assert_eq!(Traced::schema_id(), Plain::schema_id());
    assert_eq!(Traced::is_referenceable(), Plain::is_referenceable());
}
