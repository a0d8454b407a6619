//! Writes a synthetic daily file of the core system: `cargo run --example sample -- 6438 > cases.csv`.
//!
//! Arguments: rows (default 40), seed (default 1), moment (default 2026-11-23T15:12).

use anyhow::Context;
use chrono::NaiveDateTime;
use std::io::Write;

#[path = "common/mod.rs"]
mod common;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let count = arguments.next().map_or(Ok(40), |n| n.parse()).context("rows")?;
    let seed = arguments.next().map_or(Ok(1), |n| n.parse()).context("seed")?;
    let moment = arguments.next().unwrap_or_else(|| "2026-11-23T15:12".to_owned());
    let now = NaiveDateTime::parse_from_str(&moment, "%Y-%m-%dT%H:%M").context("moment")?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    writeln!(out, "\u{feff}{}", common::HEADER)?;
    for row in common::rows(count, seed, now) {
        writeln!(out, "{row}")?;
    }
    out.flush()?;
    Ok(())
}
