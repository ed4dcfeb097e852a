//! The real programs among foreign ones: redis-cli, redis-benchmark, wrk, Prometheus, Jaeger, the OpenTelemetry
//! Collector, a browser.
//!
//! These tests are ignored by default, as they need those programs and the examples, built. `ci/setup.sh` installs the
//! ones, `ci/e2e.sh` builds the others and runs the tests. A program that is missing is a failure, not a pass.

mod backends;
mod http;
mod kv;
mod process;
#[path = "../../examples/kv_server/telemetry.rs"]
mod telemetry;

mod browser;
mod collector;
mod counts;
mod fleet;
mod flight;
mod jaeger;
mod outage;
mod prometheus;
mod shop;
mod sink;
mod teach;
mod worker;
