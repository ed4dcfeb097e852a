//! Builds an inverted index of a folder of text: which word is in which file, and how often.
//!
//! ```console
//! $ cargo run --release --example word_index -- DIR
//! ```
//!
//! Without DIR it reads the Rust sources that cargo has fetched. Files with the same content count once.
//! After its answer, which ends with a checksum, comes maptrace's report on the maps that found it.

use std::cmp::Reverse;
#[maptrace]
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use maptrace::maptrace;

/// The number of a file, in the order of paths.
type FileId = u32;

/// How often a word is in which file.
#[maptrace(name = "postings")]
type Postings = BTreeMap<FileId, u32>;

/// Every word that was found.
#[maptrace(name = "index")]
type Index = HashMap<Box<str>, Postings>;

/// The words of one file.
#[maptrace(name = "counts")]
type Counts<'a> = HashMap<&'a str, u32>;

/// Hashes of the contents that have been seen.
#[maptrace(name = "contents")]
type Contents = HashSet<u64>;

/// The words of most weight so far, the lightest first.
#[maptrace(name = "ranking")]
type Ranking<'a> = BTreeSet<(u64, Reverse<&'a str>)>;

/// Shorter runs of letters are hardly words.
const SHORTEST: usize = 3;
/// Lines of each list that are printed.
const SHOWN: usize = 10;

