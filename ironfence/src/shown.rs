//! L6: what the compiler says where generated code is used in a wrong way, if it shows no more than a line of it.
//!
//! Of a session that is used again after a step took it, it shows the `self` of the step; of what the closure of a
//! set's `with` returns, the bound. These words stand here, each before what to write.

#[doc(hidden)]
#[macro_export]
macro_rules! __ironfence_steps {
    ($user:ident $($steps:tt)*) => {
        $crate::__private::shown! {
            self // a step gives the next session; to use this one again, write `session.reborrow()` before the step
            $user self $($steps)*
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __ironfence_with {
    ($user:ident $output:ident $($with:tt)*) => {
        $crate::__private::shown! {
            R // no borrow, no `async` closure: to await, await the set, and use what is held
            $user $output $($with)*
        }
    };
}
