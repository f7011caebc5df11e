//! What several test modules need: counted wakers, hostile wakers, futures polled by hand.
