//! Sheets of the archive: 移交清单 of a sealed day, 抽查表 of a week.

use crate::archive::rules::check::kind_word;
use crate::archive::rules::draw::power;
use crate::archive::rules::seal::{DONE, DaySheet, Item, action};
use crate::archive::store::check::Line;
use crate::archive::store::draw::Draw;
use crate::archive::store::findings::Finding;
use crate::archive::store::handover::{Carried, PRINT};
use crate::archive::store::seal::{Changed, Correction};
use crate::case::words;
use crate::kernel::clock;
use crate::kernel::settings::definition;
use crate::kernel::words::{Arg, Lang, Phrase, W};
use crate::office::setting_words;
use crate::phrase;
use crate::reference::rulebook::Rulebook;
use crate::ui::print::Sheet;
use chrono::NaiveDate;

/// Everything a day's sheet says.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Numbers and list.
    pub sheet: DaySheet,
    /// Why files are carried over.
    pub carried: Carried,
    /// Settings changed since the sheet before, each with who changed it.
    pub settings: Vec<(Changed, String)>,
    /// Corrections no sheet has printed yet.
    pub corrections: Vec<Correction>,
    /// Days taken over since the sheet before: day, when, by whom.
    pub taken: Vec<(NaiveDate, i64, String)>,
    /// Who was on duty.
    pub duty: Vec<String>,
    /// Who hands over.
    pub giver: String,
    /// Who takes over; nobody: signed alone.
    pub taker: Option<String>,
    /// The moment of the seal.
    pub sealed_at: i64,
    /// Number and hash of the journal's last row.
    pub head: (i64, String),
    /// Name of the office.
    pub office: String,
}

/// What is missing on a file, in words.
pub fn state_word(state: &str) -> W {
    match action(state) {
        Some(next) => words::action(next),
        None if state == DONE => W::SealFiled,
        None => W::SealNone,
    }
}

/// The counts in words, two lines.
pub fn counts(sheet: &DaySheet) -> [Phrase; 2] {
    let c = sheet.counts;
    [
        phrase!(W::SealCountsBatch, c.batch, c.batch_filed, c.due, c.due_on_time),
        phrase!(W::SealCountsOpen, c.overdue, c.filed, c.filed_late, c.unclaimed),
    ]
}

/// 移交清单 of a day.
pub fn handover(facts: &Facts, rules: &Rulebook, lang: Lang) -> Sheet {
    let day = facts.sheet.day;
    let mut out = Sheet::new(PRINT, phrase!(W::SealSheetTitle, Arg::Day(day)).say(lang)).about(day.to_string());
    out.centred(&facts.office);
    out.centred(&phrase!(W::SealSheetTitle, Arg::Day(day)).say(lang));
    let as_of = phrase!(W::SealAsOf, Arg::MomentFull(facts.sheet.as_of), Arg::MomentFull(facts.sealed_at));
    out.paragraph(0, &as_of.say(lang));
    let none = || W::SealNone.text(lang).to_owned();
    let duty = if facts.duty.is_empty() { none() } else { Arg::list(facts.duty.iter().map(String::as_str)).say(lang) };
    out.paragraph(0, &phrase!(W::SealDutyLine, duty).say(lang));
    for line in counts(&facts.sheet) {
        out.paragraph(0, &line.say(lang));
    }
    out.rule();
    list(&mut out, facts, lang);
    out.rule();
    changes(&mut out, facts, rules, lang);
    out.paragraph(0, &phrase!(W::SealHeadLine, facts.head.0).say(lang));
    out.paragraph(2, &facts.head.1);
    out.blank();
    out.paragraph(0, &phrase!(W::SealGiver, facts.giver.as_str(), Arg::MomentFull(facts.sealed_at)).say(lang));
    let taker = facts.taker.clone().unwrap_or_else(|| W::SealAlone.text(lang).to_owned());
    out.paragraph(0, &phrase!(W::SealTaker, taker).say(lang));
    out
}

/// One line per file, its reason below it.
fn list(out: &mut Sheet, facts: &Facts, lang: Lang) {
    if facts.sheet.list.is_empty() {
        return out.paragraph(0, W::SealListEmpty.text(lang));
    }
    let head = [W::SealColumnCode, W::SealColumnBatch, W::SealColumnDue, W::SealColumnState, W::SealColumnFiled]
        .map(|word| word.text(lang));
    let widths = [16, 10, 18, 18, 11];
    out.row(&[
        (head[0], widths[0]),
        (head[1], widths[1]),
        (head[2], widths[2]),
        (head[3], widths[3]),
        (head[4], widths[4]),
    ]);
    for item in &facts.sheet.list {
        let code = if item.round > 1 { format!("{} R{}", item.case_code, item.round) } else { item.case_code.clone() };
        let batch = item.batch_day.get(5..).unwrap_or_default().to_owned();
        let due = due_text(item, facts.sheet.as_of, lang);
        let filed = item.filed_at.map_or_else(String::new, |at| Arg::Moment(at).say(lang));
        out.row(&[
            (&code, widths[0]),
            (&batch, widths[1]),
            (&due, widths[2]),
            (state_word(item.state).text(lang), widths[3]),
            (&filed, widths[4]),
        ]);
        if let Some(reason) = facts.carried.get(&(item.case_id, item.round)) {
            out.paragraph(4, &phrase!(W::SealCarriedLine, reason.as_str()).say(lang));
        }
    }
    out.paragraph(0, W::SealLegend.text(lang));
}

