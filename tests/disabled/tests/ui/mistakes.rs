use std::collections::HashMap;

#[maptrace::maptrace(sampel = 64)]
type Sessions = HashMap<String, u64>;

#[maptrace::maptrace]
#[derive(Default)]
struct Cache {
    #[maptrace(name = "", sample = 0)]
    by_id: HashMap<u64, String>,
    #[maptrace(skip)]
    scratch: HashMap<u64, String>,
}

fn main() {
    let mut cache = Cache::default();
    cache.by_id.insert(1, String::new());
    cache.scratch.clear();
    Sessions::new().insert(String::new(), 1);
}
