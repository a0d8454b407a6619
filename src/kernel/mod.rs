//! Pure floor.
