//! A program that uses std in as many ways as there are. It prints the same whether or not its maps are traced.

mod globbed;
mod macros;
mod modules;
mod prelude_free;
mod shared;
mod types;

pub fn run() {
    types::run();
    globbed::run();
    macros::run();
    modules::run();
    prelude_free::run();
    shared::run();
}
