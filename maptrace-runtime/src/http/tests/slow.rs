//! Clients that take their time, and many at once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, OnceLock, mpsc};

use super::*;

#[test]
fn a_client_that_dawdles_is_cut_off() {
    let server = start_with(Server::builder().deadline(Duration::from_millis(100)));
    let mut stream = connect(&server);
    stream
        .write_all(b"GET /metrics HTTP/1.1\r\n")
        .expect("a part of a request");
    assert_eq!(Reply::read(&stream).status, 408);

    // One that sends a byte now and then does not win time by it: the deadline is for the whole head.
    let mut stream = connect(&server);
    stream
        .write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nX: ")
        .expect("a part of a request");
    stream
        .set_read_timeout(Some(Duration::from_millis(5)))
        .expect("a timeout");
    let mut trickled = 0;
    // The deadline may pass between a look and a write, which then finds nobody there.
    while stream.peek(&mut [0]).is_err() && stream.write_all(b"x").is_ok() {
        trickled += 1;
        assert!(trickled < request::HEAD_LIMIT, "it was never cut off");
    }
    stream.set_read_timeout(Some(HANG)).expect("a timeout");
    let mut told = Vec::new();
    if let Err(error) = stream.read_to_end(&mut told) {
        // A byte that came too late may be answered by a reset, behind the reply.
        assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    }
    assert!(told.starts_with(b"HTTP/1.1 408 "), "{}", told.escape_ascii());
}

#[test]
fn idle_clients_lock_nobody_out() {
    let most = Arc::new(Mutex::new(0));
    let server = {
        let most = Arc::clone(&most);
        Server::bind(loopback(), move || {
            *most.lock().unwrap() += 1;
            Arc::new(service())
        })
        .expect("a free port")
    };
    let idle: Vec<_> = (0..200).map(|_| connect(&server)).collect();
    for _ in 0..20 {
        assert_eq!(get(&server, "/metrics").status, 200);
        assert!(server.slots.len() <= slots::MAX_CONNECTIONS);
    }
    assert_eq!(*most.lock().unwrap(), 20);
    // All but the last few were asked to leave.
    for mut stream in &idle[..200 - slots::MAX_CONNECTIONS] {
        let mut told = String::new();
        stream.read_to_string(&mut told).expect("the end of the connection");
        assert!(told.is_empty() || told.starts_with("HTTP/1.1 503 "), "{told}");
    }
}

/// Opens when told to; until then, everybody who comes by waits.
#[derive(Default)]
struct Gate {
    open: Mutex<bool>,
    waiting: Mutex<usize>,
    changed: Condvar,
    arrived: Condvar,
}

impl Gate {
    fn pass(&self) {
        *self.waiting.lock().unwrap() += 1;
        self.arrived.notify_all();
        drop(
            self.changed
                .wait_while(self.open.lock().unwrap(), |open| !*open)
                .unwrap(),
        );
    }

    fn wait_for(&self, guests: usize) {
        drop(
            self.arrived
                .wait_while(self.waiting.lock().unwrap(), |waiting| *waiting < guests)
                .unwrap(),
        );
    }

    fn open(&self) {
        *self.open.lock().unwrap() = true;
        self.changed.notify_all();
    }
}

#[test]
fn when_all_are_being_answered_the_next_one_is_told_to_come_back() {
    let gate = Arc::new(Gate::default());
    let server = {
        let gate = Arc::clone(&gate);
        Server::bind(loopback(), move || {
            gate.pass();
            Arc::new(service())
        })
        .expect("a free port")
    };
    let request = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let mut busy = Vec::new();
    for _ in 0..slots::MAX_CONNECTIONS {
        let mut stream = connect(&server);
        stream.write_all(request).expect("a request");
        busy.push(stream);
    }
    // One page is being made; the others' requests have arrived whole, so that nothing drives them out.
    gate.wait_for(1);
    // No request is sent here, because the refusal does not wait for one.
    let refused = Reply::read(&connect(&server));
    assert_eq!((refused.status, refused.header("Retry-After")), (503, Some("1")));
    gate.open();
    drop(busy);
    let served = std::iter::repeat_with(|| get(&server, "/metrics").status)
        .take(100)
        .find(|status| *status == 200);
    assert_eq!(served, Some(200));
}

/// Takes a place as a client that has been given more of a page than may be on its way when the next one is made, and
/// reads none of it. Returns the client's end as well.
fn slow_reader(server: &Server) -> (TcpStream, slots::Slot) {
    let listener = TcpListener::bind(loopback()).expect("a free port");
    let client = TcpStream::connect(listener.local_addr().expect("an address")).expect("a connection");
    client.set_read_timeout(Some(HANG)).expect("a timeout");
    let (stream, _) = listener.accept().expect("a connection");
    let slot = server.slots.enter(&Arc::new(stream)).expect("a place");
    slot.enter_phase(Phase::Sending(slots::SENT_AT_ONCE + 1));
    (client, slot)
}

#[test]
fn a_slow_reader_makes_way_before_the_next_page_is_made() {
    let slots = Arc::new(OnceLock::<Arc<slots::Slots>>::new());
    let (pages, made) = mpsc::channel();
    let server = {
        let slots = Arc::clone(&slots);
        Server::bind(loopback(), move || {
            pages.send(slots.wait().being_sent()).expect("the test listens");
            Arc::new(service())
        })
        .expect("a free port")
    };
    assert!(slots.set(Arc::clone(&server.slots)).is_ok());
    let (mut client, slot) = slow_reader(&server);
    // This one needs no room and drives nobody out.
    assert_eq!(get(&server, "/").status, 200);
    client.set_nonblocking(true).expect("a socket");
    let alive = client.read(&mut [0]).expect_err("not cut off");
    assert_eq!(alive.kind(), ErrorKind::WouldBlock);
    client.set_nonblocking(false).expect("a socket");
    let leaves = thread::spawn(move || {
        assert_eq!(client.read(&mut [0]).expect("the end"), 0);
        drop(slot);
    });
    assert_eq!(get(&server, "/metrics").status, 200);
    leaves.join().expect("it was cut off");
    assert_eq!(made.recv_timeout(HANG), Ok(0), "bytes of other pages when it was made");
}

#[test]
fn whoever_waits_for_room_is_let_go_when_the_server_stops() {
    let server = start();
    let (_client, _slot) = slow_reader(&server);
    let (_other_client, waiting) = slow_reader(&server);
    waiting.enter_phase(Phase::Answering);
    let waits = thread::spawn(move || waiting.wait_for_room());
    server.slots.stop();
    assert!(!waits.join().expect("no panic"));
}

#[test]
fn a_panicking_source_costs_one_connection() {
    let panicked = AtomicBool::new(false);
    let server = Server::bind(loopback(), move || {
        assert!(
            panicked.swap(true, Ordering::Relaxed),
            "the first call panics, as this test wants it"
        );
        Arc::new(service())
    })
    .expect("a free port");
    let mut stream = connect(&server);
    stream
        .write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .expect("a request");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("the end of the connection");
    assert!(answer.is_empty());
    assert_eq!(get(&server, "/metrics").status, 200);
}
