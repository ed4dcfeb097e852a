//! One suite of behaviour, run on indexmap's collections and on the traced ones, which must not differ.
#![cfg(feature = "indexmap")]
#![allow(
    clippy::unit_arg,
    clippy::useless_conversion,
    reason = "whatever a call gives is shown, and with the plain types a conversion converts nothing"
)]

#[path = "support/probe.rs"]
mod probe;

use std::panic::{AssertUnwindSafe, catch_unwind};

/// The text that `work` panics with; empty if it does not.
fn message(work: impl FnOnce()) -> String {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(()) => String::new(),
        Err(payload) => match payload.downcast::<String>() {
            Ok(text) => *text,
            Err(payload) => match payload.downcast::<&str>() {
                Ok(text) => (*text).to_owned(),
                Err(payload) => std::panic::resume_unwind(payload),
            },
        },
    }
}

/// Whether a type is `Send`, `Sync`, `Unpin`, `UnwindSafe` and `RefUnwindSafe`.
///
/// An inherent constant, there if the bound holds, goes before the one of a trait, which is always there.
macro_rules! auto_traits {
    ($type:ty) => {{
        #[allow(dead_code, reason = "whichever of the two is not chosen")]
        const fn is() -> [bool; 5] {
            struct Is<T>(std::marker::PhantomData<T>);
            trait Not {
                const SEND: bool = false;
                const SYNC: bool = false;
                const UNPIN: bool = false;
                const UNWIND: bool = false;
                const REF_UNWIND: bool = false;
            }
            impl<T> Not for Is<T> {}
            impl<T: Send> Is<T> {
                const SEND: bool = true;
            }
            impl<T: Sync> Is<T> {
                const SYNC: bool = true;
            }
            impl<T: Unpin> Is<T> {
                const UNPIN: bool = true;
            }
            impl<T: std::panic::UnwindSafe> Is<T> {
                const UNWIND: bool = true;
            }
            impl<T: std::panic::RefUnwindSafe> Is<T> {
                const REF_UNWIND: bool = true;
            }
            [
                <Is<$type>>::SEND,
                <Is<$type>>::SYNC,
                <Is<$type>>::UNPIN,
                <Is<$type>>::UNWIND,
                <Is<$type>>::REF_UNWIND,
            ]
        }
        (stringify!($type), is())
    }};
}

/// The suite, with `subject` for the crate of the collections.
macro_rules! suite {
    ($name:ident, $subject:path) => {
        mod $name {
            use $subject as subject;

            pub(crate) mod map {
                use super::subject::map::raw_entry_v1::{self, RawEntryApiV1, RawEntryMut};
                use super::subject::map::{self, Entry, IndexedEntry, MutableEntryKey, MutableKeys};
                use super::subject::{IndexMap, indexmap, indexmap_with_default};
                include!("index_suite/map.rs");
            }
            pub(crate) mod set {
                use super::subject::set::{self, MutableValues};
                use super::subject::{IndexSet, indexset, indexset_with_default};
                include!("index_suite/set.rs");
            }
            #[cfg(feature = "rayon")]
            pub(crate) mod parallel {
                use super::subject::{IndexMap, IndexSet};
                include!("index_suite/parallel.rs");
            }
        }
    };
}

suite!(plain, ::indexmap);
suite!(traced, ::maptrace_runtime::indexmap);

/// The two lists must not differ; says where they do first.
#[track_caller]
fn assert_same<T: PartialEq + std::fmt::Debug>(plain: &[T], traced: &[T]) {
    for (plain, traced) in plain.iter().zip(traced) {
        assert_eq!(plain, traced);
    }
    assert_eq!(plain.len(), traced.len());
    assert!(!plain.is_empty());
}

#[test]
fn maps_have_the_same_auto_traits() {
    assert_same(&plain::map::auto_traits(), &traced::map::auto_traits());
}

#[test]
fn maps_are_printed_alike() {
    assert_same(&[plain::map::text()], &[traced::map::text()]);
}

#[test]
fn maps_have_the_same_capacity() {
    assert_same(&plain::map::capacities(), &traced::map::capacities());
}

#[test]
fn maps_give_the_same_by_the_same_calls() {
    assert_same(&plain::map::calls_made(), &traced::map::calls_made());
}

#[test]
fn maps_are_alike_after_a_panic() {
    assert_same(&plain::map::panics(), &traced::map::panics());
}

#[test]
fn maps_panic_with_the_same_words() {
    assert_same(&plain::map::words(), &traced::map::words());
}

#[test]
fn sets_have_the_same_auto_traits() {
    assert_same(&plain::set::auto_traits(), &traced::set::auto_traits());
}

#[test]
fn sets_are_printed_alike() {
    assert_same(&[plain::set::text()], &[traced::set::text()]);
}

#[test]
fn sets_give_the_same_by_the_same_calls() {
    assert_same(&plain::set::calls_made(), &traced::set::calls_made());
}

#[test]
fn sets_are_alike_after_a_panic() {
    assert_same(&plain::set::panics(), &traced::set::panics());
}

#[test]
#[cfg(feature = "rayon")]
fn parallel_methods_give_the_same() {
    assert_same(&plain::parallel::results(), &traced::parallel::results());
}
