//! L1: the wait list: who waits, in what order, how one leaves.
//!
//! A waiter is a node inside the future that waits; the queue owns no memory. The nodes form a
//! ring, doubly linked, so one word is enough to find both ends: `head` is the front waiter, its
//! `prev` the back one. The lowest bit of that word is the queue's own lock, held for a handful of
//! pointer moves and never while foreign code (a waker) runs.
//!
//! What may touch a [`Waiter`], by its [`Status`]:
//!
//! | status | the node is | links and waker belong to | goes to |
//! |---|---|---|---|
//! | `Idle` | not in a queue | the future | `Waiting`: [`LockedQueue::push_back`] |
//! | `Waiting` | in the ring | whoever holds the queue's lock | `Called`, `Bearer`: [`LockedQueue::call_front`], [`LockedQueue::call_run`]; `Idle`: [`LockedQueue::remove`] |
//! | `Called` | out of the ring, woken | the future | `Waiting`: [`LockedQueue::push_front`]; `Idle` |
//! | `Bearer` | as `Called`, and answers for the lock's `WOKEN_BIT` | the future | as `Called` |
//!
//! The step out of `Waiting` is a store with `Release`, the last touch of the node by the one who
//! calls; the future reads it with `Acquire` and owns the node from there on.
#![allow(unsafe_code)]

use core::{mem::MaybeUninit, ptr, task::Waker};

use crate::{
    lookout::{COUNTS, Lookout},
    sync::{AtomicPtr, AtomicU8, BATCH, Ordering, UnsafeCell, const_fn, relax},
    waking::wake,
};

/// How a waiter wants the lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    /// Alone.
    Exclusive,
    /// Beside other readers.
    Shared,
    /// Beside readers, as the only one who may become exclusive.
    Upgradable,
    /// Alone; it has the upgradable hold and waits for the readers to leave.
    Upgrade,
}

/// See the table above.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Status {
    Idle,
    Waiting,
    Called,
    Bearer,
}

struct Links {
    prev: *const Waiter,
    next: *const Waiter,
}

/// The node of the wait list, embedded in a future.
///
/// Aligned so that the three lowest bits of its address are free for the queue's word.
/// In this order, so that a new one is written in one step: with `wants`, all of it is known.
#[repr(C, align(8))]
pub(crate) struct Waiter {
    status: AtomicU8,
    wants: Wants,
    /// Whether it keeps watch. The owner's alone.
    pub(crate) lookout: Lookout,
    links: UnsafeCell<MaybeUninit<Links>>,
    /// There while the node is `Waiting`.
    waker: UnsafeCell<MaybeUninit<Waker>>,
}

// SAFETY: a node is reached from other threads through the ring only, that is under the queue's
// lock; the status is atomic, and `Waker` is `Send + Sync`. Without this no lock future could move
// to another thread before it is polled.
unsafe impl Send for Waiter {}
// SAFETY: as above; through `&Waiter` alone others reach only the atomic status. The cells of the
// lookout are touched by a poll of the future, which has it exclusively.
unsafe impl Sync for Waiter {}

impl Waiter {
    #[inline(always)]
    pub(crate) fn new(wants: Wants) -> Self {
        Self {
            links: UnsafeCell::new(MaybeUninit::uninit()),
            waker: UnsafeCell::new(MaybeUninit::uninit()),
            status: AtomicU8::new(Status::Idle as u8),
            wants,
            lookout: Lookout::new(),
        }
    }

    #[inline(always)]
    pub(crate) fn status(&self) -> Status {
        // ORDERING: Acquire, with the Release stores in `call_front` and below: what was done to this node
        // before it was called is seen by its owner.
        // (There are four: with the mask the compiler sees that nothing is to be translated.)
        match self.status.load(Ordering::Acquire) & 3 {
            0 => Status::Idle,
            1 => Status::Waiting,
            2 => Status::Called,
            _ => Status::Bearer,
        }
    }

    /// Back to `Idle`, for the owner of a node that is out of the ring.
    pub(crate) fn rest(&self) {
        debug_assert_ne!(self.status(), Status::Waiting, "a queued waiter can't rest");
        self.set(Status::Idle);
    }

    fn set(&self, status: Status) {
        // ORDERING: Release, for the owner's Acquire load in `status`.
        self.status.store(status as u8, Ordering::Release);
    }

