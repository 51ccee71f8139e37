//! What y-websocket clients say, by hand: no document on this side, so that the client costs as little as it can.

/// How a server wants to be spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// y-websocket; ours too.
    Plain,
    /// Every message begins with the document's name, and the first one is a login.
    Named,
}

/// A message from a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said<'a> {
    Step1,
    Step2,
    Update(&'a [u8]),
    Awareness(&'a [u8]),
    Saved(u64),
    Other,
}

/// Marks an edit: `<`, its number, `>`.
const MARK: usize = 10;

pub(super) fn put_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(0x80 | (number & 0x7f) as u8);
        number >>= 7;
    }
    out.push(number as u8);
}

fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_number(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn number(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..56).step_by(7) {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn bytes<'a>(from: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(number(from)?).ok()?;
    let (bytes, rest) = from.split_at_checked(length)?;
    *from = rest;
    Some(bytes)
}

impl Dialect {
    fn begin(self, document: &str) -> Vec<u8> {
        let mut out = Vec::new();
        if self == Self::Named {
            put_bytes(&mut out, document.as_bytes());
        }
        out
    }

    fn sync(self, document: &str, kind: u8, body: &[u8]) -> Vec<u8> {
        let mut out = self.begin(document);
        out.extend_from_slice(&[0, kind]);
        put_bytes(&mut out, body);
        out
    }

    /// What to say before anything else.
    pub(super) fn login(self, document: &str) -> Option<Vec<u8>> {
        let mut out = self.begin(document);
        out.extend_from_slice(&[2, 0]);
        put_bytes(&mut out, b"measured");
        put_bytes(&mut out, b"4.7.0");
        (self == Self::Named).then_some(out)
    }

    /// "I have nothing."
    pub(super) fn step1(self, document: &str) -> Vec<u8> {
        self.sync(document, 0, &[0])
    }

    /// "You lack nothing."
    pub(super) fn step2(self, document: &str) -> Vec<u8> {
        self.sync(document, 1, &[0, 0])
    }

    pub(super) fn update(self, document: &str, update: &[u8]) -> Vec<u8> {
        self.sync(document, 2, update)
    }

    /// A cursor's move.
    pub(super) fn awareness(self, document: &str, client: u64, clock: u64) -> Vec<u8> {
        let state = format!(
            r##"{{"user":{{"name":"person {client}","color":"#30bced"}},"cursor":{{"anchor":{clock},"head":{clock}}}}}"##
        );
        let mut entries = vec![1];
        put_number(&mut entries, client);
        put_number(&mut entries, clock);
        put_bytes(&mut entries, state.as_bytes());
        let mut out = self.begin(document);
        out.push(1);
        put_bytes(&mut out, &entries);
        out
    }

    /// Reads a message; of one that is too large to be kept, its beginning will do.
    pub(super) fn read(self, mut message: &[u8]) -> Said<'_> {
        self.try_read(&mut message).unwrap_or(Said::Other)
    }

    fn try_read<'a>(self, message: &mut &'a [u8]) -> Option<Said<'a>> {
        if self == Self::Named {
            bytes(message)?;
        }
        Some(match number(message)? {
            // 4 is what Hocuspocus answers a step 1 with.
            0 | 4 => match number(message)? {
                0 => Said::Step1,
                1 => Said::Step2,
                2 => Said::Update(bytes(message)?),
                _ => Said::Other,
            },
            1 => Said::Awareness(bytes(message)?),
            100 if self == Self::Plain => Said::Saved(number(message)?),
            _ => Said::Other,
        })
    }
}

/// How many entries an awareness message has.
pub(super) fn entries(mut awareness: &[u8]) -> u64 {
    number(&mut awareness).unwrap_or(0)
}

/// Somebody who types at the end of a text.
#[derive(Debug)]
pub(super) struct Typist {
    client: u64,
    clock: u64,
}

impl Typist {
    pub(super) const fn new(client: u64) -> Self {
        Self { client, clock: 0 }
    }

    /// The update (version 1) that appends this ASCII text.
    pub(super) fn types(&mut self, text: &[u8]) -> Vec<u8> {
        let mut out = vec![1, 1];
        put_number(&mut out, self.client);
        put_number(&mut out, self.clock);
        if self.clock == 0 {
            // Text, into the root named "text".
            out.extend_from_slice(&[4, 1]);
            put_bytes(&mut out, b"text");
        } else {
            // Text, behind the last letter.
            out.push(0x84);
            put_number(&mut out, self.client);
            put_number(&mut out, self.clock - 1);
        }
        put_bytes(&mut out, text);
        out.push(0);
        self.clock += text.len() as u64;
        out
    }

    /// An edit with a number on it.
    pub(super) fn marked(&mut self, number: u32) -> Vec<u8> {
        self.types(format!("<{number:08}> edits").as_bytes())
    }
}

/// The numbers of the edits in an update. A server may put several into one.
pub(super) fn marks(update: &[u8]) -> impl Iterator<Item = u32> + '_ {
    update.windows(MARK).filter(|window| window[0] == b'<' && window[MARK - 1] == b'>').filter_map(|window| {
        window[1..MARK - 1].iter().try_fold(0_u32, |number, digit| {
            digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0'))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_understood() {
        for dialect in [Dialect::Plain, Dialect::Named] {
            let update = Typist::new(7).marked(42);
            assert_eq!(dialect.read(&dialect.update("do-a", &update)), Said::Update(&update));
            assert_eq!(dialect.read(&dialect.step1("do-a")), Said::Step1);
            assert_eq!(dialect.read(&dialect.step2("do-a")), Said::Step2);
            let awareness = dialect.awareness("do-a", 300, 5);
            let Said::Awareness(said) = dialect.read(&awareness) else { panic!("awareness") };
            assert_eq!(entries(said), 1);
            assert_eq!(dialect.read(&[]), Said::Other);
        }
        assert_eq!(Dialect::Plain.read(&[100, 0xac, 2]), Said::Saved(300));
    }

    #[test]
    fn marks_are_found_also_where_edits_were_merged() {
        let mut typist = Typist::new(1 << 20);
        let both = [typist.marked(5), typist.marked(99_999_999)].concat();
        assert_eq!(marks(&both).collect::<Vec<_>>(), [5, 99_999_999]);
        assert_eq!(marks(b"<0000000x> <1>").count(), 0);
    }

    #[test]
    fn updates_are_as_yjs_writes_them() {
        let mut typist = Typist::new(3);
        assert_eq!(typist.types(b"ab"), b"\x01\x01\x03\x00\x04\x01\x04text\x02ab\x00");
        assert_eq!(typist.types(b"c"), b"\x01\x01\x03\x02\x84\x03\x01\x01c\x00");
    }
}
