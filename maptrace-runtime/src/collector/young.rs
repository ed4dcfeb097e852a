//! What the collector reads of maps without a record of their own.

use std::sync::atomic::Ordering;

use super::draining::{Owner, adopt};
use super::{Core, site_of, tell_young};
use crate::event::{OPS, Promotion, YoungWord, id_of};
use crate::hub::{Hub, count_shared};
use crate::registry::{drained, known, record};
use crate::table::CLASSES;
use crate::testing::Event;
use crate::thread::Producer;

impl Core {
    /// One began or ended, of the site whose record has this id.
    pub(super) fn read_young(&mut self, producer: &Producer, owner: Owner, head: u64) {
        let id = id_of(head);
        if !YoungWord::is_sound(head) {
            self.damaged += 1;
            return;
        }
        let word = YoungWord::of(head);
        match owner {
            Owner::This if self.has_tally(site_of(id)) => {
                self.tally(site_of(id)).young(word);
                tell_young(producer.hub, &self.tallies, site_of(id));
            }
            Owner::This => count_untold(producer.hub, id, word),
            // Used on a thread of another hub than that whose map it is.
            Owner::Other(other) => count_untold(other, id, word),
            // The record of a site is always somebody's.
            Owner::Nobody => {}
            Owner::Parent => {
                self.forked += 1;
                return;
            }
        }
        self.delivered += 1;
        if matches!(word, YoungWord::Begin { .. })
            && let Some(captured) = &mut self.captured
        {
            captured.events.push(Event::create(site_of(id), 0, producer.number()));
        }
    }

    /// One of those that the record `id` has was given its own, and takes along what it did so far.
    pub(super) fn read_promotion(&mut self, hub: &Hub, owner: Owner, id: u32, promotion: Promotion) {
        if !matches!(owner, Owner::This) {
            // A thread writes it for its own hub; of a parent's it may be left in the ring.
            self.forked += 1;
            return;
        }
        let own = known(promotion.id).is_some_and(|own| own.owner.load(Ordering::Acquire) == hub.number);
        if !own || promotion.class as usize >= CLASSES.len() {
            self.damaged += 1;
            return;
        }
        self.delivered += 1;
        if self.has_tally(site_of(id)) {
            self.tally(site_of(id)).young_promoted(promotion.class);
            tell_young(hub, &self.tallies, site_of(id));
        } else {
            let [made, _] = record(id).past_cap();
            made.fetch_sub(1, Ordering::Relaxed);
            hub.untold.add(site_of(id), promotion.class, -1);
        }
        for op in 0..OPS {
            let n = u64::from(promotion.counts[op]);
            drained(id).add(op, n.wrapping_neg());
            drained(promotion.id).add(op, n);
        }
        adopt(hub, promotion.id);
        // Release: whoever sees this finds the counts moved; all who look are the collector.
        record(promotion.id).moving.store(0, Ordering::Release);
    }
}

/// Counts that one began or ended, of the site of `hub` whose record has this id, as its thread does if it cannot tell.
fn count_untold(hub: &Hub, id: u32, word: YoungWord) {
    match word {
        YoungWord::Begin { class, grew } => {
            count_shared(record(id), true);
            hub.untold.add(site_of(id), class, 1);
            record(id).grows.fetch_add(u64::from(grew), Ordering::Relaxed);
        }
        YoungWord::End { class, entries } => {
            count_shared(record(id), false);
            hub.untold.add(site_of(id), class, -1);
            record(id).lost.fetch_add(u64::from(entries), Ordering::Relaxed);
        }
    }
}
