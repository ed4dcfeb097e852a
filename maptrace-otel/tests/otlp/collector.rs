//! The real Collector, with TLS, which wants to know who we are, over both protocols.

use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use maptrace_otel::Otlp;
use maptrace_runtime::{Health, MapSnapshot, Sink};

use crate::episodes::{episode, grow, site};
use crate::notices::storm;
use crate::snapshots::snapshot;
use crate::tls::{Authority, Signed};
use crate::{eventually, exporter, returns, soon};

struct Collector {
    process: Child,
    folder: tempfile::TempDir,
    grpc: SocketAddr,
    http: SocketAddr,
}

impl Collector {
    fn start(authority: &Authority) -> Self {
        let signed = authority.server("127.0.0.1");
        // The ports were free a moment ago; should somebody have taken one since, it ends, and others are tried.
        (0..5)
            .find_map(|_| Self::try_start(authority, &signed))
            .expect("a Collector")
    }

    fn try_start(authority: &Authority, signed: &Signed) -> Option<Self> {
        let listeners = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").expect("a port"));
        let [grpc, http] = listeners.map(|listener| listener.local_addr().expect("an address"));
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name).display().to_string();
        let tls = format!(
            "{{cert_file: {:?}, key_file: {:?}, client_ca_file: {:?}}}",
            signed.certificate,
            signed.key,
            authority.file()
        );
        let config = format!(
            "receivers:
  otlp:
    protocols:
      grpc: {{endpoint: \"{grpc}\", tls: {tls}}}
      http: {{endpoint: \"{http}\", tls: {tls}}}
exporters:
  # With `rotation` it writes at once.
  file/traces: {{path: {:?}, rotation: {{}}}}
  file/metrics: {{path: {:?}, rotation: {{}}}}
  file/logs: {{path: {:?}, rotation: {{}}}}
service:
  telemetry: {{metrics: {{level: none}}}}
  pipelines:
    traces: {{receivers: [otlp], exporters: [file/traces]}}
    metrics: {{receivers: [otlp], exporters: [file/metrics]}}
    logs: {{receivers: [otlp], exporters: [file/logs]}}
",
            path("traces"),
            path("metrics"),
            path("logs")
        );
        let file = folder.path().join("config.yaml");
        std::fs::write(&file, config).expect("a file");
        let program = std::env::var_os("MAPTRACE_TEST_COLLECTOR").unwrap_or_else(|| "collector".into());
        let mut process = Command::new(program)
            .arg(format!("--config=file:{}", file.display()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the Collector; ci/setup.sh builds it");
        let mut lines = BufReader::new(process.stderr.take().expect("piped")).lines();
        let ready = lines.by_ref().map_while(Result::ok).any(|line| {
            println!("{line}");
            line.contains("Everything is ready")
        });
        // It says more, and is not to wait for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        let started = Self {
            process,
            folder,
            grpc,
            http,
        };
        ready.then_some(started)
    }

    /// How often something is in what it has written of a signal.
    fn has(&self, signal: &str, words: &str) -> usize {
        let path: PathBuf = self.folder.path().join(signal);
        std::fs::read_to_string(path).unwrap_or_default().matches(words).count()
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Sends of everything, and waits until it is there.
fn all_arrives(collector: &Collector, url: &str, map: &str, also: impl FnOnce(Otlp) -> Otlp) {
    let (mut exporter, health) = exporter(url, |otlp| also(otlp).sizes_in_names(false));
    let site = site(1, map, "a_b");
    returns(move || {
        for _ in 0..5 {
            let mut episode = episode(grow());
            episode.site = std::sync::Arc::clone(&site);
            assert!(exporter.episode(&episode));
        }
        exporter.snapshot(&snapshot(vec![MapSnapshot::new(site.clone())], Health::default()));
        let mut notice = storm();
        notice.map = Some(site);
        exporter.notice(&notice);
        assert_eq!(exporter.shutdown(soon()), 0);
    });
    let health = health.read();
    assert_eq!(
        (health.exported, health.metric_pushes, health.logs_exported),
        (5, 1, 1),
        "{health:?}"
    );
    assert_eq!((health.retries, health.unreadable_answers), (0, 0));
    let quoted = format!("\"{map}\"");
    let span = format!("\"name\":\"map.grow {map}\"");
    eventually(|| collector.has("traces", &span) == 5);
    eventually(|| collector.has("metrics", &quoted) > 0 && collector.has("logs", &quoted) > 0);
}

#[test]
#[ignore = "needs the Collector; ci/e2e.sh runs it"]
fn it_takes_everything_over_both_protocols() {
    let authority = Authority::new();
    let collector = Collector::start(&authority);
    let client = authority.client();
    let files = |otlp: Otlp| {
        otlp.certificate(authority.file())
            .client_certificate(&client.certificate, &client.key)
    };
    let (grpc, http) = (
        format!("https://{}", collector.grpc),
        format!("https://{}", collector.http),
    );
    all_arrives(&collector, &grpc, "by_grpc", |otlp| files(otlp).grpc(true));
    all_arrives(&collector, &http, "by_http", files);
    #[cfg(feature = "gzip")]
    {
        all_arrives(&collector, &grpc, "packed_by_grpc", |otlp| {
            files(otlp).grpc(true).gzip(true)
        });
        all_arrives(&collector, &http, "packed_by_http", |otlp| files(otlp).gzip(true));
    }
    // It wants to know who we are, and trusts only its own.
    let strangers = Authority::new();
    let stranger = strangers.client();
    for (url, grpc) in [(&grpc, true), (&http, false)] {
        for files in [None, Some(&stranger)] {
            refused(url, grpc, authority.file().as_path(), files);
        }
    }
    assert_eq!(collector.has("traces", "map.grow sessions"), 0);
}

/// Nothing is taken from somebody with these files.
fn refused(url: &str, grpc: bool, trusted: &Path, files: Option<&Signed>) {
    let (mut exporter, health) = exporter(url, |otlp| {
        let otlp = otlp.grpc(grpc).certificate(trusted);
        let otlp = otlp.timeout(std::time::Duration::from_millis(500));
        match files {
            None => otlp,
            Some(files) => otlp.client_certificate(&files.certificate, &files.key),
        }
    });
    returns(move || {
        assert!(exporter.episode(&episode(grow())));
        assert_eq!(exporter.flush(soon()), 0);
        println!("{:?}", health.read().last_error);
        assert_eq!((health.read().exported, health.read().failed), (0, 1));
    });
}
