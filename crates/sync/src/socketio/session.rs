//! One document over Socket.IO: the room's frames as y-socket.io's events.
//!
//! | event | from | with |
//! |---|---|---|
//! | `sync-step-1` | both | a state vector; acknowledged with the update that its sender lacks |
//! | `sync-update` | both | an update |
//! | `awareness-update` | both | awareness entries |
//! | `token` | clients | a newer token; answered by `authenticated` or `denied` |
//! | `authenticated` | the server | `read-write` or `readonly` |
//! | `denied` | the server | why something was not taken |
//! | `saved` | the server, if the client's `auth` has `saved: true` | how many of its updates are on disk |
//! | `closed` | the server | a close code and its reason; the client is not to come back by itself |

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt as _;
use socketioxide::ack::AckStream;
use socketioxide::extract::{AckSender, SocketRef};
use socketioxide::{SendError, SocketError};
use tokio_util::sync::CancellationToken;

use super::Front;
use super::inbox::{Event, Events};
use super::names::Named;
use super::visit::Visit;
use crate::door::{self, Link, PING, Pass};
use crate::room::{CloseCode, LAG_MAX};
use crate::wire::{self, Message};

/// Questions under way, in either direction. Clients ask once, or every few seconds.
const QUESTIONS_MAX: usize = 16;
/// Between two looks at a queue that the library fills and empties by itself.
const FULL_PAUSE: Duration = Duration::from_millis(10);

/// What is known of a socket before it is connected.
pub(super) struct Opening {
    pub(super) pass: Pass,
    pub(super) events: Events,
    pub(super) gone: CancellationToken,
    pub(super) wants_saved: bool,
    pub(super) named: Named,
}

/// A document's connection.
pub(super) struct Session {
    pub(super) front: Arc<Front>,
    pub(super) visit: Arc<Visit>,
    pub(super) socket: SocketRef,
}

/// The conversation's state.
#[derive(Default)]
struct Talk {
    /// Our questions, in order.
    asked: VecDeque<Question>,
    /// The client's.
    answers: VecDeque<AckSender>,
    /// A frame that found the queue full, and how often.
    stuck: Option<(Bytes, u32)>,
}

/// Why the conversation ends.
enum End {
    /// The socket is gone.
    Gone,
    Code(CloseCode),
}

impl Session {
    pub(super) async fn run(self, opening: Opening) {
        let Opening { mut pass, mut events, gone, wants_saved, named } = opening;
        let end = match self.front.door.join(&pass, wants_saved).await {
            Some(link) => self.carry(link, &mut pass, &mut events, &gone).await,
            None => End::Code(CloseCode::Restart),
        };
        if let End::Code(code) = end {
            self.close(code).await;
        }
        let _ = self.socket.disconnect();
        // Only now: the namespace goes with the last of its sockets.
        drop(named);
    }

    /// Some ends are the client's to mend by connecting anew; a client does so only when its line is cut.
    async fn close(&self, code: CloseCode) {
        match code {
            CloseCode::Restart | CloseCode::Lagging | CloseCode::Forbidden => {
                self.front.cut(&self.visit).await;
            }
            CloseCode::BadFrame | CloseCode::Unauthenticated | CloseCode::Deleted => {
                let _ = self.socket.emit("closed", &(code as u16, door::reason(code)));
            }
        }
    }

    async fn carry(
        &self,
        mut link: Link,
        pass: &mut Pass,
        events: &mut Events,
        gone: &CancellationToken,
    ) -> End {
        let door = &self.front.door;
        let mut talk = Talk::default();
        let mut revoked = door.revoked();
        let mut pings = tokio::time::interval(PING);
        let end = loop {
            let is_free = talk.stuck.is_none();
            tokio::select! {
                code = &mut link.closed => break End::Code(code.unwrap_or(CloseCode::Restart)),
                () = gone.cancelled() => break End::Gone,
                () = door.shutdown().requested() => break End::Code(CloseCode::Restart),
                Some(frame) = link.frames.recv(), if is_free => {
                    if let Err(end) = self.send(frame, 0, &mut talk) {
                        break end;
                    }
                }
                () = tokio::time::sleep(FULL_PAUSE), if !is_free => {
                    if let Some((frame, times)) = talk.stuck.take()
                        && let Err(end) = self.send(frame, times + 1, &mut talk)
                    {
                        break end;
                    }
                }
                answer = next_answer(&mut talk.asked) => {
                    if let Err(end) = take_answer(&link, answer).await {
                        break end;
                    }
                }
                event = events.next() => {
                    let Ok(event) = event else { break End::Code(CloseCode::BadFrame) };
                    // An answer that was here before the event must be heard before it: the event may build on it.
                    let taken = match next_answer(&mut talk.asked).now_or_never() {
                        Some(answer) => take_answer(&link, answer).await,
                        None => Ok(()),
                    };
                    let heard = match taken {
                        Ok(()) => self.hear(&link, event, pass, &mut talk).await,
                        Err(end) => Err(end),
                    };
                    if let Err(end) = heard {
                        break end;
                    }
                }
                Ok(()) = revoked.changed() => {
                    if door.is_over(pass) {
                        break End::Code(CloseCode::Unauthenticated);
                    }
                }
                _ = pings.tick() => {
                    if door.is_over(pass) {
                        break End::Code(CloseCode::Unauthenticated);
                    }
                }
            }
        };
        link.room.leave().await;
        end
    }

