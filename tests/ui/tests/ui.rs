//! Compiles each file as a program of its own.

#[test]
fn refused_with_a_message() {
    trybuild::TestCases::new().compile_fail("fail/*.rs");
}

#[test]
fn accepted_and_working() {
    trybuild::TestCases::new().pass("pass/*.rs");
}

/// What shows only once it is rewritten.
#[test]
#[cfg(feature = "enable")]
fn refused_by_the_compiler() {
    trybuild::TestCases::new().compile_fail("fail_traced/*.rs");
}
