//! Moves the bytes of an upgraded connection both ways until one side ends or we must.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures::FutureExt as _;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadHalf, WriteHalf};

use super::frames::{FrameTracker, close_frame};
use crate::slot::{Close, Meter};

/// From the agent: output comes in bulk, and a large buffer means few system calls.
const DOWN_BUFFER: usize = 256 * 1024;
/// From the user: keys, and files pasted now and then.
const UP_BUFFER: usize = 64 * 1024;
/// How long the agent may take to finish a frame after we were told to close, and the user to take our last bytes.
const CLOSE_TIME: Duration = Duration::from_millis(500);

/// Runs until either side ends or `stop` says why we end it; then a close frame with that code is the last thing
/// the user gets, unless the agent broke off within a frame.
pub async fn pump<C, A>(client: C, agent: A, meter: &Meter, stop: impl Future<Output = Close>)
where
    C: AsyncRead + AsyncWrite,
    A: AsyncRead + AsyncWrite,
{
    let (client_read, mut client_write) = tokio::io::split(client);
    let (agent_read, agent_write) = tokio::io::split(agent);
    let mut up = std::pin::pin!(upwards(client_read, agent_write, &meter.tunnel_in));
    let mut user_is_done = false;
    let end = {
        let down = downwards(agent_read, &mut client_write, &meter.tunnel_out, stop);
        let mut down = std::pin::pin!(down);
        tokio::select! {
            end = &mut down => end,
            // The user has said all: what the agent still answers goes out, unless the user is gone altogether.
            _ = &mut up => {
                user_is_done = true;
                match tokio::time::timeout(CLOSE_TIME, down).await {
                    Ok(end) => end,
                    Err(_) => return,
                }
            }
        }
    };
    let goodbye = async {
        if let Some(close) = end {
            let (code, reason) = close.code();
            client_write.write_all(&close_frame(code, reason)).await?;
        }
        client_write.flush().await?;
        client_write.shutdown().await?;
        // Until the user's own close has come: a socket closed over unread bytes resets the connection, and the
        // close frame with it.
        if user_is_done { Ok(()) } else { up.await }
    };
    let _ = tokio::time::timeout(CLOSE_TIME, goodbye).await;
}

/// The same for bytes that are no websocket's: what ends them is an end, without a word.
pub async fn bytes<C, A>(client: C, agent: A, meter: &Meter, stop: impl Future<Output = Close>)
where
    C: AsyncRead + AsyncWrite,
    A: AsyncRead + AsyncWrite,
{
    let (client_read, client_write) = tokio::io::split(client);
    let (agent_read, agent_write) = tokio::io::split(agent);
    let up = upwards(client_read, agent_write, &meter.tunnel_in);
    let down = upwards(agent_read, client_write, &meter.tunnel_out);
    tokio::select! {
        // One half may end long before the other: a request's before its answer's.
        _ = async { tokio::join!(up, down) } => {}
        _ = stop => {}
    }
}

/// Copies to the agent; once the agent takes no more, only reads.
async fn upwards<C: AsyncRead, A: AsyncWrite>(
    mut from: ReadHalf<C>,
    mut to: WriteHalf<A>,
    counter: &AtomicU64,
) -> std::io::Result<()> {
    let mut buffer = vec![0_u8; UP_BUFFER];
    let mut open = true;
    loop {
        let read = from.read(&mut buffer).await?;
        if read == 0 {
            return if open { to.shutdown().await } else { Ok(()) };
        }
        if open {
            counter.fetch_add(read as u64, Ordering::Relaxed);
            let written = async {
                to.write_all(&buffer[..read]).await?;
                to.flush().await
            };
            open = written.await.is_ok();
        }
    }
}

/// Copies to the user. `Some`: we end it, and a close frame may be written now.
async fn downwards<A: AsyncRead, C: AsyncWrite>(
    mut from: ReadHalf<A>,
    to: &mut WriteHalf<C>,
    counter: &AtomicU64,
    stop: impl Future<Output = Close>,
) -> Option<Close> {
    let mut frames = FrameTracker::default();
    let mut buffer = vec![0_u8; DOWN_BUFFER];
    // Shared, because it is asked again after it has been answered.
    let stop = stop.shared();
    loop {
        let read = tokio::select! {
            biased;
            close = stop.clone() => return finish(from, to, &mut frames, close, &mut buffer).await,
            read = from.read(&mut buffer) => read,
        };
        let read = match read {
            Ok(read) if read > 0 => read,
            // The agent is gone: its slot was killed (then `stop` says so in a moment), or it restarts.
            _ => return after_end(&frames, stop).await,
        };
        counter.fetch_add(read as u64, Ordering::Relaxed);
        frames.pass(&buffer[..read]);
        let written = async {
            to.write_all(&buffer[..read]).await?;
            to.flush().await
        };
        tokio::select! {
            written = written => written.ok()?,
            // A user who takes nothing can't hold up the end of a session: no close frame, but an end.
            () = late(stop.clone()) => return None,
        }
    }
}

async fn late(stop: impl Future<Output = Close>) {
    stop.await;
    tokio::time::sleep(CLOSE_TIME).await;
}

/// How long a killed slot's end of file may come before the word that the session is over.
const WORD_TIME: Duration = Duration::from_millis(50);

