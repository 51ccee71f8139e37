//! Where a document's updates lie, in their order. A long log has millions, and what looks at each of them on the
//! journal's thread holds up everybody's commits: so they are kept in pieces, which are shared with who reads the document,
//! and of which is known whether all of one lies in the same segment.

use std::collections::VecDeque;
use std::sync::Arc;

use super::index::Place;

/// Places of a piece, 16 kB: so much is copied when an update comes while somebody reads.
const PIECE: usize = 1_024;

/// The places. Clones share them.
#[derive(Debug, Clone, Default)]
pub(super) struct Places {
    /// All but the last are full.
    pieces: VecDeque<Piece>,
    /// Places of the first piece that are no longer of this.
    gone: usize,
    length: usize,
}

#[derive(Debug, Clone)]
struct Piece {
    places: Arc<Vec<Place>>,
    /// Of the updates that are still of this.
    bytes: u64,
    /// The segment, if it is one for all.
    segment: Option<u32>,
}

impl Places {
    pub(super) const fn len(&self) -> usize {
        self.length
    }

    pub(super) fn push(&mut self, place: Place) {
        self.length += 1;
        match self.pieces.back_mut().filter(|piece| piece.places.len() < PIECE) {
            Some(piece) => {
                Arc::make_mut(&mut piece.places).push(place);
                piece.bytes += u64::from(place.length);
                piece.segment = piece.segment.filter(|segment| *segment == place.segment);
            }
            None => self.pieces.push_back(Piece {
                places: Arc::new(vec![place]),
                bytes: u64::from(place.length),
                segment: Some(place.segment),
            }),
        }
    }

    /// Puts another place there; says which was.
    pub(super) fn replace(&mut self, at: usize, place: Place) -> Option<Place> {
        let at = at.checked_add(self.gone).filter(|_| at < self.length)?;
        let piece = self.pieces.get_mut(at / PIECE)?;
        let before = std::mem::replace(Arc::make_mut(&mut piece.places).get_mut(at % PIECE)?, place);
        piece.bytes = piece.bytes + u64::from(place.length) - u64::from(before.length);
        // Carried on from the first to the last: then it is one segment again.
        let is_last = at % PIECE + 1 == piece.places.len();
        let is_one = || piece.places.iter().all(|other| other.segment == place.segment);
        let stays = piece.segment == Some(place.segment);
        piece.segment = (stays || is_last && is_one()).then_some(place.segment);
        Some(before)
    }

    /// Takes so many off the front; tells of which segments how many, and how many bytes.
    pub(super) fn leave(&mut self, mut count: usize, mut told: impl FnMut(u32, u32, u64)) {
        while count > 0
            && let Some(piece) = self.pieces.front_mut()
        {
            let held = piece.places.len() - self.gone;
            let going = held.min(count);
            if let Some(segment) = piece.segment.filter(|_| going == held) {
                told(segment, held as u32, piece.bytes);
            } else {
                for place in &piece.places[self.gone..self.gone + going] {
                    told(place.segment, 1, u64::from(place.length));
                    piece.bytes -= u64::from(place.length);
                }
            }
            self.length -= going;
            count -= going;
            self.gone += going;
            if going == held {
                self.pieces.pop_front();
                self.gone = 0;
            }
        }
        if self.pieces.is_empty() {
            self.pieces = VecDeque::new();
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Place> {
        self.pieces.iter().flat_map(|piece| piece.places.iter()).skip(self.gone)
    }

    /// Those in one segment, with their place in the order.
    pub(super) fn within(&self, segment: u32) -> impl Iterator<Item = (usize, &Place)> {
        let may_hold = move |piece: &Piece| piece.segment.is_none_or(|one| one == segment);
        let pieces = self.pieces.iter().enumerate().filter(move |(_, piece)| may_hold(piece));
        let places = pieces.flat_map(|(at, piece)| (at * PIECE..).zip(piece.places.iter()));
        let places = places.filter(move |(at, place)| *at >= self.gone && place.segment == segment);
        places.map(|(at, place)| (at - self.gone, place))
    }

    /// Bytes of those in one segment.
    pub(super) fn bytes_within(&self, segment: u32) -> u64 {
        let of_piece = |(at, piece): (usize, &Piece)| match piece.segment {
            Some(one) if one == segment => piece.bytes,
            Some(_) => 0,
            None => {
                let gone = if at == 0 { self.gone } else { 0 };
                let here = piece.places[gone..].iter().filter(|place| place.segment == segment);
                here.map(|place| u64::from(place.length)).sum()
            }
        };
        self.pieces.iter().enumerate().map(of_piece).sum()
    }
}

#[cfg(test)]
mod tests {
    use carrel_service::Random;

    use super::*;

    fn place(random: &Random, segment: u32) -> Place {
        let number = random.below(1 << 20) as u32;
        Place { segment, offset: number, length: number % 90, checksum: number }
    }

    #[test]
    fn they_are_as_a_plain_list_would_be() {
        for seed in 0..20 {
            let random = Random::seeded(seed);
            let (mut places, mut plain) = (Places::default(), VecDeque::new());
            let mut readers = Vec::new();
            for round in 0..300_u32 {
                let segment = 1 + round / 20;
                for _ in 0..random.below(40) {
                    let place = place(&random, segment);
                    places.push(place);
                    plain.push_back(place);
                }
                if random.below(8) == 0 {
                    let count = random.below(plain.len() as u64 + 3) as usize;
                    let mut told = Vec::new();
                    places.leave(count, |segment, count, bytes| told.push((segment, count, bytes)));
                    let gone: Vec<Place> = plain.drain(..count.min(plain.len())).collect();
                    for segment in 1..=segment {
                        let of_it = told.iter().filter(|(of, ..)| *of == segment);
                        let sums =
                            of_it.fold((0, 0), |sums, (_, count, bytes)| (sums.0 + count, sums.1 + bytes));
                        let wanted = gone.iter().filter(|place| place.segment == segment);
                        let wanted =
                            wanted.fold((0, 0), |sums, place| (sums.0 + 1, sums.1 + u64::from(place.length)));
                        assert_eq!(sums, wanted, "seed {seed}");
                    }
                }
                if random.below(10) == 0 {
                    readers.push((places.clone(), plain.clone()));
                }
                // The oldest segment's are carried on, as the journal does.
                if let Some(oldest) =
                    plain.front().map(|place| place.segment).filter(|_| random.below(6) == 0)
                {
                    let moving: Vec<usize> = places.within(oldest).map(|(at, _)| at).take(70).collect();
                    for at in moving {
                        let fresh = place(&random, segment);
                        assert_eq!(places.replace(at, fresh), Some(std::mem::replace(&mut plain[at], fresh)));
                    }
                }
                assert_eq!(places.len(), plain.len());
                let looked_for = 1 + random.below(u64::from(segment)) as u32;
                let of_it = plain.iter().enumerate().filter(|(_, place)| place.segment == looked_for);
                assert!(places.within(looked_for).eq(of_it.clone()), "seed {seed}");
                let bytes: u64 = of_it.map(|(_, place)| u64::from(place.length)).sum();
                assert_eq!(places.bytes_within(looked_for), bytes, "seed {seed}");
            }
            assert!(places.iter().eq(&plain) && places.replace(plain.len(), place(&random, 1)).is_none());
            for (read, wanted) in readers {
                assert!(read.iter().eq(&wanted), "seed {seed}: what somebody reads does not change");
            }
        }
    }
}
