//! The statistics as nested values with names: what JSON and serde show of them. All times are in nanoseconds.

use alloc::{string::String, vec, vec::Vec};
use core::{fmt, time::Duration};

use super::{Class, Snapshot, Taken, Times};

#[derive(Clone, Debug)]
pub(super) enum Value {
    Number(u64),
    Text(String),
    List(Vec<Value>),
    Named(Vec<(&'static str, Value)>),
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<Duration> for Value {
    fn from(time: Duration) -> Self {
        // 584 years fit.
        Self::Number(time.as_nanos() as u64)
    }
}

impl From<&Snapshot> for Value {
    fn from(Snapshot { classes, over }: &Snapshot) -> Self {
        let classes = classes.iter().map(Self::from).collect();
        Self::Named(vec![("over_ns", (*over).into()), ("classes", Self::List(classes))])
    }
}

impl From<&Class> for Value {
    fn from(class: &Class) -> Self {
        let Class {
            name,
            taken: Taken { exclusive, shared, upgradable },
            waited,
            given_up,
            passes,
            wait,
            hold,
            waiting,
            longest_wait_now,
        } = class;
        Self::Named(vec![
            ("name", Self::Text(name.clone())),
            ("exclusive", (*exclusive).into()),
            ("shared", (*shared).into()),
            ("upgradable", (*upgradable).into()),
            ("waited", (*waited).into()),
            ("given_up", (*given_up).into()),
            ("passes", (*passes).into()),
            ("waiting", (*waiting as u64).into()),
            ("longest_wait_ns", (*longest_wait_now).into()),
            ("wait", wait.into()),
            ("hold", hold.into()),
        ])
    }
}

impl From<&Times> for Value {
    fn from(times: &Times) -> Self {
        let bucket = |(from, end, count): (Duration, Duration, u64)| {
            Self::List(vec![from.into(), end.into(), count.into()])
        };
        Self::Named(vec![
            ("count", times.count().into()),
            ("sum_ns", times.sum().into()),
            ("p50_ns", times.p50().into()),
            ("p99_ns", times.p99().into()),
            ("max_ns", times.max().into()),
            ("buckets", Self::List(times.buckets().map(bucket).collect())),
        ])
    }
}

/// As JSON.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => quoted(text, f),
            Self::List(values) => {
                for (number, value) in values.iter().enumerate() {
                    write!(f, "{}{value}", if number == 0 { '[' } else { ',' })?;
                }
                f.write_str(if values.is_empty() { "[]" } else { "]" })
            }
            Self::Named(values) => {
                for (number, (name, value)) in values.iter().enumerate() {
                    write!(f, "{}\"{name}\":{value}", if number == 0 { '{' } else { ',' })?;
                }
                f.write_str(if values.is_empty() { "{}" } else { "}" })
            }
        }
    }
}

/// As a string of JSON.
fn quoted(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("\"")?;
    for sign in text.chars() {
        match sign {
            '"' | '\\' => write!(f, "\\{sign}")?,
            '\n' => f.write_str("\\n")?,
            _ if sign.is_control() => write!(f, "\\u{:04x}", u32::from(sign))?,
            _ => f.write_str(sign.encode_utf8(&mut [0; 4]))?,
        }
    }
    f.write_str("\"")
}

#[cfg(feature = "serde")]
mod by_serde {
    use serde::{Serialize, Serializer};

    use super::{Class, Snapshot, Times, Value};

    impl Serialize for Value {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            match self {
                Self::Number(number) => serializer.serialize_u64(*number),
                Self::Text(text) => serializer.serialize_str(text),
                Self::List(values) => serializer.collect_seq(values),
                Self::Named(values) => {
                    serializer.collect_map(values.iter().map(|(name, value)| (name, value)))
                }
            }
        }
    }

    impl Serialize for Snapshot {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            Value::from(self).serialize(serializer)
        }
    }

    impl Serialize for Class {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            Value::from(self).serialize(serializer)
        }
    }

    impl Serialize for Times {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            Value::from(self).serialize(serializer)
        }
    }
}
