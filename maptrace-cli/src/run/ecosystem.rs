//! Traits of other crates, serde's among them, for the maps of a project that is traced as it is.
//!
//! maptrace-std has them by features, and they are the project's own traits only if both are built with the very same
//! serde: of one version, with the same features, built once. So what both depend on gets the project's features.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use semver::Version;
use toml_edit::{Array, InlineTable};

use super::arguments::CargoArguments;
use crate::traits::{FEATURES, Feature};

/// A package as cargo builds it.
type Built = (String, Version);
type Features = BTreeMap<Built, BTreeSet<String>>;

/// What the project is built of, each with its features. Empty if that cannot be said.
#[derive(Default)]
pub(super) struct Ecosystem {
    target: Features,
    /// What runs in the compiler is built apart.
    compiler: Features,
}

/// What maptrace-std is to be built with.
#[derive(Clone, Default)]
pub(super) struct Traits {
    /// Features of maptrace-std.
    pub(super) features: Vec<&'static str>,
    pub(super) pins: Vec<Pin>,
    /// Crates whose traits the maps do not have, as the project's lock has another version of them than maptrace is
    /// built on.
    pub(super) outdated: Vec<&'static str>,
}

/// A package that is to be built as the project has it.
#[derive(Clone)]
pub(super) struct Pin {
    name: String,
    version: Version,
    features: BTreeSet<String>,
    pub(super) is_for_the_compiler: bool,
}

impl Pin {
    /// The value of a dependency in Cargo.toml.
    pub(super) fn dependency(&self) -> InlineTable {
        let mut table = InlineTable::new();
        table.insert("package", self.name.as_str().into());
        table.insert("version", format!("={}", self.version).into());
        table.insert("default-features", false.into());
        table.insert(
            "features",
            Array::from_iter(self.features.iter().map(String::as_str)).into(),
        );
        table
    }
}

impl Traits {
    /// Whether it is a package that is built as the project has it.
    pub(super) fn has(&self, name: &str) -> bool {
        self.pins.iter().any(|pin| pin.name == name)
    }
}

impl Ecosystem {
    /// What the subcommand of cargo will build. Cargo says of what it cannot read when it builds.
    pub(super) fn of(subcommand: &str, arguments: &CargoArguments) -> Self {
        let dev = if subcommand == "run" { "" } else { ",dev" };
        let selection = arguments.only(&[
            "--manifest-path",
            "-p",
            "--package",
            "--workspace",
            "--all",
            "--exclude",
            "-F",
            "--features",
            "--all-features",
            "--no-default-features",
            "--target",
            "--config",
            "--locked",
            "--offline",
            "--frozen",
            "-Z",
        ]);
        Self::read(dev, &selection).unwrap_or_default()
    }

    fn read(dev: &str, selection: &[String]) -> Result<Self> {
        let target = tree(&format!("normal{dev},no-proc-macro"), selection)?;
        let all = tree(&format!("normal,build{dev}"), selection)?;
        let is_target_s = |package: &Package| {
            let features = target.iter().filter(|of_target| of_target.built == package.built);
            features
                .map(|of_target| &of_target.features)
                .any(|features| *features == package.features)
        };
        let compiler = all
            .iter()
            .filter(|package| package.runs_in_the_compiler || !is_target_s(package));
        Ok(Self {
            compiler: compiler.map(Package::entry).collect(),
            target: target.iter().map(Package::entry).collect(),
        })
    }

    fn has(&self, feature: &Feature) -> bool {
        self.target.keys().any(|(name, version)| feature.is_of(name, version))
    }

    /// The traits that maptrace-std can have as the project has them. `make` writes the shim's manifest for a choice.
    pub(super) fn shared(&self, arguments: &CargoArguments, make: impl Fn(&Traits) -> Result<PathBuf>) -> Traits {
        let mut traits = Traits {
            features: FEATURES
                .iter()
                .filter(|feature| self.has(feature))
                .map(|feature| feature.name)
                .collect(),
            ..Traits::default()
        };
        // Each turn leaves out those that do not hold.
        while !traits.features.is_empty() {
            let Ok((pinned, held)) = self.tried(&traits, arguments, &make) else {
                break;
            };
            if held == traits.features {
                return pinned;
            }
            traits.features = held;
            traits.outdated = pinned.outdated;
        }
        Traits {
            outdated: traits.outdated,
            ..Traits::default()
        }
    }

    /// `traits` with what has to be built as in the project, and those of the features that then hold.
    fn tried(
        &self,
        traits: &Traits,
        arguments: &CargoArguments,
        make: impl Fn(&Traits) -> Result<PathBuf>,
    ) -> Result<(Traits, Vec<&'static str>)> {
        let selection = arguments.only(&["--target", "--config", "--offline", "-Z"]);
        let read = |manifest: &Path| {
            let manifest = ["--manifest-path".to_owned(), manifest.to_string_lossy().into_owned()];
            Self::read("", &[selection.as_slice(), &manifest].concat())
        };
        let bare = read(&make(traits)?)?;
        // The shim begins with the project's lock, so both have one version wherever that is possible.
        let of = |ours: &Features, theirs: &Features, is_for_the_compiler: bool| {
            let both = theirs.iter().filter(|(built, _)| ours.contains_key(built));
            let pins = both.map(|((name, version), features)| Pin {
                name: name.clone(),
                version: version.clone(),
                features: features.clone(),
                is_for_the_compiler,
            });
            pins.collect::<Vec<_>>()
        };
        let mut pins = of(&bare.target, &self.target, false);
        pins.extend(of(&bare.compiler, &self.compiler, true));
        let pinned = Traits {
            features: traits.features.clone(),
            pins,
            outdated: [traits.outdated.clone(), self.outdated(traits, &bare)].concat(),
        };
        let built = read(&make(&pinned)?)?;
        let is_same = |krate: &str| {
            let of = |all: &Features| {
                let found = all.iter().find(|((name, _), _)| name == krate);
                found.map(|(built, features)| (built.clone(), features.clone()))
            };
            of(&built.target) == of(&self.target)
        };
        let held = FEATURES
            .iter()
            .filter(|feature| traits.features.contains(&feature.name))
            .filter(|feature| match feature.krate {
                // Where its traits are, in its newer versions.
                "serde" if self.target.keys().any(|(name, _)| name == "serde_core") => is_same("serde_core"),
                krate => is_same(krate),
            })
            .map(|feature| feature.name)
            .collect();
        Ok((pinned, held))
    }
}

