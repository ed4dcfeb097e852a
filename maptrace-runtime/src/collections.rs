//! The traced collections, in std's module tree.
