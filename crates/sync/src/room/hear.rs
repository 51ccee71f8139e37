//! What a client says, and what becomes of it.

use bytes::Bytes;

use super::doc::{DocError, read_vector};
use super::{ClientId, CloseCode, Effect, Origin, Room};
use crate::wire::{self, Message};

impl Room {
    /// A frame of a client's.
    pub fn frame(&mut self, client: ClientId, frame: &Bytes, out: &mut Vec<Effect>) {
        let Some(held) = self.clients.get(&client) else { return };
        let writes = held.writes;
        let result = match wire::read(frame.clone()) {
            Ok(Message::Step1(vector)) => self.answer(client, &vector, out),
            Ok(Message::Step2(update)) if writes => self.complete(client, &update, out),
            Ok(Message::Update(update)) if writes => self.update(client, &update, out),
            Ok(Message::Step2(update)) => self.read_only(client, &update, out),
            Ok(Message::Update(_)) => {
                self.deny(client, out);
                Ok(())
            }
            Ok(Message::Awareness(entries)) => {
                if self.awareness.take(client, &held.person, entries).is_err() {
                    self.close(client, CloseCode::BadFrame, out);
                }
                Ok(())
            }
            Ok(Message::QueryAwareness) => {
                out.extend(self.awareness.all().map(|all| Effect::Send(client, wire::awareness(&all))));
                Ok(())
            }
            // Tokens are the transport's matter.
            Ok(Message::Token(_) | Message::Unknown(_)) => Ok(()),
            Err(_) => {
                self.close(client, CloseCode::BadFrame, out);
                Ok(())
            }
        };
        self.settle(result, client, out);
    }

    fn deny(&self, client: ClientId, out: &mut Vec<Effect>) {
        out.push(Effect::Send(client, wire::denied("you may read this document, not write it")));
    }

    /// Everybody answers a step 1, readers too: what we know already is no attempt to write.
    fn read_only(&mut self, client: ClientId, update: &Bytes, out: &mut Vec<Effect>) -> Result<(), DocError> {
        if update.as_ref() != [0, 0] && self.doc.lacks(update)? {
            self.deny(client, out);
        } else {
            self.owe(Origin::Client(client), out);
        }
        Ok(())
    }

    fn complete(&mut self, id: ClientId, update: &Bytes, out: &mut Vec<Effect>) -> Result<(), DocError> {
        let edited = self.edit(update, Some(id), out);
        let Some(client) = self.clients.get_mut(&id) else { return edited };
        client.is_ahead = matches!(edited, Err(DocError::Missing { .. }));
        if client.is_ahead {
            // Nothing is owed for it yet: not all of it is in the document.
            return Ok(());
        }
        edited?;
        client.is_complete = true;
        for _ in 0..=std::mem::take(&mut client.early) {
            self.owe(Origin::Client(id), out);
        }
        Ok(())
    }

    fn update(&mut self, id: ClientId, update: &Bytes, out: &mut Vec<Effect>) -> Result<(), DocError> {
        if let Some(client) = self.clients.get_mut(&id)
            && !client.is_complete
        {
            client.early += 1;
            return Ok(());
        }
        match self.edit(update, Some(id), out) {
            Err(DocError::Missing { vector, .. }) => {
                // A client that is sound never does this. Its next step 2 has everything.
                if let Some(client) = self.clients.get_mut(&id) {
                    client.is_complete = false;
                    client.early += 1;
                    out.push(Effect::Send(id, wire::step1(&vector)));
                }
                Ok(())
            }
            other => {
                other?;
                self.owe(Origin::Client(id), out);
                Ok(())
            }
        }
    }

    fn settle(&mut self, result: Result<(), DocError>, client: ClientId, out: &mut Vec<Effect>) {
        match result {
            Ok(()) | Err(DocError::Missing { .. }) => {}
            Err(
                DocError::Malformed
                | DocError::TooManyTypes
                | DocError::Stack(_)
                | DocError::Decode(_)
                | DocError::Vector(_),
            ) => self.close(client, CloseCode::BadFrame, out),
            Err(DocError::Apply(_)) => {
                self.close(client, CloseCode::BadFrame, out);
                self.fail(out);
            }
        }
    }

    fn answer(&mut self, client: ClientId, vector: &Bytes, out: &mut Vec<Effect>) -> Result<(), DocError> {
        let has = read_vector(vector)?;
        let Some(held) = self.clients.get_mut(&client) else { return Ok(()) };
        if let Some(lag) = &mut held.lag {
            lag.has = has;
            return Ok(());
        }
        held.base = Some(has.clone());
        self.unsettled = true;
        // Whoever asks again, wants both to be sure.
        if held.is_complete {
            out.push(Effect::Send(client, wire::step1(&self.doc.vector_bytes())));
        }
        for frame in self.joiners.frames(&self.doc, vector, &has) {
            out.push(Effect::Send(client, frame));
        }
        Ok(())
    }
}
