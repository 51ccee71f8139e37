//! Accepts an agent's connections and reads the first line, which says what a connection is for.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;
use tracing::{debug, warn};

use super::{Accepted, CONNECTIONS_MAX, Shared, for_link};

/// What the agent writes to become a server on the connection.
const SERVE: &[u8] = b"carrel-link/1 serve\n";
/// What anything in the slot writes to use the proxy.
const EGRESS: &[u8] = b"carrel-link/1 egress\n";
/// A line is written in one go; five seconds are generous even for a slot that is out of CPU time.
const FIRST_LINE_TIME: Duration = Duration::from_secs(5);
/// Out of file descriptors: without a pause the loop would spin until one is free.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Serve,
    Egress,
}

/// Accepts for as long as the link is open.
pub(super) async fn accept(listener: UnixListener, shared: Arc<Shared>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                warn!(slot = %shared.slot, %error, "accept on the link");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let Ok(permit) = places.clone().try_acquire_owned() else {
            debug!(slot = %shared.slot, "link connection refused: the slot has too many");
            continue;
        };
        for_link(&shared, dispatch(Accepted { stream, permit }, shared.clone()));
    }
}

async fn dispatch(mut accepted: Accepted, shared: Arc<Shared>) {
    match tokio::time::timeout(FIRST_LINE_TIME, first_line(&mut accepted.stream)).await {
        Ok(Some(Purpose::Serve)) => shared.spares.put(accepted),
        Ok(Some(Purpose::Egress)) => {
            let Accepted { stream, permit } = accepted;
            shared.egress.serve(stream).await;
            drop(permit);
        }
        Ok(None) | Err(_) => debug!(slot = %shared.slot, "link connection without a proper first line"),
    }
}

/// Reads exactly the first line. Byte by byte towards its end, so that what follows stays in the socket and
/// the raw stream can be passed on; gives up at the first byte that fits neither line.
pub(super) async fn first_line(stream: &mut UnixStream) -> Option<Purpose> {
    let mut line = [0_u8; EGRESS.len()];
    let mut have = 0;
    loop {
        // Never beyond the shorter line's end until it is known to be the longer one.
        let end = if have < SERVE.len() { SERVE.len() } else { EGRESS.len() };
        match stream.read(&mut line[have..end]).await {
            Ok(0) | Err(_) => return None,
            Ok(read) => have += read,
        }
        let so_far = &line[..have];
        if so_far == SERVE {
            return Some(Purpose::Serve);
        }
        if so_far == EGRESS {
            return Some(Purpose::Egress);
        }
        if !SERVE.starts_with(so_far) && !EGRESS.starts_with(so_far) {
            return None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tokio::io::AsyncWriteExt as _;

    async fn dispatch_of(bytes: &[u8]) -> (Option<Purpose>, Vec<u8>) {
        let (mut near, mut far) = UnixStream::pair().expect("pair");
        far.write_all(bytes).await.expect("write");
        far.shutdown().await.expect("shutdown");
        let purpose = first_line(&mut near).await;
        let mut rest = Vec::new();
        near.read_to_end(&mut rest).await.expect("read");
        (purpose, rest)
    }

    #[tokio::test]
    async fn the_rest_stays_in_the_socket() {
        assert_eq!(dispatch_of(b"carrel-link/1 serve\nXY").await, (Some(Purpose::Serve), b"XY".to_vec()));
        assert_eq!(dispatch_of(b"carrel-link/1 egress\nGET").await, (Some(Purpose::Egress), b"GET".to_vec()));
        for bad in [
            &b""[..],
            b"\n",
            b"carrel-link/1 serve",
            b"carrel-link/1 server\n",
            b"carrel-link/2 serve\n",
            b"carrel-link/1 egress",
            b"GET / HTTP/1.1\r\n\r\n",
        ] {
            assert_eq!(dispatch_of(bad).await.0, None, "{bad:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]
        #[test]
        fn only_the_two_lines_are_taken(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
            let (purpose, _) = runtime.block_on(dispatch_of(&bytes));
            prop_assert_eq!(purpose == Some(Purpose::Serve), bytes.starts_with(SERVE));
            prop_assert_eq!(purpose == Some(Purpose::Egress), bytes.starts_with(EGRESS));
        }
    }
}
