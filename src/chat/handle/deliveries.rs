//! The delivery of each own message that is held, as a signal of its own: a row changes, and not the list.

use leptos::prelude::*;

use leptos_chat_core::connection::Delivery;
use leptos_chat_core::fingerprint::{Numbers, fingerprint};
use leptos_chat_core::session::MessageId;

/// As many as this are never too many.
const FEW: usize = 256;

#[derive(Default)]
pub(in crate::chat) struct Deliveries {
    signals: Vec<(MessageId, ArcRwSignal<Delivery>)>,
    /// The place of each, by a number that stands for its id.
    places: Numbers,
    /// With how many it is time to look for those of messages that are gone.
    full_at: usize,
}

impl Deliveries {
    pub(in crate::chat) fn get(&self, id: MessageId) -> Option<ArcRwSignal<Delivery>> {
        let place = usize::try_from(*self.places.get(&fingerprint(id))?).ok()?;
        let (known, signal) = self.signals.get(place)?;
        (*known == id).then(|| signal.clone())
    }

    /// A message is queued. Forgets those that are not held any more, looking for them once there are twice as many as the
    /// last time.
    pub(in crate::chat) fn add(&mut self, id: MessageId, is_held: impl Fn(MessageId) -> bool) {
        self.push(id, ArcRwSignal::new(Delivery::Queued));
        if self.signals.len() >= self.full_at.max(FEW) {
            self.places.clear();
            for (other, signal) in std::mem::take(&mut self.signals) {
                if other == id || is_held(other) {
                    self.push(other, signal);
                }
            }
            self.full_at = self.signals.len() * 2;
        }
    }

    fn push(&mut self, id: MessageId, signal: ArcRwSignal<Delivery>) {
        self.places
            .insert(fingerprint(id), self.signals.len() as u64);
        self.signals.push((id, signal));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_does_not_grow_beyond_what_is_held() {
        let mut deliveries = Deliveries::default();
        for number in 0..10_000_u128 {
            deliveries.add(MessageId(number), |id| id.0 + 1_000 > number);
            assert!(deliveries.signals.len() <= 2_000, "{number}");
        }
        assert!(deliveries.get(MessageId(9_999)).is_some());
        assert!(deliveries.get(MessageId(9_001)).is_some());
        assert!(deliveries.get(MessageId(0)).is_none());
    }
}
