//! Nothing: the tests are in `tests/`, and compare the traced collections with the plain ones.
