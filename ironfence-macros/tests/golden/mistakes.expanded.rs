::core::compile_error! {
    "`guarded` goes on the struct or on its fields, not on a parameter"
}
::core::compile_error! {
    "`mutex` goes on a field; for every field without a key of its own write `default = mutex`"
}
::core::compile_error! {
    "unknown key `nme`; did you mean `name`? (on a struct: `name`, `default`, `derive`, `attr`, `crate`)"
}
::core::compile_error! {
    "unknown key `nme2` (on a struct: `name`, `default`, `derive`, `attr`, `crate`)"
}
::core::compile_error! {
    "unknown key `mutx`; did you mean `mutex`? (on a field: `mutex`, `rwlock`, `plain`, `nested`)"
}
::core::compile_error! {
    "`name` goes on the struct, not on a field"
}
::core::compile_error! {
    "`rwlock` and `mutex` on one field: it is shared in one way, so keep one of them"
}
/// The guarded twin of [`State`].
#[repr(C)]
struct Shared<T> {
    first: ::ironfence::__private::Mutex<T>,
    second: ::ironfence::__private::RwLock<u8>,
    third: ::ironfence::__private::Mutex<u8>,
}
#[automatically_derived]
impl<T> ::ironfence::__private::Guarded for State<T> {
    type Twin = Shared<T>;
    fn into_guarded(self) -> Shared<T> {
        Shared {
            first: ::ironfence::__private::Mutex::new(self.first),
            second: ::ironfence::__private::RwLock::new(self.second),
            third: ::ironfence::__private::Mutex::new(self.third),
        }
    }
}
#[automatically_derived]
impl<T> ::ironfence::__private::core::convert::From<State<T>> for Shared<T> {
    fn from(__plain: State<T>) -> Self {
        ::ironfence::__private::Guarded::into_guarded(__plain)
    }
}
#[automatically_derived]
unsafe impl<T> ::ironfence::__private::Twin for Shared<T> {
    type Plain = State<T>;
    fn into_inner(self) -> State<T> {
        State {
            first: ::ironfence::__private::Mutex::into_inner(self.first),
            second: ::ironfence::__private::RwLock::into_inner(self.second),
            third: ::ironfence::__private::Mutex::into_inner(self.third),
        }
    }
    fn walk<__W: ::ironfence::__private::Walker>(
        &self,
        __walker: &mut __W,
    ) -> ::ironfence::__private::core::primitive::bool {
        ::ironfence::__private::Walker::mutex(__walker, &self.first)
            && ::ironfence::__private::Walker::rwlock(__walker, &self.second)
            && ::ironfence::__private::Walker::mutex(__walker, &self.third)
    }
}
#[automatically_derived]
unsafe impl<T> ::ironfence::__private::CopyTwin for Shared<T>
where
    for<'__x> T: ::ironfence::__private::CopyField<0>,
    for<'__x> u8: ::ironfence::__private::CopyField<1>,
    for<'__x> u8: ::ironfence::__private::CopyField<2>,
{
    unsafe fn copy(&self) -> State<T> {
        State {
            first: unsafe { ::ironfence::__private::copy_guarded::<0, _>(&self.first) },
            second: unsafe {
                ::ironfence::__private::copy_guarded::<1, _>(&self.second)
            },
            third: unsafe { ::ironfence::__private::copy_guarded::<2, _>(&self.third) },
        }
    }
}
#[automatically_derived]
impl<T> Shared<T> {
    /// Takes the values out of their locks again. Nobody can hold a guard here.
    pub fn into_inner(self) -> State<T> {
        ::ironfence::__private::Twin::into_inner(self)
    }
    /// Copies the whole, as it is at one moment: takes all the locks, in the order of
    /// the fields, and then clones every field.
    ///
    /// Mutexes are locked, rwlocks are read. The locks taken so far are held while it
    /// waits for the next one: poll it to its end, or drop it, which releases them.
    pub fn snapshot(&self) -> ::ironfence::__private::Snapshot<'_, Self>
    where
        for<'__x> Self: ::ironfence::__private::CopyTwin,
    {
        ::ironfence::__private::Snapshot::new(self)
    }
}
