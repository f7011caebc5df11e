//! What is beside a twin makes room for the user's types: `prefix` renames it, and not the twin.

use ironfence::{Guarded, MayLock, MutexGuard};

#[derive(Guarded, Default)]
#[guarded(prefix = Match)]
struct Game {
    #[guarded(mutex)]
    moves: Vec<u8>,
}

#[derive(Guarded, Default)]
#[guarded(name = SharedRound, prefix = r#RoundOf)]
struct Round {
    #[guarded(mutex)]
    moves: Vec<u8>,
}

struct GameSession {
    id: u32,
}

struct GameLocks;
struct GameHeld;
mod game_fields {}
struct SharedRoundLocks;

async fn play(session: MatchSession<'_, impl MayLock<match_fields::moves>>) -> usize {
    session.lock_moves().await.0.len()
}

fn ask(game: &GameGuarded) -> MatchLocks<'_> {
    game.locks()
}

fn push(held: &mut MatchHeld<MutexGuard<'_, Vec<u8>>>) {
    held.moves.push(1);
}

fn main() {
    let game: GameGuarded = Game::default().into_guarded();
    push(&mut ask(&game).lock_moves().blocking());
    drop(play(game.session()));
    let round: SharedRound = Round::default().into_guarded();
    let _: RoundOfLocks<'_> = round.locks();
    _ = (GameSession { id: 1 }.id, GameLocks, GameHeld, SharedRoundLocks);
}
