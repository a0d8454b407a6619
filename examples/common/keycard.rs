//! The key card: every key of every screen, read from the rows that are live in the states of the tour. As Markdown
//! with the names `config.toml` binds, and as a page that prints on A4.

use crate::{stage::Stage, tour};
use closing_desk::kernel::words::{Lang, W};
use closing_desk::registry;
use closing_desk::shell::{field_keys, list_keys};
use closing_desk::ui::keys::KeyRow;
use std::fmt::Write;
use std::path::PathBuf;

/// What is said above the keys.
struct Words {
    title: &'static str,
    about: &'static str,
    key: &'static str,
    does: &'static str,
    name: &'static str,
}

/// One group of keys under its heading.
struct Group {
    heading: &'static str,
    rows: Vec<KeyRow>,
}

fn words(lang: Lang) -> Words {
    match lang {
        Lang::Zh => Words {
            title: "结案台键位卡",
            about: "程序自带的键位；在 config.toml 的 [keys] 里可以改，右栏是改键时用的名字。开着输入法时单个字母按不到，请用同一行的 F 键、Ctrl 或 Alt 组合键。",
            key: "键",
            does: "做什么",
            name: "名字",
        },
        Lang::En => Words {
            title: "Closing desk: key card",
            about: "The keys of the program. The table [keys] of config.toml binds others, by the names on the right. While an input method is on, a bare letter does not arrive; use the F, Ctrl or Alt key of the same row.",
            key: "Key",
            does: "What it does",
            name: "Name",
        },
    }
}

/// The files of both languages.
pub fn cards() -> anyhow::Result<Vec<(PathBuf, String)>> {
    let mut out = Vec::new();
    for lang in [Lang::Zh, Lang::En] {
        let groups = groups(lang);
        out.push((PathBuf::from(format!("docs/keys.{}.md", lang.code())), markdown(&groups, lang)?));
        out.push((PathBuf::from(format!("docs/keys.{}.html", lang.code())), page(&groups, lang)?));
    }
    Ok(out)
}

/// The keys that are live everywhere, those of fields and lists, then those of each place in the order of places.
fn groups(lang: Lang) -> Vec<Group> {
    let mut everywhere = Vec::new();
    let mut places: Vec<(&str, Vec<KeyRow>)> =
        registry::screens().iter().map(|entry| (entry.name, Vec::new())).collect();
    for (_, go) in tour::STOPS {
        let desk = go(&Stage::new(lang));
        let (own, frame) = desk.app.live_keys();
        add(&mut everywhere, frame);
        let name = desk.app.place().map_or("", |place| place.name);
        if let Some((_, rows)) = places.iter_mut().find(|(place, _)| *place == name) {
            add(rows, own.into_iter().filter(|row| row.action != "popup").collect());
        }
    }
    let mut groups = vec![
        Group { heading: W::ShellHelpEverywhere.text(lang), rows: everywhere },
        Group { heading: W::ShellHelpList.text(lang), rows: list_keys() },
        Group { heading: W::ShellHelpField.text(lang), rows: field_keys() },
    ];
    for (entry, (_, rows)) in registry::screens().iter().zip(places) {
        if !rows.is_empty() {
            groups.push(Group { heading: entry.word.text(lang), rows });
        }
    }
    groups
}

/// Adds rows and keys not yet known.
fn add(known: &mut Vec<KeyRow>, rows: Vec<KeyRow>) {
    for row in rows {
        match known.iter_mut().find(|other| other.action == row.action) {
            Some(other) => {
                let new: Vec<_> = row.chords.into_iter().filter(|chord| !other.chords.contains(chord)).collect();
                other.chords.extend(new);
            }
            None => known.push(row),
        }
    }
}

fn keys(row: &KeyRow, lang: Lang) -> Vec<String> {
    row.chords.iter().map(|chord| chord.name(lang)).collect()
}

/// The name in the configuration; nothing for keys that can't be bound.
fn name(row: &KeyRow) -> &'static str {
    registry::action(row.action).map_or("", |action| action.name)
}

fn markdown(groups: &[Group], lang: Lang) -> anyhow::Result<String> {
    let words = words(lang);
    let mut out = format!("# {}\n\n{}\n", words.title, words.about);
    for group in groups {
        write!(out, "\n## {}\n\n| {} | {} | {} |\n|---|---|---|\n", group.heading, words.key, words.does, words.name)?;
        for row in &group.rows {
            let keys: Vec<String> = keys(row, lang).iter().map(|key| format!("`{key}`")).collect();
            let name = name(row);
            let name = if name.is_empty() { String::new() } else { format!("`{name}`") };
            writeln!(out, "| {} | {} | {name} |", keys.join(" "), row.word.text(lang))?;
        }
    }
    Ok(out)
}

/// Two columns on one sheet, black on white.
const STYLE: &str = "@page{size:A4;margin:11mm}body{font:8.6pt/1.25 sans-serif;color:#000;background:#fff;max-width:190mm;margin:auto}\
h1{font-size:13pt;margin:0 0 1mm}p{margin:0 0 3mm}main{columns:3;column-gap:6mm}section{break-inside:avoid;margin:0 0 2.6mm}\
h2{font-size:9.4pt;margin:0 0 .6mm;border-bottom:.3mm solid #000}dl{display:grid;grid-template-columns:auto 1fr;gap:0 2mm;margin:0}\
dt{font-weight:600;white-space:nowrap}dd{margin:0}";

fn page(groups: &[Group], lang: Lang) -> anyhow::Result<String> {
    let words = words(lang);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{}\"><meta charset=\"utf-8\"><title>{}</title><style>{STYLE}</style>\n<h1>{}</h1>\n<main>\n",
        lang.code(),
        words.title,
        words.title
    );
    for group in groups {
        write!(out, "<section><h2>{}</h2><dl>", group.heading)?;
        for row in &group.rows {
            write!(out, "<dt>{}</dt><dd>{}</dd>", keys(row, lang).join(" "), row.word.text(lang))?;
        }
        out.push_str("</dl></section>\n");
    }
    out.push_str("</main></html>\n");
    Ok(out)
}
