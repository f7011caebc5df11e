//! Reading one file, and why a file is not read. Both builds of the index go through here.

use std::{
    fmt,
    fs::{self, File, Metadata},
    io::{self, Read},
    path::{Path, PathBuf},
    time::SystemTime,
};

/// What a file looked like from outside when it was read: as long as this stays, so do its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub(crate) bytes: u64,
    modified: Option<SystemTime>,
}

/// Why something in the tree is not in the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    TooLarge,
    NotUtf8,
    Unreadable(String),
    NotRegular,
    VersionControl,
    BuildOutput,
    Changed,
}

/// Something in the tree that is not in the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Skipped {
    pub(crate) path: PathBuf,
    pub(crate) reason: Reason,
    /// If it came to that.
    pub(crate) stamp: Option<Stamp>,
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        Self { bytes: metadata.len(), modified: metadata.modified().ok() }
    }
}

/// The text of the file `path` under `root`, if it is one of at most `max_bytes`.
pub(crate) fn read_text(
    root: &Path,
    path: &Path,
    max_bytes: u64,
) -> Result<(Stamp, String), Skipped> {
    let mut stamp = None;
    read_stamped(&root.join(path), max_bytes, &mut stamp).map_err(|reason| Skipped {
        path: path.to_owned(),
        reason,
        stamp,
    })
}

/// Leaves in `seen` what the file looked like, however reading it ended.
fn read_stamped(
    path: &Path,
    max_bytes: u64,
    seen: &mut Option<Stamp>,
) -> Result<(Stamp, String), Reason> {
    // Asked before it is opened, as opening a pipe would wait for its other end.
    let metadata = fs::symlink_metadata(path)?;
    let stamp = *seen.insert(Stamp::of(&metadata));
    if !metadata.is_file() {
        return Err(Reason::NotRegular);
    }
    if stamp.bytes > max_bytes {
        return Err(Reason::TooLarge);
    }
    let mut file = File::open(path)?;
    let mut bytes = Vec::with_capacity(usize::try_from(stamp.bytes).unwrap_or(0));
    // One more than there should be shows that it grew.
    file.by_ref().take(stamp.bytes + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != stamp.bytes || Stamp::of(&file.metadata()?) != stamp {
        return Err(Reason::Changed);
    }
    let text = String::from_utf8(bytes).map_err(|_| Reason::NotUtf8)?;
    Ok((stamp, text))
}

impl From<io::Error> for Reason {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(error.to_string())
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLarge => "larger than the limit",
            Self::NotUtf8 => "not UTF-8",
            Self::NotRegular => "not a regular file",
            Self::VersionControl => "version control, not entered",
            Self::BuildOutput => "build output, not entered",
            Self::Changed => "changed while indexing",
            Self::Unreadable(error) => return write!(f, "unreadable: {error}"),
        })
    }
}
