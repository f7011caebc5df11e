/// Beside the attribute of a runtime.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "slow"]
pub async fn beside<'a, T: Default, const N: usize>(
    #[case]
    one: u32,
    __ironfence_1: (u32, &'a str),
    all: [T; N],
) -> Result<(), Error>
where
    T: Copy,
{
    async fn beside<'a, T: Default, const N: usize>(
        mut one: u32,
        (two, _): (u32, &'a str),
        all: [T; N],
    ) -> Result<(), Error>
    where
        T: Copy,
    {
        one += two?;
        Ok(())
    }
    ::ironfence::__private::test_of(
            "beside",
            ::ironfence::__private::core::option::Option::Some(5f64),
            beside::<T, N>(one, __ironfence_1, all),
        )
        .await
}
#[::ironfence::__private::core::prelude::v1::test]
/// Alone.
#[should_panic(expected = "alone")]
fn alone() {
    async fn alone() {
        panic!("alone");
    }
    ::ironfence::__private::run(
        ::ironfence::__private::test_of(
            "alone",
            ::ironfence::__private::core::option::Option::Some(5f64),
            alone(),
        ),
    )
}