impl Ecosystem {
    /// Of the crates whose traits are asked for, those that the `shim` has in another version alone.
    fn outdated(&self, traits: &Traits, shim: &Self) -> Vec<&'static str> {
        let asked = FEATURES
            .iter()
            .filter(|feature| traits.features.contains(&feature.name));
        let is_outdated = |feature: &&Feature| {
            let mut ours = shim
                .target
                .keys()
                .filter(|(name, version)| feature.is_of(name, version));
            ours.all(|built| !self.target.contains_key(built))
        };
        asked.filter(is_outdated).map(|feature| feature.krate).collect()
    }
}

/// A line of `cargo tree`.
struct Package {
    built: Built,
    features: BTreeSet<String>,
    runs_in_the_compiler: bool,
}

impl Package {
    fn entry(&self) -> (Built, BTreeSet<String>) {
        (self.built.clone(), self.features.clone())
    }
}

/// The packages that cargo builds, by `cargo tree`, which chooses features as `cargo build` does.
fn tree(edges: &str, selection: &[String]) -> Result<Vec<Package>> {
    let output = super::cargo()
        .args([
            "tree",
            "--quiet",
            "--prefix",
            "depth",
            "--format",
            " {p} | {f} |",
            "--edges",
            edges,
        ])
        .args(selection)
        .output()
        .context("cargo did not start")?;
    if !output.status.success() {
        bail!("`cargo tree` failed");
    }
    Ok(packages(&String::from_utf8_lossy(&output.stdout)))
}

/// Of `<depth> <name> v<version> [(proc-macro)] [(<path>)] | <feature>,.. | [(*)]`.
fn packages(text: &str) -> Vec<Package> {
    let mut found = Vec::new();
    // How deep what runs in the compiler began.
    let mut inside: Option<u32> = None;
    for line in text.lines() {
        let mut parts = line.split('|');
        let mut words = parts.next().unwrap_or_default().split_whitespace();
        let (Some(depth), Some(name), Some(version)) = (
            words.next().and_then(|depth| depth.parse().ok()),
            words.next(),
            words
                .next()
                .and_then(|version| Version::parse(version.strip_prefix('v')?).ok()),
        ) else {
            continue;
        };
        if inside.is_some_and(|began| depth <= began) {
            inside = None;
        }
        let rest: Vec<&str> = words.collect();
        if rest.contains(&"(proc-macro)") {
            inside.get_or_insert(depth);
        }
        // Those by a path are the project's own, or are not to be had by a version.
        if rest.iter().any(|word| *word != "(proc-macro)") {
            continue;
        }
        let features = parts.next().unwrap_or_default().trim().split(',');
        found.push(Package {
            built: (name.to_owned(), version),
            features: features
                .filter(|feature| !feature.is_empty())
                .map(str::to_owned)
                .collect(),
            runs_in_the_compiler: inside.is_some(),
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_read_with_what_runs_in_the_compiler() {
        let found = packages(
            "0 app v0.1.0 (/home/me/app) |  |\n1 serde v1.0.229 | derive,std |\n2 serde_core v1.0.229 | std |\n\
             2 serde_derive v1.0.229 (proc-macro) | default |\n3 syn v3.0.9 | parsing |\n1 itoa v1.0.18 |  |\n\
             2 syn v3.0.9 | parsing | (*)\n",
        );
        let shown: Vec<String> = found
            .iter()
            .map(|package| {
                format!(
                    "{} {:?} {}",
                    package.built.0, package.features, package.runs_in_the_compiler
                )
            })
            .collect();
        assert_eq!(
            shown,
            [
                "serde {\"derive\", \"std\"} false",
                "serde_core {\"std\"} false",
                "serde_derive {\"default\"} true",
                "syn {\"parsing\"} true",
                "itoa {} false",
                "syn {\"parsing\"} false",
            ]
        );
    }

    #[test]
    fn what_cargo_lock_has_in_another_version_is_outdated() {
        let of = |text: &str| Ecosystem {
            target: packages(text).iter().map(Package::entry).collect(),
            compiler: Features::new(),
        };
        let theirs = of("1 serde v1.0.119 | std |\n1 rayon v1.12.0 |  |\n");
        let ours = of("1 serde v1.0.229 | std |\n2 serde_core v1.0.229 | std |\n1 rayon v1.12.0 |  |\n");
        let traits = Traits {
            features: vec!["rayon", "serde"],
            ..Traits::default()
        };
        assert_eq!(theirs.outdated(&traits, &ours), ["serde"]);
        assert_eq!(ours.outdated(&traits, &ours), [""; 0]);
    }
}
