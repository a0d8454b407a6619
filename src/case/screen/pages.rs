//! The pages of a folder as lines of text: facts, steps through all rounds, notes, timeline.

use super::card::{Card, masked, sibling_line};
use super::folder::{Section, SectionOf};
use crate::case::facts::Column;
use crate::case::milestones::Milestones;
use crate::case::store::load::{self, StepRecord};
use crate::case::store::{RoundNotes, minutes, subject};
use crate::case::timeline::act_label;
use crate::case::words;
use crate::db::journal;
use crate::kernel::money::Fen;
use crate::kernel::text;
use crate::kernel::words::{Arg, Lang, Phrase, W};
use crate::office;
use crate::reference::rulebook::Rulebook;
use crate::ui::screen::{Cx, Tone};
use ratatui::style::Style;

/// Rows of the timeline that are shown; the export of the journal has them all.
const TIMELINE: i64 = 200;
/// Notes that are shown.
const NOTES: i64 = 50;

/// What Enter does on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// Reveal a masked field.
    Personal(Column),
    /// Open another case of the accident.
    Case(i64),
}

#[derive(Clone, Debug)]
pub(super) struct PageLine {
    pub(super) text: String,
    pub(super) style: Style,
    pub(super) target: Option<Target>,
    head: bool,
}

/// A folder as text at one width, in one language, as of one minute.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) lines: Vec<PageLine>,
    width: usize,
    lang: Lang,
    minute: i64,
    hidden: bool,
}

impl Document {
    pub(super) fn fits(&self, width: usize, cx: &Cx<'_>) -> bool {
        self.width == width && self.lang == cx.lang && self.minute == cx.now / 60 && self.hidden == cx.hidden
    }

    /// Where sections begin.
    pub(super) fn heads(&self) -> impl Iterator<Item = usize> + '_ {
        self.lines.iter().enumerate().filter(|(_, line)| line.head).map(|(at, _)| at)
    }
}

struct Builder<'a, 'b> {
    cx: &'a Cx<'b>,
    width: usize,
    lines: Vec<PageLine>,
}

impl Builder<'_, '_> {
    fn line(&mut self, text: String, style: Style, target: Option<Target>) {
        let wrapped = if text.is_empty() { vec![text] } else { text::wrap(&text, self.width) };
        for text in wrapped {
            self.lines.push(PageLine { text, style, target, head: false });
        }
    }

    fn head(&mut self, word: W) {
        if !self.lines.is_empty() {
            self.line(String::new(), Style::new(), None);
        }
        let text = format!("== {} ==", word.text(self.cx.lang));
        self.lines.push(PageLine { text, style: self.cx.theme.title(), target: None, head: true });
    }

    fn say(&mut self, phrase: &Phrase, style: Style) {
        self.line(phrase.say(self.cx.lang), style, None);
    }
}

pub(super) fn build(
    cx: &Cx<'_>,
    (rules, sections): (&Rulebook, &[SectionOf]),
    card: &Card,
    revealed: &[Column],
    width: usize,
) -> Document {
    let mut b = Builder { cx, width: width.max(1), lines: Vec::new() };
    b.head(W::CaseSectionNow);
    for (text, style) in card.lines(cx, rules, b.width) {
        b.lines.push(PageLine { text, style, target: None, head: false });
    }
    accident(&mut b, rules, card);
    facts(&mut b, rules, card, revealed);
    // What the store cannot give is left out here; the shell reports a broken store elsewhere.
    if let (Ok(rounds), Ok(steps)) =
        (load::rounds(cx.store.conn(), card.case.id), load::steps(cx.store.conn(), card.case.id))
    {
        for (m, notes) in &rounds {
            round(&mut b, card, m, notes, &steps);
        }
    }
    for (head, of) in sections {
        section(&mut b, *head, of(cx, &card.case).unwrap_or_default());
    }
    notes(&mut b, card);
    timeline(&mut b, card);
    Document { lines: b.lines, width, lang: cx.lang, minute: cx.now / 60, hidden: cx.hidden }
}

/// What a desk has to say of the case.
fn section(b: &mut Builder<'_, '_>, head: W, section: Section) {
    if section.lines.is_empty() {
        return;
    }
    b.head(head);
    let theme = *b.cx.theme;
    for (line, tone) in &section.lines {
        let style = match tone {
            Tone::Good => theme.ok(),
            Tone::Plain => theme.text(),
            Tone::Bad => theme.warn(),
        };
        b.say(line, style);
    }
}