async fn after_end(frames: &FrameTracker, stop: impl Future<Output = Close>) -> Option<Close> {
    if !frames.at_boundary() || frames.has_closed() {
        return None;
    }
    tokio::time::timeout(WORD_TIME, stop).await.ok().or(Some(Close::GoingAway))
}

/// Lets the frame under way end.
async fn finish<A: AsyncRead, C: AsyncWrite>(
    mut from: ReadHalf<A>,
    to: &mut WriteHalf<C>,
    frames: &mut FrameTracker,
    close: Close,
    buffer: &mut [u8],
) -> Option<Close> {
    let ending = async {
        while !frames.at_boundary() {
            let read = from.read(buffer).await.ok().filter(|read| *read > 0)?;
            let used = frames.finish_frame(&buffer[..read]);
            to.write_all(&buffer[..used]).await.ok()?;
        }
        (!frames.has_closed()).then_some(close)
    };
    tokio::time::timeout(CLOSE_TIME, ending).await.ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{DuplexStream, duplex};
    use tokio::sync::oneshot;

    struct Ends {
        user: DuplexStream,
        agent: DuplexStream,
        stop: oneshot::Sender<Close>,
        meter: std::sync::Arc<Meter>,
        done: tokio::task::JoinHandle<()>,
    }

    #[allow(clippy::disallowed_methods, reason = "a test joins its task itself")]
    fn start() -> Ends {
        let (user, client) = duplex(1 << 20);
        let (agent, agent_far) = duplex(1 << 20);
        let (stop, stopped) = oneshot::channel();
        let meter = std::sync::Arc::new(Meter::default());
        let counted = meter.clone();
        let done = tokio::spawn(async move {
            let stop = async { stopped.await.unwrap_or(Close::GoingAway) };
            pump(client, agent_far, &counted, stop).await;
        });
        Ends { user, agent, stop, meter, done }
    }

    async fn rest(mut stream: DuplexStream) -> Vec<u8> {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.expect("read");
        bytes
    }

    #[tokio::test]
    async fn bytes_pass_both_ways_and_are_counted() {
        let mut ends = start();
        ends.user.write_all(b"keys").await.expect("write");
        let mut keys = [0; 4];
        ends.agent.read_exact(&mut keys).await.expect("read");
        ends.agent.write_all(&[0x82, 2, 7, 7]).await.expect("write");
        let mut output = [0; 4];
        ends.user.read_exact(&mut output).await.expect("read");
        assert_eq!((&keys, output), (b"keys", [0x82, 2, 7, 7]));
        assert_eq!(ends.meter.read(), (4, 4, 0));
    }

    #[tokio::test]
    async fn a_release_ends_with_its_code_after_the_frame_under_way() {
        let mut ends = start();
        ends.agent.write_all(&[0x82, 3, 1]).await.expect("write");
        let mut begun = [0; 3];
        ends.user.read_exact(&mut begun).await.expect("read");
        ends.stop.send(Close::Released).expect("stop");
        ends.agent.write_all(&[2, 3, 0x82, 1, 9]).await.expect("write");
        let expected = [&[2, 3][..], &close_frame(4410, "session closed")].concat();
        assert_eq!(rest(ends.user).await, expected);
        ends.done.await.expect("pump");
    }

    #[tokio::test]
    async fn an_agent_that_never_ends_its_frame_is_cut_off() {
        let mut ends = start();
        ends.agent.write_all(&[0x82, 3, 1]).await.expect("write");
        let mut begun = [0; 3];
        ends.user.read_exact(&mut begun).await.expect("read");
        ends.stop.send(Close::Released).expect("stop");
        assert_eq!(rest(ends.user).await, b"");
        ends.done.await.expect("pump");
    }

    #[tokio::test]
    async fn a_user_who_leaves_first_ends_both_sides() {
        let mut ends = start();
        ends.user.shutdown().await.expect("shutdown");
        let mut rest_of_keys = Vec::new();
        ends.agent.read_to_end(&mut rest_of_keys).await.expect("read");
        drop(ends.agent);
        ends.done.await.expect("pump");
        assert_eq!(rest(ends.user).await, close_frame(1001, "server going away"));
    }

    #[tokio::test]
    async fn an_agent_that_goes_away_lets_the_user_come_back() {
        let ends = start();
        drop(ends.agent);
        assert_eq!(rest(ends.user).await, close_frame(1001, "server going away"));
        drop(ends.stop);
    }

    #[tokio::test]
    async fn a_user_who_reads_nothing_does_not_hold_up_the_end() {
        let mut ends = start();
        let filler = frame_of(4 << 20);
        // Ends only when nothing more fits anywhere.
        let stuck = tokio::time::timeout(Duration::from_millis(200), ends.agent.write_all(&filler)).await;
        assert!(stuck.is_err(), "there is no room for all of it");
        ends.stop.send(Close::Released).expect("stop");
        ends.done.await.expect("pump");
        drop(ends.user);
    }

    fn frame_of(length: u64) -> Vec<u8> {
        let mut frame = vec![0x82, 127];
        frame.extend(length.to_be_bytes());
        frame.resize(10 + usize::try_from(length).expect("fits"), 0);
        frame
    }
}
