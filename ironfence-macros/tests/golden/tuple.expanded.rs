/// The guarded twin of [`Pair`].
#[repr(C)]
pub struct PairGuarded<T>(
    pub ::ironfence::__private::Mutex<T>,
    ::ironfence::__private::RwLock<T>,
    u8,
)
where
    T: Send;
#[automatically_derived]
impl<T> ::ironfence::__private::Guarded for Pair<T>
where
    T: Send,
{
    type Twin = PairGuarded<T>;
    fn into_guarded(self) -> PairGuarded<T> {
        PairGuarded {
            0: ::ironfence::__private::Mutex::new(self.0),
            1: ::ironfence::__private::RwLock::new(self.1),
            2: self.2,
        }
    }
}
#[automatically_derived]
impl<T> ::ironfence::__private::core::convert::From<Pair<T>> for PairGuarded<T>
where
    T: Send,
{
    fn from(__plain: Pair<T>) -> Self {
        ::ironfence::__private::Guarded::into_guarded(__plain)
    }
}
#[automatically_derived]
unsafe impl<T> ::ironfence::__private::Twin for PairGuarded<T>
where
    T: Send,
{
    type Plain = Pair<T>;
    fn into_inner(self) -> Pair<T> {
        Pair {
            0: ::ironfence::__private::Mutex::into_inner(self.0),
            1: ::ironfence::__private::RwLock::into_inner(self.1),
            2: self.2,
        }
    }
    fn walk<__W: ::ironfence::__private::Walker>(
        &self,
        __walker: &mut __W,
    ) -> ::ironfence::__private::core::primitive::bool {
        ::ironfence::__private::Walker::mutex(__walker, &self.0)
            && ::ironfence::__private::Walker::rwlock(__walker, &self.1)
    }
}
#[automatically_derived]
unsafe impl<T> ::ironfence::__private::CopyTwin for PairGuarded<T>
where
    T: Send,
    for<'__x> T: ::ironfence::__private::CopyField<0>,
    for<'__x> T: ::ironfence::__private::CopyField<1>,
    for<'__x> u8: ::ironfence::__private::CopyField<2>,
{
    unsafe fn copy(&self) -> Pair<T> {
        Pair {
            0: unsafe { ::ironfence::__private::copy_guarded::<0, _>(&self.0) },
            1: unsafe { ::ironfence::__private::copy_guarded::<1, _>(&self.1) },
            2: ::ironfence::__private::CopyField::<2>::copy(&self.2),
        }
    }
}
#[automatically_derived]
impl<T> PairGuarded<T>
where
    T: Send,
{
    /// Takes the values out of their locks again. Nobody can hold a guard here.
    pub fn into_inner(self) -> Pair<T> {
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
