//! Folders with dumps in them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::alone::alone_to_any_end;

/// Where the process of a test puts its dumps. Not a variable of maptrace's.
const FOLDER: &str = "MAPTRACE_TEST_FOLDER";
const WATCHDOG: Duration = Duration::from_secs(120);

/// What a process left behind.
pub(crate) struct Left {
    pub(crate) output: Output,
    pub(crate) dumps: Vec<Value>,
    /// Names of all files.
    pub(crate) files: Vec<String>,
}

impl Left {
    pub(crate) fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.output.stderr).into_owned()
    }

    /// The only dump there is.
    #[track_caller]
    pub(crate) fn dump(&self) -> &Value {
        assert_eq!(self.dumps.len(), 1, "{:?}\n{}", self.files, self.stderr());
        &self.dumps[0]
    }

    /// That its body ran to its end.
    #[track_caller]
    pub(crate) fn succeeded(self) -> Self {
        let out = String::from_utf8_lossy(&self.output.stdout);
        assert!(
            self.output.status.success() && out.contains("1 passed"),
            "{}\n{out}\n{}",
            self.output.status,
            self.stderr()
        );
        self
    }
}

/// Runs `body` in a process of its own with a folder, and returns what it left. `None` in that process.
pub(crate) fn in_folder(
    module: &str,
    test: &str,
    variables: &[(&str, &str)],
    body: impl FnOnce(&Path),
) -> Option<Left> {
    if let Some(folder) = std::env::var_os(FOLDER) {
        body(Path::new(&folder));
        return None;
    }
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().to_str().expect("a path that is text");
    let variables: Vec<(&str, &str)> = variables
        .iter()
        .map(|&(name, value)| (name, if value == "FOLDER" { path } else { value }))
        .chain([(FOLDER, path)])
        .collect();
    // Nothing of it runs here: the other process has the folder.
    let output = alone_to_any_end(WATCHDOG, module, test, &variables, || body(Path::new(path)));
    output.map(|output| Left {
        output,
        dumps: dumps(folder.path()),
        files: names(folder.path()),
    })
}

pub(crate) fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("the folder")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("text"))
        .collect();
    names.sort();
    names
}

/// All dumps in a folder, in order.
pub(crate) fn dumps(folder: &Path) -> Vec<Value> {
    let mut dumps: Vec<Value> = names(folder)
        .iter()
        .filter(|name| name.starts_with("mapguard-"))
        .map(|name| read(&folder.join(name)))
        .collect();
    dumps.sort_by_key(|dump| dump["number"].as_u64());
    dumps
}

/// A dump, which has to be whole.
pub(crate) fn read(path: &PathBuf) -> Value {
    let text = fs::read_to_string(path).expect("a dump");
    let dump: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!((&dump["mapguard"], &dump["end"]), (&Value::from(1), &Value::from(true)));
    dump
}

/// The rows of maps of the site with this name, by column.
pub(crate) fn maps_of(dump: &Value, name: &str) -> Vec<serde_json::Map<String, Value>> {
    let site = dump["sites"]
        .as_array()
        .expect("sites")
        .iter()
        .find(|site| site["name"].as_str().is_some_and(|it| it.contains(name)));
    let Some(site) = site else { return Vec::new() };
    rows(&dump["map_columns"], &dump["maps"])
        .into_iter()
        .filter(|row| row["site"] == site["site"])
        .collect()
}

/// Rows by the names of their columns.
pub(crate) fn rows(columns: &Value, rows: &Value) -> Vec<serde_json::Map<String, Value>> {
    let columns: Vec<&str> = columns
        .as_array()
        .expect("columns")
        .iter()
        .map(|it| it.as_str().expect("text"))
        .collect();
    let row = |row: &Value| {
        let row = row.as_array().expect("a row");
        assert_eq!(row.len(), columns.len());
        columns
            .iter()
            .map(|&it| it.to_owned())
            .zip(row.iter().cloned())
            .collect()
    };
    rows.as_array().expect("rows").iter().map(row).collect()
}

/// The sum of a column.
pub(crate) fn sum(rows: &[serde_json::Map<String, Value>], column: &str) -> u64 {
    rows.iter().map(|row| row[column].as_u64().expect("a number")).sum()
}

/// Panics in a thread of its own, and returns what joining it gave.
pub(crate) fn panic_in_thread(name: &str, work: impl FnOnce() + Send) -> bool {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name(name.to_owned());
        thread.spawn_scoped(scope, work).expect("a thread").join().is_err()
    })
}
