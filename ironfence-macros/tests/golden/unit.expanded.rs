/// The guarded twin of [`Marker`].
#[repr(C)]
struct MarkerGuarded;
#[automatically_derived]
impl ::ironfence::__private::Guarded for Marker {
    type Twin = MarkerGuarded;
    fn into_guarded(self) -> MarkerGuarded {
        MarkerGuarded {}
    }
}
#[automatically_derived]
impl ::ironfence::__private::core::convert::From<Marker> for MarkerGuarded {
    fn from(__plain: Marker) -> Self {
        ::ironfence::__private::Guarded::into_guarded(__plain)
    }
}
#[automatically_derived]
unsafe impl ::ironfence::__private::Twin for MarkerGuarded {
    type Plain = Marker;
    fn into_inner(self) -> Marker {
        Marker {}
    }
    fn walk<__W: ::ironfence::__private::Walker>(
        &self,
        __walker: &mut __W,
    ) -> ::ironfence::__private::core::primitive::bool {
        true
    }
}
#[automatically_derived]
unsafe impl ::ironfence::__private::CopyTwin for MarkerGuarded {
    unsafe fn copy(&self) -> Marker {
        Marker {}
    }
}
#[automatically_derived]
impl MarkerGuarded {
    /// Takes the values out of their locks again. Nobody can hold a guard here.
    pub fn into_inner(self) -> Marker {
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
