//! Builds this package in one of its variants, as a user's release build would.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;
use std::{env, fs};

/// One build of this package.
pub(crate) struct Variant {
    pub(crate) title: &'static str,
    features: &'static str,
    /// The library's object code.
    pub(crate) object: Vec<u8>,
    /// The linked program.
    program: PathBuf,
}

pub(crate) struct Variants {
    /// maptrace is not even a dependency.
    pub(crate) plain: Variant,
    /// `#[maptrace]`, and no feature.
    pub(crate) attribute: Variant,
    /// `#[maptrace]` with `enable` and `release_off`.
    pub(crate) release_off: Variant,
    /// `#[maptrace]` with `enable`.
    pub(crate) enable: Variant,
}

/// All variants, built when the first test asks for them: one after another, because each overwrites the last one's files.
pub(crate) static VARIANTS: LazyLock<Variants> = LazyLock::new(|| Variants {
    plain: Variant::build("plain", ""),
    attribute: Variant::build("attribute", "attribute"),
    release_off: Variant::build("release_off", "enable,release_off"),
    enable: Variant::build("enable", "enable"),
});

impl Variants {
    pub(crate) fn off(&self) -> [&Variant; 2] {
        [&self.attribute, &self.release_off]
    }
}

impl Variant {
    fn build(title: &'static str, features: &'static str) -> Self {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("machine_code");
        let mut cargo = Command::new(env!("CARGO"));
        // Only what is set here may have a say in the code.
        for (name, _) in env::vars_os() {
            let name = name.to_string_lossy();
            let decides = name.starts_with("CARGO_PROFILE_") || name.starts_with("CARGO_BUILD_");
            if decides || name.ends_with("RUSTFLAGS") {
                cargo.env_remove(&*name);
            }
        }
        cargo
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .args(["build", "--release", "--quiet", "--package", "disabled"])
            .args(["--lib", "--bin", "disabled", "--features", features, "--target-dir"])
            .arg(&target)
            // One object holds everything, and nothing depends on how the work was divided.
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "1")
            // Names that spell out every type, so that two instances of one generic function cannot be confused.
            .env("RUSTFLAGS", "-C symbol-mangling-version=v0");
        let built = cargo.output().expect("cargo runs");
        assert!(
            built.status.success(),
            "{title} does not build:\n{}",
            String::from_utf8_lossy(&built.stderr)
        );

        let release = target.join("release");
        let library = fs::read(release.join("libdisabled.rlib")).expect("the library was built");
        let name = format!("disabled{}", env::consts::EXE_SUFFIX);
        let program = release.join(format!("{title}-{name}"));
        fs::copy(release.join(name), &program).expect("the program was built");
        let object = the_object(&library);
        fs::write(release.join(format!("{title}.o")), &object).expect("the object can be written");
        Self {
            title,
            features,
            object,
            program,
        }
    }

    /// What is between a program and its user: how it was built, for messages.
    pub(crate) fn described(&self) -> String {
        match self.features {
            "" => "plain maps, no maptrace".to_owned(),
            features => format!("#[maptrace], --features {features}"),
        }
    }

    /// Where the object is for other tools to read.
    pub(crate) fn object_path(&self) -> PathBuf {
        self.program.with_file_name(format!("{}.o", self.title))
    }

    pub(crate) fn program_bytes(&self) -> Vec<u8> {
        fs::read(&self.program).expect("the program was built")
    }

    /// Runs the program, with environment variables that maptrace would complain of if it looked at them.
    pub(crate) fn run(&self) -> Output {
        Command::new(&self.program)
            .env("MAPTRACE_SAMPLE", "often")
            .env("MAPTRACE_REPORT", "text")
            .output()
            .expect("the program runs")
    }
}

/// The one object file in a Rust library.
fn the_object(library: &[u8]) -> Vec<u8> {
    let archive = object::read::archive::ArchiveFile::parse(library).expect("an rlib is an archive");
    let mut objects = archive.members().filter_map(|member| {
        let member = member.expect("a whole archive");
        let name = String::from_utf8_lossy(member.name());
        name.ends_with(".o")
            .then(|| member.data(library).expect("a whole member").to_vec())
    });
    let object = objects.next().expect("the library has code");
    assert!(objects.next().is_none(), "one codegen unit makes one object");
    object
}
