//! A leak, found without a debugger: a session table that only grows.
//!
//! ```console
//! $ cargo run --release --example find_a_leak
//! ```
//!
//! Users log in and out. Both tables look right in the code, and every test of one login and one logout passes. But
//! after each hour of traffic the process is larger, and nothing says which of its maps it is. The counts do.

#[maptrace]
use std::collections::HashMap;

use maptrace::maptrace;

struct Session {
    user: u32,
    token: [u8; 32],
}

#[maptrace(name = "sessions")]
type Sessions = HashMap<String, Session>;

#[maptrace(name = "carts")]
type Carts = HashMap<u32, Vec<&'static str>>;

#[derive(Default)]
struct Shop {
    sessions: Sessions,
    carts: Carts,
}

impl Shop {
    fn log_in(&mut self, user: u32) {
        let session = Session {
            user,
            token: [user as u8; 32],
        };
        self.sessions.insert(format!("Session-{user}"), session);
        self.carts.insert(user, vec!["a pair of shoes"]);
    }

    fn log_out(&mut self, user: u32) {
        // The bug: logging in spells the key with a capital.
        self.sessions.remove(&format!("session-{user}"));
        self.carts.remove(&user);
    }

    /// So that the sessions are of use to somebody.
    fn online(&self) -> usize {
        self.sessions
            .values()
            .filter(|session| session.token[0] == session.user as u8)
            .count()
    }
}

fn main() {
    const USERS_AN_HOUR: u32 = 20_000;
    let mut shop = Shop::default();
    println!("hour     sessions  deletes that found one    carts  deletes that found one");
    for hour in 0..5 {
        for user in hour * USERS_AN_HOUR..(hour + 1) * USERS_AN_HOUR {
            shop.log_in(user);
            shop.log_out(user);
        }
        let snapshot = maptrace::snapshot();
        print!("{:>4}", hour + 1);
        for name in ["sessions", "carts"] {
            let map = snapshot
                .maps
                .iter()
                .find(|map| map.site.name == name)
                .expect("the attribute declares it");
            print!("{:>13}{:>24}", map.entries, map.totals.deletes_hit);
        }
        println!();
    }
    println!(
        "\n{} sessions online, although everybody has gone\n\n{}",
        shop.online(),
        maptrace::report()
    );
}
