#[cfg(feature = "spool")]
#[path = "../../tests/otlp/server.rs"]
#[expect(dead_code, reason = "the integration tests have more use for it")]
mod server;

use maptrace_runtime::Episode;

#[test]
fn an_episode_is_as_small_as_documented() {
    assert!(size_of::<Episode>() < 300, "{}", size_of::<Episode>());
}

#[cfg(feature = "spool")]
mod shutdown {
    use std::path::Path;
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use maptrace_runtime::{MapSnapshot, Sink as _, Snapshot};

    use super::server::{Behaviour, Server};
    use crate::episodes::{episode, grow, site};
    use crate::{HealthReader, Otlp, OtlpExporter};

    const EPISODES: u64 = 2_000;
    const HOUR: Duration = Duration::from_secs(3600);

    /// Longer than anything here takes: it ends a test that would hang.
    fn soon() -> Instant {
        Instant::now() + Duration::from_secs(60)
    }

    fn eventually(mut is_so: impl FnMut() -> bool) {
        let deadline = soon();
        while !is_so() {
            assert!(Instant::now() < deadline, "it never became so");
            std::thread::park_timeout(Duration::from_millis(2));
        }
    }

    fn spooling(server: &Server, dir: &Path) -> (OtlpExporter, HealthReader) {
        let otlp = Otlp::builder().endpoint(server.url()).min_entries(0).timeout(HOUR);
        let built = otlp.spool(dir, 16 * 1024 * 1024).build_with(|_| None);
        let (exporter, warnings) = built.expect("an exporter");
        assert_eq!(warnings, [""; 0]);
        let health = exporter.health();
        (exporter, health)
    }

    /// The server has no time left, and the disk as much as it likes: that does not depend on how fast the machine is, as
    /// it would if there were seconds for both.
    #[test]
    fn puts_everything_on_disk_whatever_the_server_does() {
        let slow = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".to_vec();
        let busy = Behaviour::status("503 Service Unavailable", "");
        for behaviour in [Behaviour::Silent, Behaviour::Deaf, Behaviour::Trickle(slow), busy] {
            let shown = format!("{behaviour:?}");
            let dir = tempfile::tempdir().expect("a folder");
            let server = Server::start(move |_| behaviour.clone());
            let (mut exporter, health) = spooling(&server, dir.path());
            let mut snapshot = Snapshot::new("shop");
            snapshot.maps = vec![MapSnapshot::new(site(1, "sessions", "a_b"))];
            exporter.snapshot(&Arc::new(snapshot));
            // It is in the middle of that then.
            eventually(|| server.connections() > 0);
            for number in 0..EPISODES {
                let mut episode = episode(grow());
                episode.instance = Some(number);
                assert!(exporter.episode(&episode), "{shown}");
            }
            assert_eq!(exporter.shared.shutdown_by(Instant::now(), soon()), 0, "{shown}");
            let now = health.read();
            assert_eq!(
                (now.accepted, now.spooled, now.failed, now.queued),
                (EPISODES, EPISODES, 0, 0),
                "{shown}"
            );
            assert_eq!((now.metric_pushes_spooled, now.metric_pushes_failed), (1, 0), "{shown}");
            drop(exporter);
            // And the next one finds it there.
            let other = Server::start(|_| Behaviour::ok());
            let (_exporter, health) = spooling(&other, dir.path());
            eventually(|| health.read().exported == EPISODES && health.read().spool_requests == 0);
            assert_eq!(health.read().recovered, EPISODES);
            assert_eq!(other.spans().len() as u64, EPISODES);
            let pushes = other
                .metrics()
                .into_iter()
                .filter(|metric| metric.name == "map.entries");
            assert_eq!(pushes.count(), 1);
        }
    }
}
