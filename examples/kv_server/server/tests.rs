use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::{MAX_REPLIES, Shared, serve};
use crate::state::State;

/// A server on a free port.
struct Running {
    shared: Shared,
    address: std::net::SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Running {
    async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let shared = Shared::new(State::new(address.port()));
        let (stop, stopped) = oneshot::channel();
        let until = async move {
            let _ = stopped.await;
        };
        let task = tokio::spawn(serve(listener, shared.clone(), until));
        Self {
            shared,
            address,
            stop,
            task,
        }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("it accepts")
    }

    /// Stops it and returns what it leaves behind.
    async fn stop(self) -> Shared {
        self.stop.send(()).expect("it is running");
        self.task.await.expect("no task has panicked");
        self.shared
    }
}

/// Sends `input`, ends the stream, and returns all replies.
async fn ask(mut stream: TcpStream, input: &[u8]) -> Vec<u8> {
    let (mut read, mut write) = stream.split();
    let send = async {
        write.write_all(input).await.expect("it reads");
        write.shutdown().await.expect("it reads");
    };
    let mut replies = Vec::new();
    let receive = async { read.read_to_end(&mut replies).await.expect("it replies") };
    tokio::join!(send, receive);
    replies
}

#[tokio::test]
async fn a_pipeline_is_answered_in_order() {
    let server = Running::new().await;
    let many = 50_000;
    let input = "PING\r\nINCR n\r\n".repeat(many);
    let expected: String = (1..=many).map(|n| format!("+PONG\r\n:{n}\r\n")).collect();
    assert!(
        expected.len() > 2 * MAX_REPLIES,
        "it has to send before all is answered"
    );
    assert!(ask(server.connect().await, input.as_bytes()).await == expected.as_bytes());
    server.stop().await;
}

#[tokio::test]
async fn a_protocol_error_is_the_last_reply() {
    let server = Running::new().await;
    let replies = ask(server.connect().await, b"PING\r\n*1\r\n:5\r\nPING\r\n").await;
    assert_eq!(replies, b"+PONG\r\n-ERR Protocol error: expected '$', got ':'\r\n");
    let replies = ask(server.connect().await, b"QUIT\r\nPING\r\n").await;
    assert_eq!(replies, b"+OK\r\n");
    server.stop().await;
}

#[tokio::test]
async fn the_client_table_follows_the_connections_and_stopping_ends_them() {
    let server = Running::new().await;
    let mut clients = Vec::new();
    for _ in 0..3 {
        let mut client = server.connect().await;
        client.write_all(b"PING\r\n").await.expect("it reads");
        client.read_exact(&mut [0; 7]).await.expect("it replies");
        clients.push(client);
    }
    assert_eq!(server.shared.lock().clients.len(), 3);
    let shared = server.stop().await;
    assert_eq!(shared.lock().clients.len(), 0);
    for mut client in clients {
        assert_eq!(client.read(&mut [0; 1]).await.expect("closed in order"), 0);
    }
}

#[tokio::test]
async fn due_keys_go_without_being_asked_for() {
    let server = Running::new().await;
    assert_eq!(ask(server.connect().await, b"SET k v PX 1\r\n").await, b"+OK\r\n");
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while server.shared.lock().db.len() > 0 {
        assert!(std::time::Instant::now() < deadline, "it is never removed");
        tokio::task::yield_now().await;
    }
    server.stop().await;
}
