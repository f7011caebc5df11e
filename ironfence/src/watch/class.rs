//! Classes: the names under which locks are known, and where in their value they lie.
//!
//! A lock of a twin is known as its field, `Bank.accounts`, or as the label that this was given; any other by the name it was given, or by
//! the place where it was made. All locks of a class are one to the order. A lock that came from a
//! `Default` or a `From` has no place of its own (a derive makes all its fields at one), nor has one
//! that std made by calling `Mutex::new` (`.map(Mutex::new)`); so it has no class that says anything,
//! and takes no part in the order.
#![allow(unsafe_code)]

use alloc::{boxed::Box, string::String};
use core::{
    fmt,
    panic::Location,
    ptr,
    sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, Ordering},
};
use std::{
    cell::RefCell,
    collections::HashMap,
    sync::{LazyLock, Mutex, MutexGuard, PoisonError},
    thread_local,
};

use super::Field;

/// What all locks of one name have in common. Never freed: there are as many as the source has.
#[derive(Debug)]
pub(crate) struct Class {
    /// Counted from 0. The checker's and the statistics'.
    #[cfg_attr(not(any(feature = "check", feature = "stats")), allow(dead_code))]
    pub(crate) number: u32,
    key: Key,
    /// What a field is called, if its struct says so.
    label: Option<&'static str>,
    /// Somebody has asked for one of them alone, and may so queue between readers. The checker's.
    #[cfg_attr(not(feature = "check"), allow(dead_code))]
    pub(crate) is_written: AtomicBool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    /// Module, struct, field.
    Field(&'static str, &'static str, &'static str),
    #[cfg_attr(not(any(feature = "check", feature = "stats")), allow(dead_code))]
    Named(String),
    MadeAt(&'static str, u32, u32),
    Unknown,
}

impl Class {
    /// False for locks that nothing is known of.
    #[cfg(feature = "check")]
    pub(crate) fn is_known(&self) -> bool {
        self.key != Key::Unknown
    }

    /// The struct and the field, for a lock of a twin.
    #[cfg(feature = "check")]
    pub(crate) fn field(&self) -> Option<(&'static str, &'static str)> {
        match self.key {
            Key::Field(_, owner, field) => Some((owner, field)),
            _ => None,
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(label) = self.label {
            return f.write_str(label);
        }
        match &self.key {
            Key::Field(_, owner, field) => write!(f, "{owner}.{field}"),
            Key::Named(name) => f.write_str(name),
            Key::MadeAt(file, line, column) => write!(f, "the lock made at {file}:{line}:{column}"),
            Key::Unknown => f.write_str("a lock without a name"),
        }
    }
}

/// Locks one of our own, whose sections panic nowhere.
pub(crate) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

static CLASSES: LazyLock<Mutex<HashMap<Key, &'static Class>>> = LazyLock::new(Mutex::default);

thread_local! {
    /// What this thread has met, so that a lock that is new needs no other thread.
    static KNOWN: RefCell<HashMap<Key, &'static Class>> = RefCell::default();
}

fn class_of(key: Key) -> &'static Class {
    labelled(key, None)
}

fn labelled(key: Key, label: Option<&'static str>) -> &'static Class {
    let known = KNOWN.try_with(|known| known.borrow().get(&key).copied());
    known.ok().flatten().unwrap_or_else(|| {
        let class = shared_class_of(key.clone(), label);
        _ = KNOWN.try_with(|known| known.borrow_mut().insert(key, class));
        class
    })
}

fn shared_class_of(key: Key, label: Option<&'static str>) -> &'static Class {
    let mut classes = lock(&CLASSES);
    let number = classes.len() as u32;
    let class = classes.entry(key.clone());
    class.or_insert_with(|| {
        Box::leak(Box::new(Class { number, key, label, is_written: false.into() }))
    })
}

/// The value that a lock is part of, as addresses: empty for one that is no field.
#[cfg(feature = "check")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Whole {
    start: usize,
    end: usize,
}

#[cfg(feature = "check")]
impl Whole {
    /// The value that is here, of which nothing is looked at but the address.
    pub(crate) fn of<T>(value: *const T) -> Self {
        Self { start: value.addr(), end: value.addr() + size_of::<T>() }
    }

    /// True if `other` is part of this value, or is it. Both must lie so: a field that was moved out
    /// of its value is not taken for a part of what lies around it now.
    pub(crate) fn has(self, other: Self) -> bool {
        (self.start..self.end).contains(&other.start) && other.end <= self.end
    }
}

/// True for a file of the standard library, or of this one: `Mutex::new` was called from there, as a
/// function that was given (`.map(Mutex::new)`). All locks that are made so would be of one class.
fn is_nobodys(file: &str) -> bool {
    let (file, here) = (file.replace('\\', "/"), file!().replace('\\', "/"));
    let is_ours = here.strip_suffix("watch/class.rs").is_some_and(|ours| file.starts_with(ours));
    is_ours || file.starts_with("/rustc/") || file.contains("/rustlib/src/rust/library/")
}

/// In each lock: which one it is. Its address tells it from all others.
#[derive(Debug)]
pub(crate) struct Identity {
    made_at: &'static Location<'static>,
    /// Null until the lock is first used, or named.
    class: AtomicPtr<Class>,
    /// How far it is from here to both ends of the twin; 0 for no field.
    before: AtomicU32,
    after: AtomicU32,
    /// At which level it is, for the checker.
    #[cfg(feature = "check")]
    level: core::sync::atomic::AtomicU8,
    /// Who has taken it last, as the checker says it: a hint.
    #[cfg(feature = "check")]
    taken_by: core::sync::atomic::AtomicU64,
    /// What stands for it in tokio-console.
    #[cfg(feature = "console")]
    pub(super) resource: super::console::Resource,
    /// The test that it is of, as the checker says it: 0 for none.
    #[cfg(feature = "check")]
    home: core::sync::atomic::AtomicU64,
    /// What its value is called, as the checker says it: 0 for nothing.
    #[cfg(feature = "check")]
    value: AtomicU32,
}

impl Identity {
    #[track_caller]
    #[cfg_attr(not(feature = "check"), allow(unused_variables))]
    pub(crate) const fn at_level(level: u8) -> Self {
        Self {
            #[cfg(feature = "check")]
            level: core::sync::atomic::AtomicU8::new(level),
            made_at: Location::caller(),
            class: AtomicPtr::new(ptr::null_mut()),
            before: AtomicU32::new(0),
            after: AtomicU32::new(0),
            #[cfg(feature = "check")]
            taken_by: core::sync::atomic::AtomicU64::new(0),
            #[cfg(feature = "console")]
            resource: super::console::Resource::new(),
            #[cfg(feature = "check")]
            home: core::sync::atomic::AtomicU64::new(0),
            #[cfg(feature = "check")]
            value: AtomicU32::new(0),
        }
    }

    /// The lock is this field of `twin`, of which nothing is looked at but the address.
    pub(crate) fn is_field<T>(&self, twin: *const T, field: Field) {
        let before = self.address() - twin.addr();
        // ORDERING: Relaxed: written before the lock is shared.
        self.before.store(before as u32, Ordering::Relaxed);
        self.after.store((size_of::<T>() - before) as u32, Ordering::Relaxed);
        let Field { module, owner, name, label } = field;
        self.set(labelled(Key::Field(module, owner, name), label));
    }

    /// The lock is known by this name.
    #[cfg(any(feature = "check", feature = "stats"))]
    pub(crate) fn is_named(&self, name: &str) {
        self.set(class_of(Key::Named(name.into())));
    }

    /// The lock was made at no place of its own.
    pub(crate) fn has_no_place(&self) {
        static UNKNOWN: LazyLock<&'static Class> = LazyLock::new(|| class_of(Key::Unknown));
        self.set(&UNKNOWN);
    }

    fn set(&self, class: &'static Class) {
        // ORDERING: Release, with the Acquire in `class`: who finds the class finds what is in it.
        self.class.store(ptr::from_ref(class).cast_mut(), Ordering::Release);
    }

    #[inline]
    pub(crate) fn class(&self) -> &'static Class {
        // ORDERING: Acquire, with the Release in `set`.
        let class = self.class.load(Ordering::Acquire);
        if class.is_null() {
            return self.class_by_place();
        }
        // SAFETY: `set` stores nothing but `&'static Class`, which are never written through.
        unsafe { &*class }
    }

    /// Where the lock was made.
    #[cfg(feature = "console")]
    pub(super) fn made_at(&self) -> &'static Location<'static> {
        self.made_at
    }

    #[cold]
    fn class_by_place(&self) -> &'static Class {
        let place = self.made_at;
        if is_nobodys(place.file()) {
            self.has_no_place();
            return self.class();
        }
        let class = class_of(Key::MadeAt(place.file(), place.line(), place.column()));
        self.set(class);
        class
    }

    /// The lock was put at another level.
    #[cfg_attr(not(feature = "check"), allow(unused_variables))]
    pub(crate) fn is_at(&self, level: u8) {
        // ORDERING: Relaxed: written before the lock is shared.
        #[cfg(feature = "check")]
        self.level.store(level, Ordering::Relaxed);
    }

    /// At which level it is, among locks that are taken together.
    #[cfg(feature = "check")]
    #[inline]
    pub(crate) fn level(&self) -> u8 {
        self.level.load(Ordering::Relaxed)
    }

    // ORDERING: Relaxed, here and below: a hint.
    #[cfg(feature = "check")]
    #[inline]
    pub(crate) fn is_taken_by(&self, task: u64) {
        self.taken_by.store(task, Ordering::Relaxed);
    }

    #[cfg(feature = "check")]
    pub(crate) fn taken_by(&self) -> u64 {
        self.taken_by.load(Ordering::Relaxed)
    }

    /// The lock is of this test.
    #[cfg(feature = "check")]
    #[inline]
    pub(crate) fn is_at_home(&self, home: u64) {
        self.home.store(home, Ordering::Relaxed);
    }

    /// The lock is of a value of this number; returns the one before.
    #[cfg(feature = "check")]
    pub(crate) fn is_of_value(&self, value: u32) -> u32 {
        self.value.swap(value, Ordering::Relaxed)
    }

    #[cfg(feature = "check")]
    #[inline]
    pub(crate) fn value(&self) -> u32 {
        self.value.load(Ordering::Relaxed)
    }

    #[cfg(feature = "check")]
    #[inline]
    pub(crate) fn home(&self) -> u64 {
        self.home.load(Ordering::Relaxed)
    }

    /// The lock's identity: where it is.
    #[inline]
    pub(crate) fn address(&self) -> usize {
        ptr::from_ref(self).addr()
    }

    #[cfg(feature = "check")]
    #[inline]
    pub(crate) fn whole(&self) -> Whole {
        let (here, load) =
            (self.address(), |distance: &AtomicU32| distance.load(Ordering::Relaxed) as usize);
        Whole { start: here - load(&self.before), end: here + load(&self.after) }
    }
}
