//! From a guard to one of a part of its value: `map` and its kin.
//!
//! # Why the part is there
//! Each of these calls a closure `for<'b> FnOnce(&'b mut T) -> &'b mut U` (or with `&`, or with two `U`s) and
//! makes a guard of what it returned, behind `H::Part<U>`. Take any `'y` with `H::Part<U>: 'y`. Then:
//!
//! - `H: 'y` and `'x: 'y`: [`Keeps`] says so.
//! - `T: 'y`: the invariant says so of a guard that is exclusive or upgradable; of a shared one, `T: 'x` is
//!   asked for. So the `T` is there in `'y`, and may be referred to.
//! - `U: 'y`: since `U: 'x` is asked for.
//!
//! So an `&'y mut T` and an `&'y mut U` are well-formed, and the closure may be called with `'b = 'y`. It was
//! called with a shorter one; but a closure for any `'b` can't tell them apart, so what it returned is
//! an `&'y mut U`, also if it had captured that. (It is exclusive as long as the hold lasts, for a part
//! of the value; as long as `'y` does, for what was captured.) That, and `U: 'y`, is the invariant of
//! the guard that is made.
#![allow(unsafe_code)]

use super::{ExclusiveGuard, ExclusivePart, SharedGuard, SharedPart, UpgradableGuard};
use crate::raw::handle::{Handle, Keeps, Lockable, Shareable, Whole};

impl<H: Handle, T: ?Sized> SharedGuard<H, T> {
    /// Narrows the guard to a part of the value.
    ///
    /// If `f` panics, the lock is released.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use ironfence::{RwLock, RwLockReadGuard};
    ///
    /// let pair = RwLock::new((1, "one"));
    /// let name = RwLockReadGuard::map(pair.read().await, |pair| &pair.1);
    /// assert_eq!(*name, "one");
    /// # }
    /// ```
    pub fn map<'x, F, U>(this: Self, f: F) -> SharedPart<'x, H, U>
    where
        H: Keeps<'x>,
        T: 'x,
        U: ?Sized + 'x,
        F: FnOnce(&T) -> &U,
    {
        let value: *const U = f(&this);
        // SAFETY: the part is there, see above.
        unsafe { SharedGuard::new(value, this.permit.into_part()) }
    }

    /// Narrows the guard to a part of the value, if `f` finds one.
    ///
    /// # Errors
    /// The guard as it was, if `f` returns `None`.
    ///
    /// [`ExclusiveGuard::try_map`] has an example.
    pub fn try_map<'x, F, U>(this: Self, f: F) -> Result<SharedPart<'x, H, U>, Self>
    where
        H: Keeps<'x>,
        T: 'x,
        U: ?Sized + 'x,
        F: FnOnce(&T) -> Option<&U>,
    {
        match f(&this).map(core::ptr::from_ref) {
            // SAFETY: the part is there, see above.
            Some(value) => Ok(unsafe { SharedGuard::new(value, this.permit.into_part()) }),
            None => Err(this),
        }
    }
}

impl<H: Handle, T: ?Sized> ExclusiveGuard<H, T> {
    /// Narrows the guard to a part of the value.
    ///
    /// If `f` panics, the lock is released.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use ironfence::{Mutex, MutexGuard};
    ///
    /// let pair = Mutex::new((1, String::from("one")));
    /// let mut name = MutexGuard::map(pair.lock().await, |pair| &mut pair.1);
    /// name.push('!');
    /// # }
    /// ```
    #[inline]
    pub fn map<'x, U, F>(mut this: Self, f: F) -> ExclusivePart<'x, H, U>
    where
        H: Keeps<'x>,
        U: ?Sized + 'x,
        F: FnOnce(&mut T) -> &mut U,
    {
        let value: *mut U = f(this.value_mut());
        // SAFETY: the part is there, see above.
        unsafe { ExclusiveGuard::new(value, this.permit.into_part()) }
    }

    /// Narrows the guard to a part of the value, if `f` finds one.
    ///
    /// # Errors
    /// The guard as it was, if `f` returns `None`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use ironfence::{Mutex, MutexGuard};
    ///
    /// let words = Mutex::new(vec!["a"]);
    /// let guard = words.lock().await;
    /// let Err(mut guard) = MutexGuard::try_map(guard, |words| words.get_mut(1)) else {
    ///     panic!("there is one word");
    /// };
    /// guard.push("b");
    /// # }
    /// ```
    #[inline]
    pub fn try_map<'x, U, F>(mut this: Self, f: F) -> Result<ExclusivePart<'x, H, U>, Self>
    where
        H: Keeps<'x>,
        U: ?Sized + 'x,
        F: FnOnce(&mut T) -> Option<&mut U>,
    {
        match f(this.value_mut()).map(core::ptr::from_mut) {
            // SAFETY: the part is there, see above.
            Some(value) => Ok(unsafe { ExclusiveGuard::new(value, this.permit.into_part()) }),
            None => Err(this),
        }
    }

