//! Which thread runs on which processor, where the system lets us choose.

use std::collections::BTreeSet;
use std::fs;

use serde::{Deserialize, Serialize};

/// How the threads of a measurement lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Placement {
    /// Each thread has a processor of its own, and maptrace's threads have others.
    Apart,
    /// Each thread has a processor of its own, and maptrace's threads have none left for themselves.
    Pinned,
    /// There are more threads than processors, or they cannot be pinned: the system decides.
    Free,
}

/// Where the threads of one process are to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) placement: Placement,
    /// For each measured thread, if it is to be pinned.
    workers: Vec<usize>,
    /// For all other threads of the process.
    others: Vec<usize>,
}

impl Plan {
    /// For `threads` measured threads on this machine.
    pub(crate) fn of_this_machine(threads: usize) -> Self {
        Self::new(threads, &allowed(), &siblings)
    }

    /// `siblings` says which processors share a core with one, itself included.
    fn new(threads: usize, allowed: &[usize], siblings: &dyn Fn(usize) -> BTreeSet<usize>) -> Self {
        if threads == 0 || threads > allowed.len() {
            return Self {
                placement: Placement::Free,
                workers: Vec::new(),
                others: Vec::new(),
            };
        }
        // The last ones: interrupts tend to be on the first. One of each core before the second of any.
        let (mut firsts, mut seconds, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
        for &cpu in allowed.iter().rev() {
            let known = seen.contains(&cpu);
            seen.extend(siblings(cpu));
            if known { seconds.push(cpu) } else { firsts.push(cpu) }
        }
        firsts.extend(seconds);
        let workers = firsts[..threads].to_vec();
        let taken: BTreeSet<usize> = workers.iter().flat_map(|&cpu| siblings(cpu)).collect();
        let others: Vec<usize> = allowed.iter().copied().filter(|cpu| !taken.contains(cpu)).collect();
        let placement = if others.is_empty() {
            Placement::Pinned
        } else {
            Placement::Apart
        };
        Self {
            placement,
            workers,
            others,
        }
    }

    /// Keeps this thread, and those that it starts, off the processors of the measured ones.
    pub(crate) fn keep_off(&self) -> bool {
        self.others.is_empty() || pin(&self.others)
    }

    /// Puts this thread on the processor of the measured thread `n`.
    pub(crate) fn pin_worker(&self, n: usize) -> bool {
        self.workers.get(n).is_none_or(|&cpu| pin(&[cpu]))
    }
}

/// Processors that share a core with `cpu`.
fn siblings(cpu: usize) -> BTreeSet<usize> {
    let file = format!("/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list");
    let mut all = fs::read_to_string(file)
        .ok()
        .and_then(|list| parse_list(&list))
        .unwrap_or_default();
    all.insert(cpu);
    all
}

/// `0-3,8` as the kernel writes it.
fn parse_list(list: &str) -> Option<BTreeSet<usize>> {
    let mut all = BTreeSet::new();
    for part in list.trim().split(',').filter(|part| !part.is_empty()) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        all.extend(first.parse::<usize>().ok()?..=last.parse().ok()?);
    }
    Some(all)
}

#[cfg(target_os = "linux")]
fn allowed() -> Vec<usize> {
    use rustix::thread::{CpuSet, sched_getaffinity};
    let Ok(set) = sched_getaffinity(None) else {
        return Vec::new();
    };
    (0..CpuSet::MAX_CPU).filter(|&cpu| set.is_set(cpu)).collect()
}

#[cfg(target_os = "linux")]
fn pin(cpus: &[usize]) -> bool {
    use rustix::thread::{CpuSet, sched_setaffinity};
    let mut set = CpuSet::new();
    for &cpu in cpus {
        set.set(cpu);
    }
    sched_setaffinity(None, &set).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn allowed() -> Vec<usize> {
    Vec::new()
}

#[cfg(not(target_os = "linux"))]
fn pin(_: &[usize]) -> bool {
    false
}

/// How long this thread has waited for a processor so far, although it could have run, in nanoseconds; 0 where the system does
/// not tell.
pub(crate) fn waited() -> u64 {
    let told = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    told.split(' ')
        .nth(1)
        .and_then(|waited| waited.parse().ok())
        .unwrap_or(0)
}

/// CPU time of this process and of this thread so far, in nanoseconds.
#[cfg(unix)]
pub(crate) fn cpu_time() -> Option<(u64, u64)> {
    Some((of(rustix::time::ClockId::ProcessCPUTime), thread_cpu_time()?))
}

#[cfg(not(unix))]
pub(crate) fn cpu_time() -> Option<(u64, u64)> {
    None
}

/// CPU time of this thread so far, in nanoseconds. Costs a system call.
#[cfg(unix)]
pub(crate) fn thread_cpu_time() -> Option<u64> {
    Some(of(rustix::time::ClockId::ThreadCPUTime))
}

#[cfg(not(unix))]
pub(crate) fn thread_cpu_time() -> Option<u64> {
    None
}

#[cfg(unix)]
fn of(clock: rustix::time::ClockId) -> u64 {
    let time = rustix::time::clock_gettime(clock);
    (time.tv_sec as u64)
        .saturating_mul(1_000_000_000)
        .saturating_add(time.tv_nsec as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alone(cpu: usize) -> BTreeSet<usize> {
        BTreeSet::from([cpu])
    }

    #[test]
    fn the_collector_is_apart_while_there_are_processors_left() {
        let plan = Plan::new(1, &[0, 1], &alone);
        assert_eq!(
            plan,
            Plan {
                placement: Placement::Apart,
                workers: vec![1],
                others: vec![0]
            }
        );
        let plan = Plan::new(2, &[0, 1], &alone);
        assert_eq!(
            plan,
            Plan {
                placement: Placement::Pinned,
                workers: vec![1, 0],
                others: vec![]
            }
        );
        for allowed in [&[0, 1][..], &[]] {
            let plan = Plan::new(3, allowed, &alone);
            assert_eq!(
                plan,
                Plan {
                    placement: Placement::Free,
                    workers: vec![],
                    others: vec![]
                }
            );
        }
    }

    #[test]
    fn two_processors_of_one_core_are_not_apart() {
        let pairs = |cpu: usize| BTreeSet::from([cpu & !1, cpu | 1]);
        let plan = Plan::new(1, &[0, 1, 2, 3], &pairs);
        assert_eq!(
            plan,
            Plan {
                placement: Placement::Apart,
                workers: vec![3],
                others: vec![0, 1]
            }
        );
        // Two threads take a core each, which leaves none.
        let plan = Plan::new(2, &[0, 1, 2, 3], &pairs);
        assert_eq!(
            plan,
            Plan {
                placement: Placement::Pinned,
                workers: vec![3, 1],
                others: vec![]
            }
        );
        let plan = Plan::new(3, &[0, 1, 2, 3], &pairs);
        assert_eq!(plan.workers, [3, 1, 2]);
        assert_eq!(Plan::new(1, &[0, 1], &pairs).placement, Placement::Pinned);
    }

    #[test]
    fn the_kernels_lists_are_read() {
        assert_eq!(parse_list("0-2,7\n"), Some(BTreeSet::from([0, 1, 2, 7])));
        assert_eq!(parse_list("\n"), Some(BTreeSet::new()));
        assert_eq!(parse_list("x"), None);
    }
}
