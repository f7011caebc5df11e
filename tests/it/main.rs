//! Black-box tests of ironfence.