    /// A client's event, as a frame for the room.
    async fn hear(&self, link: &Link, event: Event, pass: &mut Pass, talk: &mut Talk) -> Result<(), End> {
        let frame = match event {
            Event::Step1(vector, answer) => {
                if talk.answers.len() >= QUESTIONS_MAX {
                    return Err(End::Code(CloseCode::BadFrame));
                }
                talk.answers.extend(answer);
                wire::step1(&vector)
            }
            Event::Update(update) => wire::update(&update),
            Event::Awareness(entries) => wire::awareness(&entries),
            Event::Token(token) => {
                let renewed = self.front.door.renew(pass, &token).await;
                let sent = match &renewed {
                    Ok(()) => self.socket.emit("authenticated", role(pass)),
                    Err(problem) => self.socket.emit("denied", &problem.message),
                };
                // A full queue loses the answer, not the renewal.
                return sent.or(Ok(()));
            }
        };
        if link.room.frame(frame).await { Ok(()) } else { Err(End::Code(CloseCode::Restart)) }
    }

    /// A room's frame, as an event; or into `stuck`, if the queue is full.
    fn send(&self, frame: Bytes, times: u32, talk: &mut Talk) -> Result<(), End> {
        match self.emit(&frame, talk) {
            Ok(()) => Ok(()),
            Err(SendError::Socket(SocketError::InternalChannelFull)) => {
                if FULL_PAUSE * times > LAG_MAX {
                    return Err(End::Code(CloseCode::Lagging));
                }
                talk.stuck = Some((frame, times));
                Ok(())
            }
            Err(_) => Err(End::Gone),
        }
    }

    fn emit(&self, frame: &Bytes, talk: &mut Talk) -> Result<(), SendError> {
        let socket = &self.socket;
        match (frame.first().copied(), wire::read(frame.clone())) {
            (_, Ok(Message::Step1(vector))) => {
                // The oldest would be answered first; a client with so many open questions answers none.
                if talk.asked.len() < QUESTIONS_MAX {
                    talk.asked.push_back(Box::pin(socket.emit_with_ack("sync-step-1", &vector)?));
                }
                Ok(())
            }
            (_, Ok(Message::Step2(update))) => {
                let Some(answer) = talk.answers.pop_front() else {
                    return socket.emit("sync-update", &update);
                };
                // An answer can't be tried twice; as an update it does the same.
                answer.send(&update).or_else(|_| socket.emit("sync-update", &update))
            }
            (_, Ok(Message::Update(update))) => socket.emit("sync-update", &update),
            (_, Ok(Message::Awareness(entries))) => socket.emit("awareness-update", &entries),
            (Some(wire::AUTH), Ok(Message::Token(reason))) => {
                socket.emit("denied", &*String::from_utf8_lossy(&reason))
            }
            (Some(wire::SAVED), _) => {
                let mut reader = wire::Reader::new(frame.slice(1..));
                reader.number().map_or(Ok(()), |count| socket.emit("saved", &count))
            }
            _ => Ok(()),
        }
    }
}

pub(super) const fn role(pass: &Pass) -> &'static str {
    if pass.writes { "read-write" } else { "readonly" }
}

type Question = Pin<Box<AckStream<Bytes>>>;
type Answer = Result<Bytes, socketioxide::AckError>;

/// The next answer to a question of ours; never, without one.
async fn next_answer(asked: &mut VecDeque<Question>) -> Answer {
    let Some(first) = asked.front_mut() else { return std::future::pending().await };
    let answer = first.as_mut().await;
    asked.pop_front();
    answer
}

async fn take_answer(link: &Link, answer: Answer) -> Result<(), End> {
    // Without it what the client has written before can't be told from what it will send again.
    let update = answer.map_err(|_| End::Code(CloseCode::Lagging))?;
    if link.room.frame(wire::step2(&update)).await { Ok(()) } else { Err(End::Code(CloseCode::Restart)) }
}
