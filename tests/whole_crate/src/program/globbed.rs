//! Everything at once.

use std::collections::*;
use std::fmt::*;

struct Wrapped(HashMap<u8, BTreeSet<u8>>);

impl Display for Wrapped {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{:?}", self.0)
    }
}

pub fn run() {
    let mut wrapped = Wrapped(HashMap::new());
    wrapped.0.entry(1).or_default().insert(2);
    println!("{wrapped} {:?}", BinaryHeap::from([3, 4]).into_sorted_vec());
}
