//! The command line.

use std::net::SocketAddr;

pub(crate) const USAGE: &str = "\
A small server that speaks the Redis protocol, with its maps traced by maptrace.

usage: kv_server [--port PORT] [--listen ADDR] [--otlp URL] [--maps-otlp URL]

  --port PORT     serve Redis clients on 127.0.0.1:PORT (default 6379; 0 takes a free port)
  --listen ADDR   serve maptrace's live page and /metrics there, as in 127.0.0.1:9102
  --otlp URL      send a span of each command, and all that maptrace sees, to this OTLP/HTTP endpoint,
                  as in http://127.0.0.1:4318
  --maps-otlp URL the same without spans of commands
  --help          print this
";

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Help,
    Serve(Args),
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Args {
    pub(crate) port: u16,
    pub(crate) listen: Option<SocketAddr>,
    pub(crate) otlp: Option<String>,
    /// Whether commands have spans.
    pub(crate) spans: bool,
}

/// Reads the arguments that follow the program's name. The error is a sentence for the user.
pub(crate) fn parse(args: impl IntoIterator<Item = String>) -> Result<Action, String> {
    let mut parsed = Args {
        port: 6379,
        listen: None,
        otlp: None,
        spans: true,
    };
    let mut args = args.into_iter();
    while let Some(arg) = args.next() {
        let (flag, attached) = match arg.split_once('=') {
            Some((flag, value)) => (flag, Some(value.to_owned())),
            None => (&*arg, None),
        };
        if !matches!(flag, "--port" | "--listen" | "--otlp" | "--maps-otlp") {
            return match &*arg {
                "--help" | "-h" => Ok(Action::Help),
                _ => Err(format!("unknown argument '{arg}'")),
            };
        }
        let value = attached
            .or_else(|| args.next())
            .ok_or_else(|| format!("{flag} needs a value"))?;
        let bad = |expected: &str| format!("{flag} '{value}': {expected}");
        match flag {
            "--port" => parsed.port = value.parse().map_err(|_| bad("expected a port, 0 to 65535"))?,
            "--listen" => {
                let address = value
                    .parse()
                    .map_err(|_| bad("expected an address such as 127.0.0.1:9102"))?;
                parsed.listen = Some(address);
            }
            _ if value.starts_with("http://") => (parsed.otlp, parsed.spans) = (Some(value), flag == "--otlp"),
            _ => return Err(bad("expected a URL such as http://127.0.0.1:4318")),
        }
    }
    Ok(Action::Serve(parsed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_line(line: &str) -> Result<Action, String> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn flags_take_their_value_either_way() {
        let args = Args {
            port: 0,
            listen: Some(([127, 0, 0, 1], 9102).into()),
            otlp: Some("http://127.0.0.1:4318".to_owned()),
            spans: true,
        };
        for line in [
            "--port 0 --listen 127.0.0.1:9102 --otlp http://127.0.0.1:4318",
            "--otlp=http://127.0.0.1:4318 --listen=127.0.0.1:9102 --port=0",
        ] {
            assert_eq!(
                parse_line(line).as_ref(),
                Ok(&Action::Serve(Args {
                    otlp: args.otlp.clone(),
                    ..args
                }))
            );
        }
        assert_eq!(
            parse_line(""),
            Ok(Action::Serve(Args {
                port: 6379,
                listen: None,
                otlp: None,
                spans: true,
            }))
        );
        let maps = parse_line("--maps-otlp http://127.0.0.1:4318").expect("it is one");
        assert!(
            matches!(
                maps,
                Action::Serve(Args {
                    spans: false,
                    otlp: Some(_),
                    ..
                })
            ),
            "{maps:?}"
        );
        assert_eq!(parse_line("--port 1 --help"), Ok(Action::Help));
    }

    #[test]
    fn a_bad_flag_is_named() {
        for (line, named) in [
            ("--prot 1", "'--prot'"),
            ("serve", "'serve'"),
            ("--port", "--port needs"),
            ("--port 65536", "--port '65536'"),
            ("--listen localhost", "--listen 'localhost'"),
            ("--otlp https://example.com", "--otlp 'https://example.com'"),
        ] {
            let error = parse_line(line).expect_err(line);
            assert!(error.contains(named), "{error}");
        }
    }
}
