//! How much is told: the same thing at most once in ten minutes unless it is far worse, and so many in a minute whatever
//! happens.

use std::time::Duration;

use super::Finding;
use crate::notice::{NoticeKind, NoticeState};

/// The same kind on the same map is not told again before this.
pub(super) const AGAIN: Duration = Duration::from_secs(10 * 60);

/// But a pause that is so many times the one that was told last is: a table that doubles makes its shortest pause first,
/// and who read of that one knows nothing of what it has come to. As each is that much longer, there are few of them.
pub(super) const FAR_LONGER: u32 = 2;

/// Notices of one minute, ends not counted: nobody reads more, and a thousand maps in trouble are one trouble.
pub(super) const A_MINUTE: u32 = 30;

const MINUTE: Duration = Duration::from_secs(60);

/// By kind, what was told of one map.
#[derive(Default)]
pub(super) struct Quotas {
    by_kind: [Quota; NoticeKind::ALL.len()],
    /// The pause that was told last; of what has no pause, zero.
    pause: Duration,
}

#[derive(Clone, Copy, Default)]
struct Quota {
    told: Option<Duration>,
    /// Whether what goes on was told, so that its end is to be told as well.
    open: bool,
    suppressed: u64,
}

/// What all maps share.
#[derive(Default)]
pub(super) struct Budget {
    /// When the current minute began, and how many were told in it.
    minute: Option<(Duration, u32)>,
    told: u64,
    suppressed: u64,
}

impl Quotas {
    /// Whether to tell this one; if so, how many of its kind were held back since the last one.
    pub(super) fn grant(&mut self, finding: &Finding, now: Duration, budget: &mut Budget) -> Option<u64> {
        let &Finding { kind, state, pause, .. } = finding;
        let quota = &mut self.by_kind[kind as usize];
        if state == NoticeState::Ended {
            let told = std::mem::take(&mut quota.open);
            budget.told += u64::from(told);
            return told.then(|| std::mem::take(&mut quota.suppressed));
        }
        let far_longer = pause.is_some_and(|pause| pause >= self.pause.saturating_mul(FAR_LONGER));
        let too_soon = quota.told.is_some_and(|told| now.saturating_sub(told) < AGAIN);
        if too_soon && !far_longer || !budget.take(now) {
            quota.suppressed += 1;
            budget.suppressed += 1;
            return None;
        }
        (quota.told, quota.open) = (Some(now), state == NoticeState::Began);
        self.pause = pause.unwrap_or(self.pause);
        budget.told += 1;
        Some(std::mem::take(&mut quota.suppressed))
    }
}

impl Budget {
    fn take(&mut self, now: Duration) -> bool {
        let (began, spent) = self.minute.filter(|(began, _)| now.saturating_sub(*began) < MINUTE).unwrap_or((now, 0));
        let left = spent < A_MINUTE;
        self.minute = Some((began, spent + u32::from(left)));
        left
    }

    pub(super) fn counts(&self) -> (u64, u64) {
        (self.told, self.suppressed)
    }
}