    /// Divides the guard into two, of disjoint parts of the value. They may go separate ways; the
    /// last one dropped releases the lock. Nothing is allocated.
    ///
    /// If `f` panics, the lock is released.
    ///
    /// # Panics
    /// If more than two million parts exist at once.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use ironfence::{Mutex, MutexGuard};
    ///
    /// let pair = Mutex::new((1, 2));
    /// let (mut left, mut right) =
    ///     MutexGuard::split(pair.lock().await, |pair| (&mut pair.0, &mut pair.1));
    /// core::mem::swap(&mut *left, &mut *right);
    /// drop(left);
    /// assert!(pair.try_lock().is_err());
    /// drop(right);
    /// assert_eq!(*pair.lock().await, (2, 1));
    /// # }
    /// ```
    pub fn split<'x, A, B, F>(
        mut this: Self,
        f: F,
    ) -> (ExclusivePart<'x, H, A>, ExclusivePart<'x, H, B>)
    where
        H: Keeps<'x>,
        A: ?Sized + 'x,
        B: ?Sized + 'x,
        F: FnOnce(&mut T) -> (&mut A, &mut B),
    {
        let (first, second) = f(this.value_mut());
        let (first, second): (*mut A, *mut B) = (first, second);
        let (permit, other) = this.permit.split();
        // SAFETY: both parts are there, see above. They are two `&'y mut` at once, so they are disjoint. The
        // lock is held exclusively until the second of the two permits is gone.
        unsafe { (ExclusiveGuard::new(first, permit), ExclusiveGuard::new(second, other)) }
    }
}

impl<H: Whole<Lock: Shareable + Lockable<Value = T>>, T: ?Sized> ExclusiveGuard<H, T> {
    /// Turns a write guard into a read guard of a part of the value, at once: [`downgrade`](Self::downgrade) and
    /// [`map`](Self::map) in one.
    ///
    /// If `f` panics, the lock is released.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use ironfence::{RwLock, RwLockWriteGuard};
    ///
    /// let pair = RwLock::new((1, 2));
    /// let second = RwLockWriteGuard::downgrade_map(pair.write().await, |pair| &pair.1);
    /// assert_eq!((*second, pair.read().await.0), (2, 1));
    /// # }
    /// ```
    #[inline]
    pub fn downgrade_map<'x, F, U>(this: Self, f: F) -> SharedPart<'x, H, U>
    where
        H: Keeps<'x>,
        U: ?Sized + 'x,
        F: FnOnce(&T) -> &U,
    {
        let value: *const U = f(&this);
        // SAFETY: the part is there, see above; as of now nobody writes. The guard was of the whole, so `f`
        // saw the value as a reader may see it: those that come in now see the same.
        unsafe { SharedGuard::new(value, this.permit.downgrade().into_part()) }
    }

    /// Turns a write guard into a read guard of a part of the value, if `f` finds one: as
    /// [`downgrade_map`](Self::downgrade_map), where there may be none.
    ///
    /// # Errors
    /// The write guard as it was, if `f` returns `None`.
    #[inline]
    pub fn try_downgrade_map<'x, F, U>(this: Self, f: F) -> Result<SharedPart<'x, H, U>, Self>
    where
        H: Keeps<'x>,
        U: ?Sized + 'x,
        F: FnOnce(&T) -> Option<&U>,
    {
        match f(&this).map(core::ptr::from_ref) {
            Some(value) => {
                // SAFETY: as in `downgrade_map`.
                Ok(unsafe { SharedGuard::new(value, this.permit.downgrade().into_part()) })
            }
            None => Err(this),
        }
    }

    /// The same guard with the type of one that was [mapped](Self::map).
    #[inline]
    pub fn into_mapped<'x>(this: Self) -> ExclusivePart<'x, H, T>
    where
        H: Keeps<'x>,
        T: 'x,
    {
        // SAFETY: the part is the whole, and there in each `'y` with `H: 'y`. `T: 'x`.
        unsafe { ExclusiveGuard::new(this.value, this.permit.into_part()) }
    }
}

impl<H: Whole<Lock: Lockable<Value = T>>, T: ?Sized> UpgradableGuard<H, T> {
    /// Becomes a read guard of a part of the value: a part can't be upgraded. Else as [`SharedGuard::map`].
    ///
    /// If `f` panics, the lock is released.
    #[inline]
    pub fn map<'x, F, U>(this: Self, f: F) -> SharedPart<'x, H, U>
    where
        H: Keeps<'x>,
        U: ?Sized + 'x,
        F: FnOnce(&T) -> &U,
    {
        let value: *const U = f(&this);
        // SAFETY: the part is there, see above; nobody wrote before, and nobody writes now.
        unsafe { SharedGuard::new(value, this.permit.downgrade().into_part()) }
    }
}