fn main() -> ExitCode {
    let mut args = env::args_os().skip(1);
    let folder = match (args.next(), args.next()) {
        (Some(arg), None) if !arg.to_string_lossy().starts_with('-') => Some(PathBuf::from(arg)),
        (None, _) => fetched_sources(),
        _ => {
            eprintln!("usage: word_index [DIR]");
            return ExitCode::from(2);
        }
    };
    let result = match folder {
        Some(folder) => run(&folder).map_err(|error| format!("{}: {error}", folder.display())),
        None => Err("no sources fetched by cargo here: give a folder".to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("word_index: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Where cargo unpacks what it has fetched.
fn fetched_sources() -> Option<PathBuf> {
    let home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cargo")))?;
    Some(home.join("registry").join("src")).filter(|sources| sources.is_dir())
}

fn run(folder: &Path) -> io::Result<()> {
    let corpus = Corpus::read(folder)?;
    let mut out = io::stdout();
    corpus.print(&mut out)?;
    write!(out, "\n{}", maptrace::report())
}

/// What was read, by word.
#[derive(Default)]
struct Corpus {
    index: Index,
    files: Vec<String>,
    bytes: usize,
}

impl Corpus {
    fn read(folder: &Path) -> io::Result<Self> {
        let mut paths = Vec::new();
        find_files(folder, &mut paths)?;
        // The answer must not depend on the order in which the file system lists them.
        paths.sort_unstable();

        let mut corpus = Self::default();
        let mut contents = Contents::new();
        for path in paths {
            // What is no text has no words.
            let Ok(text) = String::from_utf8(fs::read(&path)?) else {
                continue;
            };
            let mut hasher = DefaultHasher::new();
            text.hash(&mut hasher);
            if contents.insert(hasher.finish()) {
                let name = path.strip_prefix(folder).unwrap_or(&path);
                corpus.add(name.to_string_lossy().into_owned(), &text);
            }
        }
        Ok(corpus)
    }

    fn add(&mut self, name: String, text: &str) {
        let file = FileId::try_from(self.files.len()).expect("fewer than four billion files");
        let mut counts = Counts::new();
        let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
        for word in words.filter(|word| word.len() >= SHORTEST && !word.starts_with(|c: char| c.is_numeric())) {
            *counts.entry(word).or_default() += 1;
        }
        for (word, count) in counts {
            // Most words are known: a new key is made for those that are not.
            match self.index.get_mut(word) {
                Some(postings) => postings.insert(file, count),
                None => self.index.entry(word.into()).or_default().insert(file, count),
            };
        }
        self.files.push(name);
        self.bytes += text.len();
    }

    fn print(&self, out: &mut impl Write) -> io::Result<()> {
        let frequency = |postings: &Postings| postings.values().map(|&count| u64::from(count)).sum();
        let spread = |postings: &Postings| postings.len() as u64;
        writeln!(
            out,
            "{} files, {} bytes, {} distinct words",
            self.files.len(),
            self.bytes,
            self.index.len()
        )?;
        writeln!(out, "\nmost frequent words, and the file that has most of each")?;
        for (count, Reverse(word)) in self.top(frequency).into_iter().rev() {
            let home = self.index[word]
                .iter()
                .max_by_key(|(file, count)| (*count, Reverse(*file)));
            let home = home.map_or("", |(file, _)| &self.files[*file as usize]);
            writeln!(out, "{count:>10}  {word:<16}  {home}")?;
        }
        writeln!(out, "\nwords in most files")?;
        for (files, Reverse(word)) in self.top(spread).into_iter().rev() {
            writeln!(out, "{files:>10}  {word}")?;
        }
        writeln!(out, "\nchecksum {:016x}", self.checksum())
    }

    /// The words that weigh most, the lightest of them first; of equals, the first by alphabet.
    fn top(&self, weight: impl Fn(&Postings) -> u64) -> Ranking<'_> {
        let mut ranking = Ranking::new();
        for (word, postings) in &self.index {
            ranking.insert((weight(postings), Reverse(&**word)));
            if ranking.len() > SHOWN {
                ranking.pop_first();
            }
        }
        ranking
    }

    /// A number that depends on every word, file and count, and on nothing else.
    fn checksum(&self) -> u64 {
        let words: BTreeMap<&str, &Postings> = self.index.iter().map(|(word, postings)| (&**word, postings)).collect();
        let mut hasher = DefaultHasher::new();
        (&self.files, words).hash(&mut hasher);
        hasher.finish()
    }
}

/// Adds the text files under `folder` to `found`: those that have an extension of text. Links are not followed.
fn find_files(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    const TEXT: [&str; 5] = ["rs", "md", "txt", "toml", "html"];
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (kind, path) = (entry.file_type()?, entry.path());
        if kind.is_dir() {
            find_files(&path, found)?;
        } else if kind.is_file()
            && path
                .extension()
                .is_some_and(|extension| TEXT.iter().any(|text| extension == *text))
        {
            found.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corpus(files: &[(&str, &str)]) -> Corpus {
        let mut corpus = Corpus::default();
        for (name, text) in files {
            corpus.add((*name).to_owned(), text);
        }
        corpus
    }

    #[test]
    fn words_are_counted_by_file() {
        let corpus = corpus(&[("a", "one two_x two_x, one; one!"), ("b", "one 2nd ab é1z")]);
        assert_eq!(corpus.index["one"], Postings::from([(0, 3), (1, 1)]));
        assert_eq!(corpus.index["two_x"], Postings::from([(0, 2)]));
        let words: BTreeSet<&str> = corpus.index.keys().map(|word| &**word).collect();
        assert_eq!(words, BTreeSet::from(["one", "two_x", "é1z"]));
    }

    #[test]
    fn the_answer_is_the_same_for_every_hash_seed() {
        let text: String = (0..500).map(|n| format!("word{} ", n % 100)).collect();
        let files = [("a", &*text), ("b", "word1 word2 other")];
        let (mut first, mut second) = (Vec::new(), Vec::new());
        corpus(&files).print(&mut first).expect("a Vec takes every write");
        corpus(&files).print(&mut second).expect("a Vec takes every write");
        assert_eq!(String::from_utf8(first), String::from_utf8(second));
    }

    #[test]
    fn the_checksum_depends_on_counts_and_files() {
        let sum = corpus(&[("a", "one two")]).checksum();
        assert_ne!(sum, corpus(&[("a", "one two two")]).checksum());
        assert_ne!(sum, corpus(&[("b", "one two")]).checksum());
    }

    #[test]
    fn equals_are_ranked_by_alphabet() {
        let corpus = corpus(&[("a", "ccc bbb aaa bbb")]);
        let ranking: Vec<_> = corpus.top(|postings| u64::from(postings[&0])).into_iter().collect();
        assert_eq!(ranking, [(1, Reverse("ccc")), (1, Reverse("aaa")), (2, Reverse("bbb"))]);
    }
}
