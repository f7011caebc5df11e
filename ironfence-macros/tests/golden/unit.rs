#[derive(Guarded)]
struct Marker;
