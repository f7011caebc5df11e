/// Beside the attribute of a runtime.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "slow"]
pub async fn beside<'a, T: Default, const N: usize>(
    #[case] mut one: u32,
    (two, _): (u32, &'a str),
    all: [T; N],
) -> Result<(), Error>
where
    T: Copy,
{
    one += two?;
    Ok(())
}

/// Alone.
#[should_panic(expected = "alone")]
async fn alone() {
    panic!("alone");
}