    /// # Safety
    /// The caller holds the lock of the queue this node is in or about to join, or owns the node.
    unsafe fn links<R>(&self, f: impl FnOnce(&mut MaybeUninit<Links>) -> R) -> R {
        // SAFETY: by the contract above nobody else reaches the links meanwhile, and `f` is one of
        // the closures of this file, none of which comes back here for the same node.
        self.links.with_mut(|links| f(unsafe { &mut *links }))
    }
}

/// The queue: one word, the front waiter, the counter of the [`Lookout`]s, and the lock bit.
#[derive(Debug)]
pub(crate) struct WaitQueue {
    head: AtomicPtr<Waiter>,
}

/// The lowest bit of `head`: somebody is working on the ring.
const LOCKED_BIT: usize = 1;
/// Beside it: the counter of looks.
const ONE_LOOK: usize = 2;
const LOOKS_MASK: usize = (COUNTS as usize - 1) * ONE_LOOK;
const _: () =
    assert!(align_of::<Waiter>() > LOCKED_BIT | LOOKS_MASK, "the bits would be part of an address");

impl WaitQueue {
    const_fn! {
        pub(crate) const fn new() -> Self {
            Self { head: AtomicPtr::new(ptr::null_mut()) }
        }
    }

    /// Locks the queue for a few pointer moves.
    #[inline]
    pub(crate) fn lock(&self) -> LockedQueue<'_> {
        let word = self.try_lock().unwrap_or_else(|| self.lock_slow());
        LockedQueue {
            queue: self,
            head: word.map_addr(|addr| addr & !LOOKS_MASK),
            looks: word.addr() & LOOKS_MASK,
        }
    }

    /// The word as it was, if nobody else works on the ring.
    #[inline(always)]
    fn try_lock(&self) -> Option<*mut Waiter> {
        // ORDERING: Relaxed, a hint for the exchange below.
        let head = self.head.load(Ordering::Relaxed);
        if head.addr() & LOCKED_BIT != 0 {
            return None;
        }
        let locked = head.map_addr(|addr| addr | LOCKED_BIT);
        // ORDERING: Acquire, with the Release store in `LockedQueue::drop`.
        let taken =
            self.head.compare_exchange_weak(head, locked, Ordering::Acquire, Ordering::Relaxed);
        // What the exchange returns, not what was loaded: another node may have come to its address.
        taken.ok()
    }

    #[cold]
    #[inline(never)]
    fn lock_slow(&self) -> *mut Waiter {
        let mut round = 0;
        loop {
            relax(round);
            round += 1;
            if let Some(word) = self.try_lock() {
                return word;
            }
        }
    }
}

/// Readers that can be called together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    /// How many they are.
    pub(crate) count: usize,
    /// True if nobody else waits.
    pub(crate) is_all: bool,
    /// True if the first one that wants the upgradable place is one of them.
    upgradable: bool,
    /// How many stand between them that want it too, and can't come in.
    passed_over: usize,
}

/// How many are passed over at the most, so that the queue is locked for so long and no longer.
const MOST_PASSED_OVER: usize = 32;

/// The queue while it is locked; dropping it unlocks.
pub(crate) struct LockedQueue<'a> {
    queue: &'a WaitQueue,
    /// The front waiter, or null. Written back on drop.
    head: *const Waiter,
    /// The counter of looks, as bits of the word. Written back on drop.
    looks: usize,
}

impl Drop for LockedQueue<'_> {
    #[inline]
    fn drop(&mut self) {
        // ORDERING: Release, with the Acquire exchange in `WaitQueue::lock`. A plain store is
        // enough: while the bit is set nobody else writes the word.
        let word = self.head.map_addr(|addr| addr | self.looks);
        self.queue.head.store(word.cast_mut(), Ordering::Release);
    }
}

