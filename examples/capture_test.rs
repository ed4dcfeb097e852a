//! A test on what a program does to its maps: not on its result, but on the way there.
//!
//! ```console
//! $ cargo test --example capture_test
//! $ cargo run --example capture_test
//! ```
//!
//! A [`Capture`](maptrace::testing::Capture) sees the maps of its own thread and nobody else's, so such tests run side
//! by side with all others.

#[maptrace]
use std::collections::HashMap;

use maptrace::maptrace;

#[maptrace(name = "prices")]
type Prices = HashMap<String, u32>;

/// Reads lines such as `apple=3`, and keeps the last price of each thing.
fn read_prices(text: &str) -> Prices {
    // A line is an entry, so that the table never has to grow. The test below holds it to that.
    let mut prices = Prices::with_capacity(text.lines().count());
    for line in text.lines() {
        if let Some((thing, price)) = line.split_once('=')
            && let Ok(price) = price.trim().parse()
        {
            prices.insert(thing.trim().to_owned(), price);
        }
    }
    prices
}

fn main() {
    let capture = maptrace::testing::Capture::install();
    let prices = read_prices("apple = 3\npear = 4\nno price\napple = 5\n");
    println!("{prices:?}\n\nwhat that took:");
    for event in capture.events() {
        println!("  {:?}", event.what);
    }
    drop(prices);
    for episode in capture.episodes() {
        println!("  {:?}", episode.kind);
    }
}

#[cfg(test)]
mod tests {
    use maptrace::EpisodeKind;
    use maptrace::testing::{Capture, EventType};

    use super::read_prices;

    #[test]
    fn the_table_is_made_large_enough_at_once() {
        let text: String = (0..1_000).map(|n| format!("thing {n} = {n}\n")).collect();
        let capture = Capture::install();
        assert_eq!(read_prices(&text).len(), 1_000);

        let grows = capture
            .episodes()
            .iter()
            .filter(|e| matches!(e.kind, EpisodeKind::Grow { .. }))
            .count();
        assert_eq!(grows, 0);
    }

    #[test]
    fn each_line_is_assigned_once_in_its_order() {
        let capture = Capture::install();
        let prices = read_prices("apple = 3\npear = 4\nno price\napple = 5\n");
        assert_eq!(prices["apple"], 5);

        let kinds: Vec<EventType> = capture.events().into_iter().map(|event| event.what).collect();
        let expected = [
            EventType::Create,
            EventType::AssignNew,
            EventType::AssignNew,
            EventType::AssignReplaced,
        ];
        assert_eq!(kinds, expected);
    }
}