/// The deadline with its mark: `!!` passed, `~` tentative.
pub fn due_text(item: &Item, at: i64, lang: Lang) -> String {
    let due = Arg::Moment(item.due_at).say(lang);
    if item.tentative {
        format!("~  {due}")
    } else if item.overdue(at) {
        format!("!! {due}")
    } else {
        format!("   {due}")
    }
}

/// Corrections, days taken over, settings changed.
fn changes(out: &mut Sheet, facts: &Facts, rules: &Rulebook, lang: Lang) {
    for correction in &facts.corrections {
        let said = phrase!(
            W::SealCorrectionLine,
            Arg::Day(correction.day),
            correction.text.as_str(),
            correction.by_no.as_str(),
            Arg::Moment(correction.at)
        );
        out.paragraph(0, &said.say(lang));
    }
    for (day, at, by) in &facts.taken {
        out.paragraph(0, &phrase!(W::SealTakenLine, Arg::Day(*day), by.as_str(), Arg::MomentFull(*at)).say(lang));
    }
    for (changed, by) in &facts.settings {
        let name =
            setting_words::of(&changed.key).map_or_else(|| changed.key.clone(), |w| w.name.text(lang).to_owned());
        let value = definition(&changed.key)
            .map_or_else(|| changed.value.clone(), |known| setting_words::value(known, &changed.value, rules, lang));
        let from = Arg::MomentFull(changed.from_at);
        out.paragraph(
            0,
            &phrase!(W::SealSettingLine, name, value, from, by.as_str(), changed.reason.as_str()).say(lang),
        );
    }
}

/// The kind under which check sheets are counted.
pub const SPOT: &str = "spot-check";

/// How large a share was drawn, and with what likelihood the draw shows one of two bad files.
pub fn coverage(draw: &Draw) -> Phrase {
    let percent = if draw.population == 0 { 0 } else { draw.chosen * 100 / draw.population };
    let power = power(draw.population, draw.chosen, 2);
    phrase!(W::SealCoverage, draw.chosen, draw.population, percent, power)
}

/// 抽查表 of a week: seed, population, the list with what was found, findings.
pub fn spot_check(draw: &Draw, lines: &[Line], found: &[Finding], rules: &Rulebook, lang: Lang) -> Sheet {
    let title = phrase!(W::SealSpotTitle, draw.week.as_str()).say(lang);
    let mut out = Sheet::new(SPOT, title.clone()).about(draw.week.as_str());
    out.centred(&title);
    let seal = if draw.seal_day.is_empty() { W::SealNone.text(lang) } else { draw.seal_day.as_str() };
    out.paragraph(0, &phrase!(W::SealSpotDrawn, Arg::MomentFull(draw.drawn_at), seal, draw.rate).say(lang));
    for (word, hash) in
        [(W::SealSpotHead, &draw.head), (W::SealSpotSeed, &draw.seed), (W::SealSpotPopulation, &draw.population_hash)]
    {
        out.paragraph(0, word.text(lang));
        out.paragraph(2, hash);
    }
    out.paragraph(0, &coverage(draw).say(lang));
    out.rule();
    let widths = [22, 16, 13, 24];
    let head =
        [W::SealColumnClass, W::SealColumnCode, W::SealColumnDue, W::SealColumnResult].map(|word| word.text(lang));
    out.row(&[(head[0], widths[0]), (head[1], widths[1]), (head[2], widths[2]), (head[3], widths[3])]);
    for line in lines {
        let class = class_name(rules, &line.class, lang);
        let code = if line.round > 1 { format!("{} R{}", line.case_code, line.round) } else { line.case_code.clone() };
        let result = line.verdict.as_ref().map_or(W::SealResultOpen, |verdict| verdict.0.word());
        let due = Arg::Moment(line.due_at).say(lang);
        out.row(&[(&class, widths[0]), (&code, widths[1]), (&due, widths[2]), (result.text(lang), widths[3])]);
        if let Some((_, note, _, _)) = line.verdict.as_ref().filter(|verdict| !verdict.1.is_empty()) {
            out.paragraph(4, note);
        }
    }
    out.rule();
    for finding in found {
        let said = phrase!(
            W::SealFindingLine,
            finding.case_code.as_str(),
            kind_word(&finding.kind),
            Arg::Day(finding.due_day),
            finding.note.as_str()
        );
        out.paragraph(0, &said.say(lang));
    }
    out.paragraph(0, W::SealSpotReplay.text(lang));
    out
}

/// The name of an archive class.
pub fn class_name(rules: &Rulebook, class: &str, lang: Lang) -> String {
    let line = rules.lines.iter().find(|line| line.class == class);
    line.map_or_else(
        || class.to_owned(),
        |line| match lang {
            Lang::Zh => line.class_name.clone(),
            Lang::En => line.class_name_en.clone(),
        },
    )
}

/// A day with its weekday mark for lists: `11-23`.
pub fn short(day: NaiveDate) -> String {
    clock::day_text(day).get(5..).unwrap_or_default().to_owned()
}
