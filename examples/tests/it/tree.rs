//! Directory trees to index.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A directory of its own for a test; gone when it ends.
pub(crate) struct Tree(PathBuf);

impl Tree {
    pub(crate) fn new(test: &str) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("index-{test}"));
        let _ = fs::remove_dir_all(&root); // of a run that was killed
        fs::create_dir_all(&root).unwrap();
        Self(root)
    }

    /// Writes a file, and the directories that it is in.
    pub(crate) fn file(&self, path: &str, contents: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, contents).unwrap();
        path
    }

    pub(crate) fn root(&self) -> &Path {
        &self.0
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