fn accident(b: &mut Builder<'_, '_>, rules: &Rulebook, card: &Card) {
    if card.siblings.is_empty() {
        return;
    }
    b.head(W::CaseSectionAccident);
    for other in &card.siblings {
        let text = sibling_line(b.cx, rules, other);
        let style = b.cx.theme.text();
        b.line(text, style, Some(Target::Case(other.id)));
    }
}

/// The label of a column that can be revealed or shown.
pub(super) fn label(column: Column) -> W {
    match column {
        Column::CaseNo => W::CaseFactCaseNo,
        Column::AccidentNo => W::CaseFactAccidentNo,
        Column::PolicyNo => W::CaseFactPolicyNo,
        Column::Line => W::CaseFactLine,
        Column::Insured => W::CaseFactInsured,
        Column::IdNo | Column::IdKind => W::CaseFactIdNo,
        Column::Phone => W::CaseFactPhone,
        Column::Plate => W::CaseFactPlate,
        Column::PolicyEnd => W::CaseFactPolicyEnd,
        Column::LossDate => W::CaseFactLossDate,
        Column::ReportDate => W::CaseFactReportDate,
        Column::ClaimedAt => W::CaseFactClaimedAt,
        Column::PapersAt => W::CaseFactPapersAt,
        Column::Assessed => W::CaseFactAssessed,
        Column::Verified => W::CaseFactVerified,
        Column::Surveyor => W::CaseFactSurveyor,
        Column::SurveyedAt => W::CaseFactSurveyedAt,
        Column::SurveyPlace => W::CaseFactSurveyPlace,
        Column::Assessor => W::CaseFactAssessor,
        Column::Verifier => W::CaseFactVerifier,
        Column::Adjuster => W::CaseFactAdjuster,
        Column::Payee => W::CaseFactPayee,
        Column::Holder => W::CaseFactHolder,
        Column::Bank => W::CaseFactBank,
        Column::Account => W::CaseFactAccount,
        Column::AccountKind => W::CaseFactAccountKind,
        _ => W::CaseFactPayable,
    }
}

fn facts(b: &mut Builder<'_, '_>, rules: &Rulebook, card: &Card, revealed: &[Column]) {
    b.head(W::CaseSectionFacts);
    let f = &card.case.facts;
    let cells = Column::ALL[..Column::DAILY].iter().map(|c| text::width(label(*c).text(b.cx.lang))).max().unwrap_or(0);
    for column in Column::ALL[..Column::DAILY].iter().copied().filter(|c| *c != Column::IdKind) {
        let raw = f.file_text(column, rules.line_label(&f.line, b.cx.lang));
        if raw.is_empty() {
            continue;
        }
        let shown = revealed.contains(&column);
        let value = match column {
            Column::IdNo => masked(&raw, text::mask_id, shown, b.cx.hidden),
            Column::Phone => masked(&raw, text::mask_phone, shown, b.cx.hidden),
            Column::Account => masked(&raw, text::mask_card, shown, b.cx.hidden),
            Column::Insured | Column::Payee | Column::Holder if b.cx.hidden => "***".to_owned(),
            Column::Assessed => grouped(f.assessed),
            Column::Verified => grouped(f.verified),
            Column::Payable => grouped(f.payable),
            // A survey that is known by its day only is kept as that day's first second.
            Column::SurveyedAt => raw.strip_suffix(" 00:00:00").unwrap_or(&raw).to_owned(),
            _ => text::neutralise(&raw).into_owned(),
        };
        let text = format!("{}  {value}", text::pad_right(label(column).text(b.cx.lang), cells));
        let target = column.personal().then_some(Target::Personal(column));
        let style = b.cx.theme.text();
        b.line(text, style, target);
    }
    let came = format!(
        "{}  {}",
        text::pad_right(W::CaseFactReceivedAt.text(b.cx.lang), cells),
        Arg::MomentFull(card.case.received_at).say(b.cx.lang)
    );
    let style = b.cx.theme.dim();
    b.line(came, style, None);
}

fn grouped(amount: Option<Fen>) -> String {
    amount.map(Fen::grouped).unwrap_or_default()
}

fn person(b: &Builder<'_, '_>, id: Option<i64>) -> String {
    office::store::label(b.cx.store.conn(), id).unwrap_or_default()
}

