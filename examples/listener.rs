//! Whoever reads what an example prints, and may stop.

use std::io::{self, ErrorKind, Write};

/// Passes on what is written, until the reader at the other end of a pipe is gone.
#[derive(Debug)]
pub struct Listener<W>(pub W);

impl<W: Write> Write for Listener<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.write(bytes) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(bytes.len()),
            result => result,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.0.flush() {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            result => result,
        }
    }
}
