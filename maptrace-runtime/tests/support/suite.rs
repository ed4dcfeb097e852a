//! What suites of behaviour share that are run on plain collections and on the traced ones.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

pub(crate) mod probe;
#[macro_use]
pub(crate) mod types;

/// The text that `work` panics with; empty if it does not.
pub(crate) fn message(work: impl FnOnce()) -> String {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(()) => String::new(),
        Err(payload) => match payload.downcast::<String>() {
            Ok(text) => *text,
            Err(payload) => match payload.downcast::<&str>() {
                Ok(text) => (*text).to_owned(),
                Err(payload) => resume_unwind(payload),
            },
        },
    }
}

/// The two lists must not differ; says where they do first.
#[track_caller]
pub(crate) fn assert_same<T: PartialEq + std::fmt::Debug>(plain: &[T], traced: &[T]) {
    for (plain, traced) in plain.iter().zip(traced) {
        assert_eq!(plain, traced);
    }
    assert_eq!(plain.len(), traced.len());
    assert!(!plain.is_empty());
}

/// Tests that functions of the modules `plain` and `traced` give the same lists.
macro_rules! same {
    ($($test:ident: $module:ident::$function:ident;)*) => {
        $(
            #[test]
            fn $test() {
                crate::suite::assert_same(&crate::plain::$module::$function(), &crate::traced::$module::$function());
            }
        )*
    };
}
