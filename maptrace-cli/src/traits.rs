//! The crates whose traits the traced maps have, behind features of maptrace's.

use semver::{Comparator, Version, VersionReq};

/// A feature of maptrace's, and of maptrace-std's.
pub(crate) struct Feature {
    pub(crate) name: &'static str,
    pub(crate) krate: &'static str,
    pub(crate) major: u64,
    /// If `major` is 0.
    pub(crate) minor: u64,
}

const fn of(krate: &'static str, major: u64) -> Feature {
    Feature {
        name: krate,
        krate,
        major,
        minor: 0,
    }
}

pub(crate) const FEATURES: &[Feature] = &[
    of("arbitrary", 1),
    of("borsh", 1),
    of("proptest", 1),
    of("quickcheck", 1),
    of("rayon", 1),
    Feature {
        minor: 8,
        ..of("rkyv", 0)
    },
    of("schemars", 1),
    Feature {
        name: "schemars08",
        minor: 8,
        ..of("schemars", 0)
    },
    of("serde", 1),
    of("serde_with", 3),
];

impl Feature {
    pub(crate) fn is_of(&self, krate: &str, version: &Version) -> bool {
        self.krate == krate && version.major == self.major && (self.major > 0 || version.minor == self.minor)
    }

    /// Whether a dependency on `krate` of this version has the traits.
    pub(crate) fn is_for(&self, krate: &str, version: &VersionReq) -> bool {
        let fits = |comparator: &Comparator| {
            comparator.major == self.major
                && (self.major > 0 || comparator.minor.is_none_or(|minor| minor == self.minor))
        };
        self.krate == krate && version.comparators.iter().all(fits)
    }
}
