/// The guarded twin of [`State`].
#[allow(clippy::struct_field_names)]
#[derive(Debug, Default)]
#[allow(dead_code)]
#[must_use = "it is state"]
#[repr(C)]
pub(super) struct Shared {
    by_default: crate::vendored::fence::__private::RwLock<u8>,
    r#type: crate::vendored::fence::__private::Mutex<u8>,
    #[deprecated]
    into_inner: u8,
}
#[automatically_derived]
#[allow(clippy::struct_field_names)]
impl crate::vendored::fence::__private::Guarded for State {
    type Twin = Shared;
    fn into_guarded(self) -> Shared {
        Shared {
            by_default: crate::vendored::fence::__private::RwLock::new(self.by_default),
            r#type: crate::vendored::fence::__private::Mutex::new(self.r#type),
            into_inner: self.into_inner,
        }
    }
}
#[automatically_derived]
#[allow(clippy::struct_field_names)]
impl crate::vendored::fence::__private::core::convert::From<State> for Shared {
    fn from(__plain: State) -> Self {
        crate::vendored::fence::__private::Guarded::into_guarded(__plain)
    }
}
#[automatically_derived]
#[allow(clippy::struct_field_names)]
unsafe impl crate::vendored::fence::__private::Twin for Shared {
    type Plain = State;
    fn into_inner(self) -> State {
        State {
            by_default: crate::vendored::fence::__private::RwLock::into_inner(
                self.by_default,
            ),
            r#type: crate::vendored::fence::__private::Mutex::into_inner(self.r#type),
            into_inner: self.into_inner,
        }
    }
    fn walk<__W: crate::vendored::fence::__private::Walker>(
        &self,
        __walker: &mut __W,
    ) -> crate::vendored::fence::__private::core::primitive::bool {
        crate::vendored::fence::__private::Walker::rwlock(__walker, &self.by_default)
            && crate::vendored::fence::__private::Walker::mutex(__walker, &self.r#type)
    }
}
#[automatically_derived]
#[allow(clippy::struct_field_names)]
unsafe impl crate::vendored::fence::__private::CopyTwin for Shared
where
    for<'__x> u8: crate::vendored::fence::__private::CopyField<0>,
    for<'__x> u8: crate::vendored::fence::__private::CopyField<1>,
    for<'__x> u8: crate::vendored::fence::__private::CopyField<2>,
{
    unsafe fn copy(&self) -> State {
        State {
            by_default: unsafe {
                crate::vendored::fence::__private::copy_guarded::<0, _>(&self.by_default)
            },
            r#type: unsafe {
                crate::vendored::fence::__private::copy_guarded::<1, _>(&self.r#type)
            },
            into_inner: crate::vendored::fence::__private::CopyField::<
                2,
            >::copy(&self.into_inner),
        }
    }
}
#[automatically_derived]
#[allow(clippy::struct_field_names)]
impl Shared {
    /// Takes the values out of their locks again. Nobody can hold a guard here.
    pub fn into_inner(self) -> State {
        crate::vendored::fence::__private::Twin::into_inner(self)
    }
    /// Copies the whole, as it is at one moment: takes all the locks, in the order of
    /// the fields, and then clones every field.
    ///
    /// Mutexes are locked, rwlocks are read. The locks taken so far are held while it
    /// waits for the next one: poll it to its end, or drop it, which releases them.
    pub fn snapshot(&self) -> crate::vendored::fence::__private::Snapshot<'_, Self>
    where
        for<'__x> Self: crate::vendored::fence::__private::CopyTwin,
    {
        crate::vendored::fence::__private::Snapshot::new(self)
    }
}
