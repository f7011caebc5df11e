//! What a closure of `with` returns lives without the lock.

#![forbid(unsafe_code)]

use ironfence::{Mutex, RwLock};

async fn with_returns_the_value(lock: &Mutex<String>) -> usize {
    let text = lock.with(|text| text.as_str()).await;
    text.len()
}

async fn with_returns_a_shorter_borrow<'t>(lock: &Mutex<&'t str>) -> &'static str {
    lock.with(|text| *text).await
}

async fn with_puts_the_value_into_what_it_captured(lock: &Mutex<String>) -> usize {
    let mut words = Vec::new();
    lock.with(|text| words.push(text.as_str())).await;
    words.len()
}

async fn with_read_returns_the_value(lock: &RwLock<String>) -> usize {
    let text = lock.with_read(|text| text.as_str()).await;
    text.len()
}

async fn with_read_returns_a_shorter_borrow<'t>(lock: &RwLock<&'t str>) -> &'static str {
    lock.with_read(|text| *text).await
}

async fn with_read_puts_the_value_into_what_it_captured(lock: &RwLock<String>) -> usize {
    let mut words = Vec::new();
    lock.with_read(|text| words.push(text.as_str())).await;
    words.len()
}

async fn with_write_returns_the_value(lock: &RwLock<String>) -> usize {
    let text = lock.with_write(|text| text.as_str()).await;
    text.len()
}

async fn with_write_returns_a_shorter_borrow<'t>(lock: &RwLock<&'t str>) -> &'static str {
    lock.with_write(|text| *text).await
}

async fn with_write_puts_the_value_into_what_it_captured(lock: &RwLock<String>) -> usize {
    let mut words = Vec::new();
    lock.with_write(|text| words.push(text.as_str())).await;
    words.len()
}

async fn with_returns_what_dies_before<'a>(mutex: &'a Mutex<u32>) -> &'a str {
    let text = String::from("gone");
    mutex.with(|_| text.as_str()).await
}

async fn with_write_keeps_what_dies_before<'t>(lock: &RwLock<&'t str>) {
    let text = String::from("gone");
    lock.with_write(|word| *word = text.as_str()).await;
}

fn with_outlives_what_it_captured(mutex: &'static Mutex<u32>) -> impl Future<Output = ()> {
    let text = String::from("gone");
    mutex.with(|_| drop(&text))
}

fn main() {}
