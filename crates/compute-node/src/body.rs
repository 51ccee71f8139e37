//! The one body type, and a guard that counts, limits and times what passes.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use tokio::time::{Instant, Sleep};

/// Every body that passes through this crate.
pub type Body = axum::body::Body;

/// Why a guarded body was cut off.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// More came than may.
    #[error("the body is larger than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: u64,
    },
    /// Nothing came for too long.
    #[error("nothing of the body came for {0:?}")]
    Silent(Duration),
    /// The whole took too long.
    #[error("the body did not end in time")]
    Late,
    /// The other side broke off.
    #[error("the body broke off")]
    Broken,
}

/// What holds for a guarded body.
#[derive(Debug, Clone, Copy)]
pub struct BodyLimits {
    /// The most bytes.
    pub bytes: u64,
    /// The longest silence.
    pub silence: Duration,
    /// When all must be over.
    pub until: Instant,
}

/// Passes a body on, frame by frame, within limits. Trailers are dropped: nothing behind a proxy needs them.
pub struct Guarded<B> {
    inner: B,
    limits: BodyLimits,
    left: u64,
    /// Set when the limit was hit, so that the answer can say 413.
    overflowed: Arc<AtomicBool>,
    counter: Arc<AtomicU64>,
    deadline: Pin<Box<Sleep>>,
    ended: bool,
}

impl<B> Guarded<B> {
    /// Guards a body; its bytes are added to `counter`.
    pub fn new(inner: B, limits: BodyLimits, counter: Arc<AtomicU64>) -> Self {
        let first = limits.until.min(Instant::now() + limits.silence);
        Self {
            inner,
            limits,
            left: limits.bytes,
            overflowed: Arc::default(),
            counter,
            deadline: Box::pin(tokio::time::sleep_until(first)),
            ended: false,
        }
    }

    /// A flag that tells later whether the limit was hit.
    pub fn overflow_flag(&self) -> Arc<AtomicBool> {
        self.overflowed.clone()
    }

    fn take(&mut self, data: &Bytes) -> Result<(), BodyError> {
        let length = data.len() as u64;
        self.counter.fetch_add(length, Ordering::Relaxed);
        match self.left.checked_sub(length) {
            Some(left) => self.left = left,
            None => {
                self.overflowed.store(true, Ordering::Relaxed);
                return Err(BodyError::TooLarge { limit: self.limits.bytes });
            }
        }
        let next = self.limits.until.min(Instant::now() + self.limits.silence);
        self.deadline.as_mut().reset(next);
        Ok(())
    }

    fn late(&self) -> BodyError {
        if Instant::now() >= self.limits.until {
            BodyError::Late
        } else {
            BodyError::Silent(self.limits.silence)
        }
    }
}

impl<B> HttpBody for Guarded<B>
where
    B: HttpBody<Data = Bytes> + Unpin,
{
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = self.get_mut();
        loop {
            if this.ended {
                return Poll::Ready(None);
            }
            let Poll::Ready(frame) = Pin::new(&mut this.inner).poll_frame(cx) else {
                ready!(this.deadline.as_mut().poll(cx));
                this.ended = true;
                return Poll::Ready(Some(Err(this.late())));
            };
            let data = match frame {
                None => None,
                Some(Err(_)) => Some(Err(BodyError::Broken)),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => Some(this.take(&data).map(|()| Frame::data(data))),
                    Err(_trailers) => continue,
                },
            };
            this.ended = !matches!(data, Some(Ok(_)));
            return Poll::Ready(data);
        }
    }

    fn is_end_stream(&self) -> bool {
        self.ended || self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::{BodyExt as _, Full, StreamBody};

    fn limits(bytes: u64) -> BodyLimits {
        BodyLimits {
            bytes,
            silence: Duration::from_millis(20),
            until: Instant::now() + Duration::from_secs(60),
        }
    }

    #[tokio::test]
    async fn bytes_are_counted_and_limited() {
        let counter = Arc::new(AtomicU64::new(0));
        let body = Guarded::new(Full::new(Bytes::from_static(b"12345")), limits(5), counter.clone());
        assert_eq!(body.collect().await.expect("within").to_bytes(), "12345");
        let body = Guarded::new(Full::new(Bytes::from_static(b"123456")), limits(5), counter.clone());
        let flag = body.overflow_flag();
        assert_eq!(body.collect().await.err(), Some(BodyError::TooLarge { limit: 5 }));
        assert!(flag.load(Ordering::Relaxed));
        assert_eq!(counter.load(Ordering::Relaxed), 11);
    }

    #[tokio::test]
    async fn silence_ends_a_body() {
        let silent = StreamBody::new(futures::stream::pending::<Result<Frame<Bytes>, BodyError>>());
        let body = Guarded::new(silent, limits(5), Arc::default());
        assert_eq!(body.collect().await.err(), Some(BodyError::Silent(Duration::from_millis(20))));
    }
}
