//! The card of a case: what the preview and the head of the folder show.

use super::columns::pressure_style;
use crate::case::deadline::DeadlineKind;
use crate::case::milestones::Stage;
use crate::case::next::{Hands, next_action};
use crate::case::reason;
use crate::case::store::{CaseFile, load};
use crate::case::words::{self, Pressure};
use crate::db::Connection;
use crate::kernel::money::Fen;
use crate::kernel::settings;
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::reference;
use crate::reference::rulebook::Rulebook;
use crate::ui::draw;
use crate::ui::screen::Cx;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// A line of text with its look.
pub type Line = (String, Style);

/// The preview of one case: read once when the selection rests on it, drawn many times.
#[derive(Debug)]
pub struct Card {
    /// The case.
    pub case: CaseFile,
    /// The other cases of its accident.
    pub siblings: Vec<CaseFile>,
    /// What the person looking at it may do.
    pub hands: Hands,
}

/// Masks a value unless it was revealed; hides it altogether while the desk is idle.
pub fn masked(value: &str, mask: fn(&str) -> String, revealed: bool, hidden: bool) -> String {
    if hidden && !value.is_empty() {
        return "***".to_owned();
    }
    let shown = if revealed { value.to_owned() } else { mask(value) };
    text::neutralise(&shown).into_owned()
}

impl Card {
    /// Reads the card of a case.
    ///
    /// # Errors
    /// What the store says.
    pub fn load(conn: &Connection, id: i64, hands: Hands) -> anyhow::Result<Option<Card>> {
        let Some(case) = load::by_id(conn, id)? else { return Ok(None) };
        let mut siblings = load::of_accident(conn, &case.facts.accident_no)?;
        siblings.retain(|other| other.id != case.id);
        Ok(Some(Card { case, siblings, hands }))
    }

    /// The card's lines, wrapped to a width in cells.
    pub fn lines(&self, cx: &Cx<'_>, rules: &Rulebook, width: usize) -> Vec<Line> {
        let mut out = self.who(cx, rules);
        out.push((String::new(), Style::new()));
        out.extend(self.progress(cx));
        out.push((String::new(), Style::new()));
        out.extend(self.amounts(cx, rules));
        out.extend(self.due(cx, rules));
        out.extend(self.accident(cx, rules));
        out.into_iter()
            .flat_map(|(text, style)| {
                let wrapped = if text.is_empty() { vec![text] } else { text::wrap(&text, width) };
                wrapped.into_iter().map(move |line| (line, style))
            })
            .collect()
    }

    fn who(&self, cx: &Cx<'_>, rules: &Rulebook) -> Vec<Line> {
        let f = &self.case.facts;
        let theme = cx.theme;
        let clean = |t: &str| text::neutralise(t).into_owned();
        let name = if cx.hidden { "***".to_owned() } else { clean(&f.insured) };
        let id = masked(&f.id_no, text::mask_id, false, cx.hidden);
        let phone = masked(&f.phone, text::mask_phone, false, cx.hidden);
        let number = if f.case_no.is_empty() { "-".to_owned() } else { clean(&f.case_no) };
        let mut out = vec![
            (format!("{name}  {id}  {phone}").trim_end().to_owned(), theme.title()),
            (
                format!("{}  {}", rules.line_label(&f.line, cx.lang), clean(&f.plate)).trim_end().to_owned(),
                theme.text(),
            ),
            (format!("{} {number}", W::CaseFactCaseNo.text(cx.lang)), theme.dim()),
            (format!("{} {}", W::CaseFactCaseCode.text(cx.lang), self.case.case_code), theme.dim()),
        ];
        let marks: Vec<&str> = [
            (self.case.awaiting_core, W::CaseAwaitingCoreLong),
            (self.case.core_differs, W::CaseCoreDiffersLong),
            (self.case.milestones.taken_over, W::CaseTakenOver),
        ]
        .into_iter()
        .filter(|(on, _)| *on)
        .map(|(_, word)| word.text(cx.lang))
        .collect();
        if !marks.is_empty() {
            out.push((format!("! {}", marks.join("  ")), theme.warn()));
        }
        out
    }

    /// `v 1 查勘` done, `> 4 核价` open now, the rest to come.
    fn progress(&self, cx: &Cx<'_>) -> Vec<Line> {
        let m = &self.case.milestones;
        let theme = cx.theme;
        let next = next_action(m, self.hands);
        let mut out = Vec::new();
        if m.stage() == Stage::Closing {
            for step in 1..=5_u8 {
                let done = step < 5 && m.steps[usize::from(step) - 1].is_some();
                let current = m.next_step() == Some(step);
                let (mark, style) = match (done, current) {
                    (true, _) => ("v", theme.ok()),
                    (false, true) => (">", theme.title()),
                    (false, false) => (" ", theme.dim()),
                };
                out.push((format!("{mark} {step} {}", words::step(step).text(cx.lang)), style));
            }
        } else {
            let names: Vec<String> = Stage::ALL
                .into_iter()
                .filter(|s| *s != Stage::Archived)
                .map(|stage| {
                    let mark = match stage.cmp(&m.stage()) {
                        std::cmp::Ordering::Less => "v",
                        std::cmp::Ordering::Equal => ">",
                        std::cmp::Ordering::Greater => " ",
                    };
                    format!("{mark} {}", words::stage(stage).text(cx.lang))
                })
                .collect();
            out.push((names.join("  "), theme.text()));
        }
        let said = words::next_full(m, next).say(cx.lang);
        out.push((format!("{} {said}", W::CaseNextLabel.text(cx.lang)), theme.title()));
        out
    }

