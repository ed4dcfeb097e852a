use super::*;

type Parsed = Result<Vec<Vec<Vec<u8>>>, ProtocolError>;

/// Feeds `pieces` one by one, as a connection would, and returns the requests.
fn feed<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Parsed {
    let (mut parser, mut input, mut requests) = (Parser::new(), Vec::new(), Vec::new());
    for piece in pieces {
        input.extend_from_slice(piece);
        let mut start = 0;
        while let Some(request) = parser.parse(&input[start..])? {
            requests.push(request.args_from(0).map(<[u8]>::to_vec).collect());
            start += request.consumed;
        }
        input.drain(..start);
    }
    Ok(requests)
}

fn requests(expected: &[&[&str]]) -> Parsed {
    Ok(expected
        .iter()
        .map(|args| args.iter().map(|arg| arg.as_bytes().to_vec()).collect())
        .collect())
}

#[test]
fn a_pipeline_means_the_same_however_it_is_cut() {
    let input = b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$4\r\n\r\n*1\r\nPING x\r\n\r\n*0\r\n*-1\r\n*2\r\n$3\r\nGET\r\n$0\r\n\r\nSET k 'a b'\n";
    let expected = requests(&[
        &["SET", "k", "\r\n*1"],
        &["PING", "x"],
        &[],
        &[],
        &[],
        &["GET", ""],
        &["SET", "k", "a b"],
    ]);
    assert_eq!(feed([&input[..]]), expected);
    assert_eq!(feed(input.chunks(1)), expected);
    for cut in 1..input.len() {
        let (left, right) = input.split_at(cut);
        assert_eq!(feed([left, right]), expected, "cut at {cut}");
    }
}

#[test]
fn inline_requests_are_split_as_redis_splits_them() {
    assert_eq!(
        feed([&br#"SET "a\x41\n\"" 'it\'s \n' "\xzz""#[..], b"\r\n"]),
        requests(&[&["SET", "aA\n\"", "it's \\n", "xzz"]])
    );
    assert_eq!(feed([&b"SET '' \"\"\n"[..]]), requests(&[&["SET", "", ""]]));
    for broken in ["SET 'a\n", "SET \"a\\\n", "SET 'a'b\n"] {
        assert_eq!(
            feed([broken.as_bytes()]),
            Err(ProtocolError::UnbalancedQuotes),
            "{broken:?}"
        );
    }
}

#[test]
fn what_is_no_resp_is_refused_in_redis_words() {
    let long = "1".repeat(MAX_HEADER - 1);
    for (input, message) in [
        ("*x\r\n".to_owned(), "invalid multibulk length"),
        (format!("*{}\r\n", MAX_ARGS + 1), "invalid multibulk length"),
        (format!("*{long}"), "too big mbulk count string"),
        ("*1\r\n:1\r\n".to_owned(), "expected '$', got ':'"),
        ("*1\r\n$-1\r\n".to_owned(), "invalid bulk length"),
        (format!("*1\r\n${}\r\n", MAX_BULK + 1), "invalid bulk length"),
        (format!("*1\r\n${long}"), "too big bulk count string"),
        ("1".repeat(MAX_INLINE), "too big inline request"),
    ] {
        let error = feed([input.as_bytes()]).expect_err(&input).to_string();
        assert_eq!(error, format!("Protocol error: {message}"));
    }
}

#[test]
fn a_header_that_does_not_end_is_refused_before_it_is_long() {
    for start in ["*", "*1\r\n$"] {
        let mut parser = Parser::new();
        let short = format!("{start}{}", "1".repeat(MAX_HEADER - 2));
        assert!(parser.parse(short.as_bytes()).expect("not too long yet").is_none());
        let long = format!("{short}1");
        assert!(parser.parse(long.as_bytes()).is_err(), "{long}");
    }
}

#[test]
fn an_announced_length_reserves_nothing() {
    let mut parser = Parser::new();
    let input = format!("*{MAX_ARGS}\r\n${MAX_BULK}\r\n");
    assert!(parser.parse(input.as_bytes()).expect("valid so far").is_none());
    assert_eq!(parser.args.capacity(), 0);
}

#[test]
fn numbers_are_strict() {
    for (text, number) in [
        ("0", 0),
        ("-1", -1),
        ("9223372036854775807", i64::MAX),
        ("-9223372036854775808", i64::MIN),
    ] {
        assert_eq!(parse_i64(text.as_bytes()), Some(number));
    }
    for text in [
        "",
        "-",
        "+1",
        "01",
        "-0",
        "-01",
        " 1",
        "1 ",
        "1x",
        "9223372036854775808",
    ] {
        assert_eq!(parse_i64(text.as_bytes()), None, "{text:?}");
    }
}

#[test]
fn replies_are_framed() {
    let mut replies = Replies::default();
    replies.simple("OK");
    replies.error("ERR a\r\nb");
    replies.integer(-7);
    replies.array(2);
    replies.bulk("x\r\n");
    replies.null();
    assert_eq!(
        replies.as_bytes(),
        b"+OK\r\n-ERR a  b\r\n:-7\r\n*2\r\n$3\r\nx\r\n\r\n$-1\r\n"
    );
}
