use std::time::Duration;

use prost::Message as _;
use tonic::{Code, Status};

use super::retry::{Any, Delay, Details, RetryInfo, asked};
use super::size::is_about_size;
use super::{failure, headers};
use crate::transport::Failure;

/// What a server says with its status, the wish to be asked again after so long among it.
fn details(seconds: i64, nanos: i32) -> Vec<u8> {
    let info = RetryInfo {
        retry_delay: Some(Delay { seconds, nanos }),
    };
    let other = Any {
        type_url: "type.googleapis.com/google.rpc.DebugInfo".to_owned(),
        value: b"\xff".to_vec(),
    };
    let wish = Any {
        type_url: "type.googleapis.com/google.rpc.RetryInfo".to_owned(),
        value: info.encode_to_vec(),
    };
    Details {
        details: vec![other, wish],
    }
    .encode_to_vec()
}

fn status(code: Code, details: Vec<u8>) -> Status {
    Status::with_details(code, "sesame", details.into())
}

#[test]
fn the_codes_of_the_specification_are_tried_again() {
    for code in (0..=16).map(Code::from_i32) {
        let again = match failure(&status(code, Vec::new())) {
            Failure::Again { why, asked: None } => {
                assert_eq!(why, format!("the server answered {code:?}"));
                true
            }
            Failure::Final(why) => {
                assert_eq!(why, format!("the server answered {code:?}"));
                false
            }
            other => panic!("{code:?}: {other:?}"),
        };
        let expected = matches!(
            code,
            Code::Cancelled
                | Code::DeadlineExceeded
                | Code::Aborted
                | Code::OutOfRange
                | Code::Unavailable
                | Code::DataLoss
        );
        assert_eq!(again, expected, "{code:?}");
    }
}

#[test]
fn one_that_is_exhausted_is_tried_again_if_it_says_when() {
    let wait = |code| match failure(&status(code, details(3, 500_000_000))) {
        Failure::Again { asked, .. } => asked,
        other => panic!("{code:?}: {other:?}"),
    };
    assert_eq!(wait(Code::ResourceExhausted), Some(Duration::from_millis(3_500)));
    assert_eq!(wait(Code::Unavailable), Some(Duration::from_millis(3_500)));
    assert!(matches!(
        failure(&status(Code::InvalidArgument, details(3, 0))),
        Failure::Final(_)
    ));
}

#[test]
fn a_wish_that_is_nonsense_is_no_wish_or_none_at_all() {
    assert_eq!(asked(b""), None);
    assert_eq!(asked(b"\xff\xff\xff"), None);
    assert_eq!(asked(&Details { details: Vec::new() }.encode_to_vec()), None);
    assert_eq!(asked(&details(-5, -7)), Some(Duration::ZERO));
    assert_eq!(
        asked(&details(i64::MAX, i32::MAX)).map(|wait| wait.as_secs() > 1 << 60),
        Some(true)
    );
}

#[test]
fn each_server_has_its_words_for_a_request_that_is_too_long() {
    for message in [
        "grpc: received message larger than max (5242880 vs. 4194304)",
        "gRPC message exceeds maximum size 4194304: 5242880",
        "Received message exceeds the maximum configured message size.",
        "Error, decoded message length too large: found 5242880 bytes, the limit is: 4194304 bytes",
    ] {
        for code in [Code::ResourceExhausted, Code::OutOfRange] {
            assert!(
                matches!(failure(&Status::new(code, message)), Failure::TooLarge(_)),
                "{message}"
            );
        }
        assert!(matches!(
            failure(&Status::new(Code::Internal, message)),
            Failure::Final(_)
        ));
    }
    assert!(!is_about_size("quota exceeded"));
}

#[test]
fn what_a_server_says_is_not_shown() {
    for code in [Code::Unauthenticated, Code::Unavailable] {
        assert!(!format!("{:?}", failure(&status(code, Vec::new()))).contains("sesame"));
    }
}

#[test]
fn the_layers_below_show_no_secret() {
    let headers = headers("authorization: sesame\r\nx-tenant: acme\r\n");
    let text = format!("{headers:?}");
    assert!(
        text.contains("authorization") && !text.contains("sesame") && !text.contains("acme"),
        "{text}"
    );
    assert_eq!(headers["authorization"], "sesame");
}
