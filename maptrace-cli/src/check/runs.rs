//! What a run with no edit at all makes of the sources: what does not compile then, and which maps stay plain.

use std::collections::BTreeSet;
use std::path::PathBuf;

use cargo_metadata::{Metadata, Package, Target};

use super::derives::Asked;
use super::finding::{Finding, Reason, Verdict};
use super::{libraries, look_into, maps};
use crate::source::Source;

/// What is known of the packages' crates beforehand.
#[derive(Debug, Default)]
pub(crate) struct Whole {
    /// What asks for std's own maps, whatever conditions say.
    pub(crate) asked: Vec<Asked>,
    /// Maps that a traced `std` does not reach, each name once.
    pub(crate) plain: Vec<Plain>,
    /// Crates without std, whose maps come by `alloc`.
    pub(crate) without_std: Vec<String>,
    /// Crates that run in the compiler.
    pub(crate) in_the_compiler: Vec<String>,
}

/// A map that is not named by a path of std's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plain {
    pub(crate) name: String,
    /// Where it is first named.
    pub(crate) file: PathBuf,
    pub(crate) line: usize,
}

/// Looks into those of the packages' crates that are wanted.
pub(crate) fn whole(
    packages: &[&Package],
    metadata: &Metadata,
    source: &Source,
    is_wanted: impl Fn(&Package, &Target) -> bool,
) -> Whole {
    let names = libraries(&metadata.workspace_packages());
    let mut whole = Whole::default();
    let mut seen = BTreeSet::new();
    for package in packages {
        let report = look_into(package, &names, source, |target| is_wanted(package, target));
        let is_certain = |asked: &Asked| !asked.is_conditional && asked.is_of_std;
        whole.asked.extend(report.asked.into_iter().filter(is_certain));
        for finding in &report.findings {
            let named = plain(finding).into_iter().filter(|name| seen.insert(name.clone()));
            whole.plain.extend(named.map(|name| Plain {
                name,
                file: finding.file.clone(),
                line: finding.line,
            }));
        }
        whole.without_std.extend(report.without_std);
        // Cargo's own name for build scripts says nothing, and is the same in all packages.
        let named = |target: String| match target.as_str() {
            "build-script-build" => format!("the build script of {}", package.name),
            _ => target,
        };
        whole.in_the_compiler.extend(report.left_out.into_iter().map(named));
    }
    whole
}

/// The maps of a place that come from other crates, by whatever name.
fn plain(finding: &Finding) -> Vec<String> {
    let all_are = match &finding.verdict {
        Verdict::Cannot { reason, .. } => match reason {
            Reason::OtherCrate | Reason::Alias => true,
            // Of std's maps, which such a run traces wherever they are named.
            Reason::Doctest => return Vec::new(),
            _ => false,
        },
        Verdict::Border { .. } | Verdict::Present => return Vec::new(),
        Verdict::Add { .. } => false,
    };
    let name = |map: &String| {
        map.rsplit(": ")
            .next()
            .unwrap_or(map)
            .trim_start_matches("::")
            .to_owned()
    };
    let is_plain = |map: &String| all_are || maps::is_of_another_crate(map);
    finding.maps.iter().map(name).filter(is_plain).collect()
}
