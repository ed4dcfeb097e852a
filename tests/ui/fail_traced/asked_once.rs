//! Of a name in the blocks of a body the compiler is asked once, and once more where a block has items, which may hide it.

mod own {
    pub struct HashMap<K, V>(Vec<(K, V)>);

    impl<K, V> HashMap<K, V> {
        pub fn new() -> Self {
            Self(Vec::new())
        }
    }
}

mod prelude {
    pub use crate::own::*;
}

use prelude::HashMap;

#[maptrace::maptrace]
fn blocks(count: u8) {
    if count == 1 {
        drop(HashMap::<u8, u8>::new());
    }
    let made = |count| match count {
        2 => {
            let map: HashMap<u8, u8> = HashMap::new();
            drop(map);
        }
        _ => loop {
            drop(HashMap::<u8, u8>::new());
        },
    };
    made(count);
    {
        fn inner() {}
        inner();
        drop(HashMap::<u8, u8>::new());
    }
}

fn main() {
    blocks(1);
}