    fn amounts(&self, cx: &Cx<'_>, rules: &Rulebook) -> Vec<Line> {
        let f = &self.case.facts;
        let labels = [W::CaseFactAssessed, W::CaseFactVerified, W::CaseFactPayable];
        let cells = labels.iter().map(|word| text::width(word.text(cx.lang))).max().unwrap_or(0);
        let shown = |word: W, amount: Option<Fen>| {
            let label = text::pad_right(word.text(cx.lang), cells);
            amount.map(|a| (format!("{label} {}", text::pad_left(&a.grouped(), 14)), cx.theme.text()))
        };
        let mut out: Vec<Line> = [
            shown(W::CaseFactAssessed, f.assessed),
            shown(W::CaseFactVerified, f.verified),
            shown(W::CaseFactPayable, f.payable),
        ]
        .into_iter()
        .flatten()
        .collect();
        out.extend(words::balance(&self.case.milestones).map(|said| (said.say(cx.lang), cx.theme.warn())));
        if let Some(outcome) = self.case.milestones.outcome.or(self.case.milestones.proposed) {
            let large = f.clock_facts(false, 0).is_large(&rules.settings, cx.now);
            let size = if large { W::CaseLarge } else { W::CaseSmall };
            let text = format!(
                "{} {}  {}",
                W::CaseOutcomeLabel.text(cx.lang),
                words::outcome(outcome).text(cx.lang),
                size.text(cx.lang)
            );
            out.push((text, cx.theme.text()));
        }
        out
    }

    fn due(&self, cx: &Cx<'_>, rules: &Rulebook) -> Vec<Line> {
        let soon = rules.settings.number(settings::SOON_HOURS, cx.now);
        let mut out = Vec::new();
        for (deadline, said) in reason::reasons(rules, &self.case) {
            let tentative = deadline.kind == DeadlineKind::ArchiveTentative;
            let (pressure, left) = words::remaining(cx.now, deadline.due_at, tentative, false, soon);
            let mark = match pressure {
                Pressure::Overdue => "!! ",
                Pressure::Soon => "! ",
                Pressure::Calm => "",
            };
            let head = format!("{mark}{} {}", words::kind(deadline.kind).text(cx.lang), left.say(cx.lang));
            out.push((head, pressure_style(pressure, *cx.theme)));
            out.push((said.say(cx.lang), cx.theme.dim()));
        }
        if out.is_empty() {
            out.push((reason::due_reason(rules, &self.case).say(cx.lang), cx.theme.dim()));
        }
        out
    }

    fn accident(&self, cx: &Cx<'_>, rules: &Rulebook) -> Vec<Line> {
        if self.siblings.is_empty() {
            return Vec::new();
        }
        let count = i64::try_from(self.siblings.len() + 1).unwrap_or(i64::MAX);
        let head =
            Phrase::new(W::CaseAccidentHead, [Arg::Text(self.case.facts.accident_no.clone()), Arg::Number(count)]);
        let mut out =
            vec![(String::new(), Style::new()), (text::neutralise(&head.say(cx.lang)).into_owned(), cx.theme.title())];
        for other in &self.siblings {
            out.push((sibling_line(cx, rules, other), cx.theme.text()));
        }
        out
    }
}

/// One line about another case of the same accident.
pub fn sibling_line(cx: &Cx<'_>, rules: &Rulebook, other: &CaseFile) -> String {
    let m = &other.milestones;
    let number = if other.facts.case_no.is_empty() { &other.case_code } else { &other.facts.case_no };
    let next = words::next_short(m, next_action(m, cx.actor.roles)).text(cx.lang);
    format!(
        "{}  {}  {next}",
        text::clip_left(&text::neutralise(number), 8),
        rules.line_label(&other.facts.line, cx.lang)
    )
}

/// Draws a card's lines into a place; what does not fit is left out.
pub fn draw(buf: &mut Buffer, area: Rect, lines: &[Line]) {
    for ((line, style), y) in lines.iter().zip(0..area.height) {
        draw::put(buf, area, 0, y, line, *style);
    }
}

/// The rulebook of the desk's store; an unreadable one shows the case without its rules.
///
/// # Errors
/// What the store says.
pub fn rules(cx: &Cx<'_>) -> anyhow::Result<std::rc::Rc<Rulebook>> {
    reference::store::rulebook(cx.store)
}