impl LockedQueue<'_> {
    /// The counter of looks.
    pub(crate) fn looks(&self) -> u8 {
        (self.looks / ONE_LOOK) as u8
    }

    pub(crate) fn set_looks(&mut self, looks: u8) {
        debug_assert!(looks < COUNTS, "the counter has two bits");
        self.looks = usize::from(looks) * ONE_LOOK;
    }

    /// What the front waiter wants, if anybody waits.
    pub(crate) fn front_wants(&self) -> Option<Wants> {
        // SAFETY: a node in the ring is alive: its future removes it before it goes.
        (!self.head.is_null()).then(|| unsafe { (*self.head).wants })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.head.is_null()
    }

    /// The readers that could be called now: at the front, up to `most`. One of them may want to be
    /// `upgradable`, if that place is free; those who want it beside are passed over.
    pub(crate) fn readers_in_front(&self, most: usize, mut upgradable: bool) -> Run {
        let mut node = self.head;
        let mut run = Run { count: 0, is_all: false, upgradable, passed_over: 0 };
        while run.count < most && !node.is_null() {
            // SAFETY: nodes in the ring are alive; we hold the lock.
            match unsafe { (*node).wants } {
                Wants::Shared => run.count += 1,
                Wants::Upgradable if upgradable => {
                    upgradable = false;
                    run.count += 1;
                }
                Wants::Upgradable if run.passed_over < MOST_PASSED_OVER => run.passed_over += 1,
                _ => break,
            }
            // SAFETY: as above, and in the ring links are initialised.
            node = unsafe { self.next(node) };
            if node == self.head {
                run.is_all = run.passed_over == 0;
                break;
            }
        }
        run
    }

    /// True if somebody waits, and all want the upgradable place: a reader passes none of them. Looks
    /// at so many and no more.
    pub(crate) fn is_of_upgradables(&self) -> bool {
        let mut node = self.head;
        for _ in 0..MOST_PASSED_OVER {
            // SAFETY: nodes in the ring are alive; we hold the lock.
            if node.is_null() || unsafe { (*node).wants } != Wants::Upgradable {
                return false;
            }
            // SAFETY: as above, and in the ring links are initialised.
            node = unsafe { self.next(node) };
            if node == self.head {
                return true;
            }
        }
        false
    }

    /// True if `waiter`, which is `Waiting` here, has a waker that does the same as this one.
    ///
    /// # Safety
    /// `waiter` is `Waiting` in this queue (looked up under this lock).
    pub(crate) unsafe fn has_waker(&self, waiter: &Waiter, waker: &Waker) -> bool {
        // SAFETY: we hold the lock and the node is `Waiting`, so there is a waker. `will_wake`
        // compares addresses and runs no foreign code.
        waiter.waker.with(|slot| unsafe { (*slot).assume_init_ref() }.will_wake(waker))
    }

    /// True if nobody would be left after the front waiter.
    pub(crate) fn has_at_most_one(&self) -> bool {
        // SAFETY: nodes in the ring are alive and their links initialised; we hold the lock.
        self.head.is_null() || unsafe { self.next(self.head) } == self.head
    }

    /// # Safety
    /// `node` is in this ring.
    unsafe fn next(&self, node: *const Waiter) -> *const Waiter {
        // SAFETY: we hold the lock, and a node in the ring has its links initialised.
        unsafe { (*node).links(|links| links.assume_init_ref().next) }
    }

    /// Puts `waiter` at the back.
    ///
    /// # Safety
    /// `waiter` is pinned, is not in a ring, is owned by the caller, and will be removed from this
    /// queue before it moves or dies.
    pub(crate) unsafe fn push_back(&mut self, waiter: &Waiter, waker: Waker) {
        // SAFETY: the caller's contract is the one of `insert`; the front is in the ring.
        unsafe { self.insert(waiter, waker, self.head) };
        if self.head.is_null() {
            self.head = waiter;
        }
    }

    /// Puts `waiter` in front of all others, but for one that upgrades: nobody can come in before
    /// that one has.
    ///
    /// # Safety
    /// As for [`LockedQueue::push_back`].
    pub(crate) unsafe fn push_front(&mut self, waiter: &Waiter, waker: Waker) {
        let is_second = self.front_wants() == Some(Wants::Upgrade);
        // SAFETY: the caller's contract is the one of `insert`; the front and the one after it are
        // in the ring.
        unsafe {
            let behind = if is_second { self.next(self.head) } else { self.head };
            self.insert(waiter, waker, behind);
        }
        if !is_second {
            self.head = waiter;
        }
    }

    /// Links `waiter` between `behind` and the one before it.
    ///
    /// # Safety
    /// As for [`LockedQueue::push_back`]; and `behind` is in this ring, or null if that is empty.
    unsafe fn insert(&mut self, waiter: &Waiter, waker: Waker, behind: *const Waiter) {
        let this: *const Waiter = waiter;
        let mut links = Links { prev: this, next: this };
        if !behind.is_null() {
            // SAFETY: `behind` and its `prev` are in the ring, so they are alive and their links are
            // initialised; we hold the lock. They may be one node: the two steps are separate.
            unsafe {
                let before = (*behind)
                    .links(|links| core::mem::replace(&mut links.assume_init_mut().prev, this));
                (*before).links(|links| links.assume_init_mut().next = this);
                links = Links { prev: before, next: behind };
            }
        }
        // SAFETY: the caller owns the node, so its links and waker are ours to write. It is not
        // `Waiting`, so no waker is overwritten.
        unsafe {
            waiter.links(|slot| _ = slot.write(links));
            waiter.waker.with_mut(|slot| _ = (*slot).write(waker));
        }
        waiter.set(Status::Waiting);
    }

    /// Takes `waiter` out of the ring, wherever it stands. The waker is to be dropped after the
    /// queue is unlocked.
    ///
    /// # Safety
    /// `waiter` is `Waiting` in this queue (looked up under this lock).
    #[must_use = "the waker is dropped outside the queue's lock"]
    pub(crate) unsafe fn remove(&mut self, waiter: &Waiter) -> Waker {
        // SAFETY: the caller's contract is the one of `unlink`.
        let waker = unsafe { self.unlink(waiter) };
        waiter.set(Status::Idle);
        waker
    }

    /// Takes the front waiter out of the ring and tells it that it was called. The waker is to be
    /// woken after the queue is unlocked. The node may be gone once this returns.
    ///
    /// # Safety
    /// The queue is not empty.
    pub(crate) unsafe fn call_front(&mut self, as_bearer: bool) -> Waker {
        let status = if as_bearer { Status::Bearer } else { Status::Called };
        // SAFETY: the queue is not empty, so `head` is a node in the ring, thus alive until the
        // status says otherwise; after `set` we do not touch it again.
        unsafe {
            let front = &*self.head;
            let waker = self.unlink(front);
            // ORDERING: as in `set`; not through it, since a `&Waiter` must not outlast this store.
            let slot = &raw const front.status;
            (*slot).store(status as u8, Ordering::Release);
            waker
        }
    }

    /// Takes the readers of `run` out of the ring and tells each that it was called, the last one as
    /// the bearer if it `has_bearer`. Their nodes may be gone once this returns.
    ///
    /// # Safety
    /// `run` is what [`LockedQueue::readers_in_front`] has found since the queue was locked, with one
    /// reader at least; nobody has joined or left since; and `wakers` has room for them.
    pub(crate) unsafe fn call_run(&mut self, run: Run, has_bearer: bool, wakers: &mut Wakers) {
        // SAFETY: the caller's contract.
        unsafe {
            match run.passed_over {
                0 => self.call_piece(run.count, has_bearer, wakers),
                _ => self.call_one_by_one(run, has_bearer, wakers),
            }
        }
    }

    /// As [`LockedQueue::call_run`], where the readers are one piece of the ring.
    ///
    /// # Safety
    /// As there, and nobody was passed over.
    unsafe fn call_piece(&mut self, count: usize, has_bearer: bool, wakers: &mut Wakers) {
        let first = self.head;
        let mut node = first;
        // SAFETY: by the contract `count` nodes of the ring come from `first` on. Each is alive and
        // its links and waker are initialised until its status is stored, after which it is not
        // touched again; the back one, and the one after the run, stay in the ring unless the run
        // is all of it.
        unsafe {
            let back = (*first).links(|links| links.assume_init_ref().prev);
            for left in (0..count).rev() {
                let next = self.next(node);
                wakers.push((*node).waker.with(|slot| (*slot).assume_init_read()));
                let is_bearer = has_bearer && left == 0;
                let status = if is_bearer { Status::Bearer } else { Status::Called };
                // ORDERING: as in `call_front`.
                let slot = &raw const (*node).status;
                let is_back = node == back;
                (*slot).store(status as u8, Ordering::Release);
                node = if is_back { ptr::null() } else { next };
            }
            self.head = node;
            if !node.is_null() {
                (*node).links(|links| links.assume_init_mut().prev = back);
                (*back).links(|links| links.assume_init_mut().next = node);
            }
        }
    }

    /// As [`LockedQueue::call_run`], one by one: those that are passed over stay where they are.
    ///
    /// # Safety
    /// As there.
    #[cold]
    unsafe fn call_one_by_one(&mut self, run: Run, has_bearer: bool, wakers: &mut Wakers) {
        let mut node = self.head;
        let Run { count: mut left, mut upgradable, .. } = run;
        while left > 0 {
            // SAFETY: by the contract `count` readers come from the front on, so the walk does not
            // come round before it has met them. Each node is alive and its links are initialised:
            // the next one is looked up before this one is told, and it stays in the ring meanwhile.
            // After its status is stored a node is not touched again.
            unsafe {
                let next = self.next(node);
                let is_called = match (*node).wants {
                    Wants::Upgradable => core::mem::replace(&mut upgradable, false),
                    _ => true,
                };
                if is_called {
                    left -= 1;
                    wakers.push(self.unlink(&*node));
                    let is_bearer = has_bearer && left == 0;
                    let status = if is_bearer { Status::Bearer } else { Status::Called };
                    // ORDERING: as in `call_front`.
                    let slot = &raw const (*node).status;
                    (*slot).store(status as u8, Ordering::Release);
                }
                node = next;
            }
        }
    }

    /// Takes `waiter` out of the ring. The caller sets its status, so the waker is moved out once.
    ///
    /// # Safety
    /// `waiter` is in this ring.
    unsafe fn unlink(&mut self, waiter: &Waiter) -> Waker {
        let this: *const Waiter = waiter;
        // SAFETY: `waiter` is in the ring and we hold the lock: its links and its neighbours' are
        // initialised and ours. A neighbour may be `waiter` itself: the steps are separate.
        unsafe {
            let Links { prev, next } = waiter.links(|links| links.assume_init_read());
            if next == this {
                self.head = ptr::null();
            } else {
                (*prev).links(|links| links.assume_init_mut().next = next);
                (*next).links(|links| links.assume_init_mut().prev = prev);
                if self.head == this {
                    self.head = next;
                }
            }
            waiter.waker.with(|slot| (*slot).assume_init_read())
        }
    }

    /// Exchanges the waker of the front waiter, if there is one. The old one is to be woken after
    /// unlocking; the waiter, whose task is polled then, brings a new one.
    pub(crate) fn take_waker_of_front(&mut self, waker: Waker) -> Option<Waker> {
        // SAFETY: the front is a node in the ring, so it is alive and `Waiting`, and we hold the lock.
        (!self.head.is_null()).then(|| unsafe { self.replace_waker(&*self.head, waker) })
    }

    /// Exchanges the waker of a waiting node. The old one is to be dropped after unlocking.
    ///
    /// # Safety
    /// `waiter` is `Waiting` in this queue (looked up under this lock).
    #[must_use = "the waker is dropped outside the queue's lock"]
    pub(crate) unsafe fn replace_waker(&self, waiter: &Waiter, waker: Waker) -> Waker {
        // SAFETY: we hold the lock and the node is `Waiting`, so there is a waker.
        waiter
            .waker
            .with_mut(|slot| unsafe { core::mem::replace((*slot).assume_init_mut(), waker) })
    }
}

/// Wakers taken under the queue's lock, to be woken after it: up to [`BATCH`], on the stack.
pub(crate) struct Wakers {
    slots: [MaybeUninit<Waker>; BATCH],
    /// Those from `next` up to `len` are there.
    next: usize,
    len: usize,
}

impl Wakers {
    #[inline]
    pub(crate) fn new() -> Self {
        Self { slots: [const { MaybeUninit::uninit() }; BATCH], next: 0, len: 0 }
    }

    #[inline]
    pub(crate) fn push(&mut self, waker: Waker) {
        self.slots[self.len].write(waker);
        self.len += 1;
    }

    /// Wakes them all, in order, and is empty then. After the panic of one, a second call goes on with
    /// the next: see [`Shield::run_to_end`](crate::sync::Shield::run_to_end).
    #[inline]
    pub(crate) fn wake_all(&mut self) {
        while self.next < self.len {
            // SAFETY: slots from `next` up to `len` are initialised, and each is read once: `next`
            // goes past it, before the waker is woken and may panic.
            let waker = unsafe { self.slots[self.next].assume_init_read() };
            self.next += 1;
            wake(waker);
        }
        (self.next, self.len) = (0, 0);
    }
}