fn round(b: &mut Builder<'_, '_>, card: &Card, m: &Milestones, notes: &RoundNotes, steps: &[StepRecord]) {
    b.head(W::CaseSectionSteps);
    let theme = *b.cx.theme;
    let opened = Phrase::new(W::CaseRoundOpened, [Arg::Number(m.round), Arg::Moment(m.opened_at)]);
    b.say(&opened, theme.dim());
    if !notes.reason.is_empty() {
        b.line(text::neutralise(&notes.reason).into_owned(), theme.dim(), None);
    }
    if m.taken_over {
        b.say(&W::CaseTakenOver.into(), theme.warn());
    }
    for record in steps.iter().filter(|r| r.round == m.round) {
        step(b, record);
    }
    if let Some(said) = words::balance(m) {
        b.say(&said, theme.warn());
    }
    // As above: what the store cannot give is left out.
    for held in minutes::of_round(b.cx.store.conn(), card.case.id, m.round).unwrap_or_default() {
        let args =
            [held.held_on, held.attendees, held.conclusion].map(|t| Arg::Text(text::neutralise(&t).into_owned()));
        b.say(&Phrase::new(W::CaseRoundMinutes, args), theme.text());
    }
    if let Some(closed_at) = m.closed_at {
        let outcome = m.outcome.map_or(W::CaseOutcomeZero, words::outcome);
        let args = [
            Arg::MomentFull(closed_at),
            Arg::Word(outcome),
            Arg::Money(m.payable.unwrap_or_default().fen()),
            Arg::Text(notes.batch_day.clone()),
        ];
        b.say(&Phrase::new(W::CaseRoundClosed, args), theme.ok());
    }
}

fn step(b: &mut Builder<'_, '_>, r: &StepRecord) {
    let theme = *b.cx.theme;
    let lang = b.cx.lang;
    let void = r.void_at.is_some();
    let mut parts = vec![format!("{} {} {}", if void { "x" } else { "v" }, r.step, words::step(r.step).text(lang))];
    if r.not_applicable {
        parts.push(W::CaseStepNotApplicable.text(lang).to_owned());
    }
    if r.carried_from > 0 {
        parts.push(Phrase::new(W::CaseStepCarried, [Arg::Number(r.carried_from)]).say(lang));
    }
    parts.extend([person(b, r.person_id), person(b, r.second_id), r.day.clone()].into_iter().filter(|p| !p.is_empty()));
    parts.push(text::neutralise(&r.place).into_owned());
    parts.extend([r.amount, r.second_amount].into_iter().flatten().map(|a| a.grouped()));
    parts.extend(r.outcome.map(|o| words::outcome(o).text(lang).to_owned()));
    parts.push(Arg::Moment(r.happened_at.unwrap_or(r.recorded_at)).say(lang));
    let by = Phrase::new(W::CaseStepRecorded, [Arg::Text(person(b, Some(r.recorded_by)))]);
    parts.push(by.say(lang));
    parts.push(text::neutralise(&r.reason).into_owned());
    parts.retain(|p| !p.is_empty());
    b.line(parts.join("  "), if void { theme.disabled() } else { theme.text() }, None);
    if let Some(at) = r.void_at {
        let why = text::neutralise(&r.void_reason).into_owned();
        b.say(&Phrase::new(W::CaseStepVoid, [Arg::Moment(at), Arg::Text(why)]), theme.warn());
    }
}

fn notes(b: &mut Builder<'_, '_>, card: &Card) {
    b.head(W::CaseSectionNotes);
    let theme = *b.cx.theme;
    let found = load::notes(b.cx.store.conn(), card.case.id, NOTES).unwrap_or_default();
    if found.is_empty() {
        b.say(&W::CaseNoNotes.into(), theme.dim());
    }
    for note in found {
        let who = who(b, &note.by_no, "");
        let text = format!("{}  {who}  {}", Arg::Moment(note.at).say(b.cx.lang), text::neutralise(&note.text));
        b.line(text, theme.text(), None);
    }
}

fn who(b: &Builder<'_, '_>, staff_no: &str, os_user: &str) -> String {
    let found = office::store::by_staff_no(b.cx.store.conn(), staff_no).ok().flatten();
    found.map_or_else(|| if staff_no.is_empty() { os_user.to_owned() } else { staff_no.to_owned() }, |p| p.name)
}

fn timeline(b: &mut Builder<'_, '_>, card: &Card) {
    b.head(W::CaseSectionTimeline);
    let theme = *b.cx.theme;
    let rows =
        journal::of_subject(b.cx.store.conn(), &subject(&card.case.case_code), i64::MAX, TIMELINE).unwrap_or_default();
    for row in rows {
        let label = act_label(&row.act).say(b.cx.lang);
        let who = who(b, &row.person, &row.os_user);
        let mut text = format!("{}  {who}  {label}", Arg::MomentFull(row.at).say(b.cx.lang));
        let payload: serde_json::Value = serde_json::from_str(&row.payload).unwrap_or_default();
        if let Some(reason) = payload.get("reason").and_then(|r| r.as_str()).filter(|r| !r.is_empty()) {
            text.push_str("  ");
            text.push_str(&text::neutralise(reason));
        }
        b.line(text, theme.text(), None);
    }
}
