//! Deputies 代行审批: who signs for whom, how far and until when; what they signed.

use super::pane::{Line, Pane, SHEET, Sheet, lacking, sheet_rows, unread};
use crate::kernel::clock::{self, DAY};
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::money::Fen;
use crate::kernel::roles::Role;
use crate::kernel::words::{Arg, Phrase, W};
use crate::office::deputies::{self as acts, DeputySignature, NewDeputy, signatures_by_deputies};
use crate::office::rules::Right;
use crate::office::store::deputies::{self as store, Deputy};
use crate::office::store::{self as people, Person};
use crate::phrase;
use crate::ui::choice::ChoiceOption;
use crate::ui::form::FormField;
use crate::ui::keys::KeyRow;
use crate::ui::screen::{Cx, DeskAct, Done, Draft, Effect, Effects, Input, Note, Place, Question, Screen};
use crate::ui::table::{Column, TableRow};
use crate::ui::when;
use chrono::NaiveDate;
use ratatui::Frame;
use ratatui::layout::Rect;

/// How many rows are shown, newest first.
const ROWS: i64 = 200;
/// How many of a leader's signatures by deputies the detail shows.
const SIGNATURES: i64 = 30;

/// What is open over the list.
enum Over {
    Nothing,
    New(Sheet),
    End(Deputy, Sheet),
}

/// The deputies.
struct Deputies {
    list: Vec<Deputy>,
    people: Vec<Person>,
    signatures: Vec<DeputySignature>,
    pane: Pane,
    over: Over,
    /// Whoever looks, and the day: what a new sheet begins with.
    me: i64,
    today: NaiveDate,
}

/// Opens the deputies.
///
/// # Errors
/// What the store says.
pub fn open(_place: Place, cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    let mut screen = Deputies {
        list: Vec::new(),
        people: Vec::new(),
        signatures: Vec::new(),
        pane: Pane::default(),
        over: Over::Nothing,
        me: cx.actor.id,
        today: clock::day_of(cx.now),
    };
    screen.read(cx)?;
    Ok(Box::new(screen))
}

impl Deputies {
    fn read(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        (self.me, self.today) = (cx.actor.id, clock::day_of(cx.now));
        self.list = store::list(cx.store.conn(), ROWS)?;
        self.people = people::all(cx.store.conn())?;
        self.pane.rows(self.list.len());
        self.read_signatures(cx)
    }

    /// The selected leader's, else those given for whoever looks.
    fn read_signatures(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        let leader = self.chosen().map_or(cx.actor.id, |deputy| deputy.leader_id);
        self.signatures = signatures_by_deputies(cx.store.conn(), leader, i64::MAX, SIGNATURES)?;
        Ok(())
    }

    fn chosen(&self) -> Option<&Deputy> {
        self.pane.selected().and_then(|index| self.list.get(index))
    }

    fn name(&self, id: i64) -> String {
        let Some(person) = self.people.iter().find(|p| p.id == id) else { return String::new() };
        let shared = self.people.iter().filter(|p| p.name == person.name).count() > 1;
        if shared { format!("{} {}", person.name, person.staff_no) } else { person.name.clone() }
    }

    fn new_sheet(&self) -> Sheet {
        let option = |p: &&Person| ChoiceOption::name(p.id.to_string(), format!("{} {}", p.name, p.staff_no));
        let signs_in = |p: &&Person| p.enabled && p.has_pin;
        let leaders = self.people.iter().filter(signs_in).filter(|p| p.roles.has(Role::Leader));
        let deputies = self.people.iter().filter(signs_in).filter(|p| p.id != self.me);
        let today = self.today.to_string();
        Sheet::new(
            W::OfficeKeyNameDeputy,
            vec![
                FormField::choice("leader", W::OfficeFieldDeputyLeader, leaders.map(|p| option(&p)).collect())
                    .value(&self.me.to_string()),
                FormField::choice("deputy", W::OfficeFieldDeputy, deputies.map(|p| option(&p)).collect()),
                FormField::money("limit", W::OfficeFieldLimit).hint(W::OfficeFieldDeputyLimitHint),
                FormField::day("from", W::OfficeFieldFromDay).value(&today),
                FormField::day("to", W::OfficeFieldToDay).hint(W::OfficeFieldToDayHint),
                FormField::text("reason", W::OfficeFieldReason),
            ],
        )
    }

    fn state(&self, deputy: &Deputy, now: i64) -> W {
        match deputy {
            Deputy { ended_at: Some(_), .. } => W::OfficeDeputyEnded,
            d if d.to_at < now => W::OfficeDeputyPast,
            d if d.from_at > now => W::OfficeDeputyToCome,
            _ => W::OfficeDeputyInForce,
        }
    }

    fn save(&mut self, cx: &Cx<'_>) -> Effects {
        match &mut self.over {
            Over::Nothing => Vec::new(),
            Over::New(sheet) => match read_sheet(sheet, cx) {
                Err(findings) => {
                    sheet.form.show(findings);
                    Vec::new()
                }
                Ok(new) => vec![Effect::Act(DeskAct::new("deputy_named", move |tx| {
                    let row = acts::name(tx, &new)?;
                    let label = people::label(tx.conn(), Some(row.deputy_id))?;
                    Ok(Done::said(phrase!(
                        W::OfficeSaidDeputy,
                        label,
                        Arg::Moment(row.from_at),
                        Arg::Moment(row.to_at)
                    )))
                }))],
            },
            Over::End(deputy, sheet) => {
                let (id, reason) = (deputy.id, sheet.form.value("reason").to_owned());
                vec![Effect::Act(DeskAct::new("deputy_ended", move |tx| {
                    acts::end(tx, id, &reason)?;
                    Ok(Done::said(W::OfficeSaidDeputyEnded))
                }))]
            }
        }
    }

    fn leave(&mut self) -> Effects {
        match &self.over {
            Over::Nothing => return vec![Effect::Back],
            Over::New(sheet) | Over::End(_, sheet) if sheet.form.dirty() => {
                return vec![Effect::Ask(Question { id: "deputies.drop", text: W::OfficeAskDrop.into() })];
            }
            _ => self.over = Over::Nothing,
        }
        Vec::new()
    }

    fn detail(&self, cx: &Cx<'_>) -> Vec<Line> {
        let theme = cx.theme;
        let mut lines = Vec::new();
        if let Some(deputy) = self.chosen() {
            let said =
                phrase!(W::OfficeDetailWhy, self.set_by(deputy), Arg::Moment(deputy.set_at), deputy.reason.clone());
            lines.push((said.say(cx.lang), theme.text()));
            if let Some(at) = deputy.ended_at {
                lines.push((phrase!(W::OfficeDetailEnded, Arg::Moment(at)).say(cx.lang), theme.warn()));
            }
        }
        lines.push((W::OfficeDetailSignatures.text(cx.lang).to_owned(), theme.title()));
        if self.signatures.is_empty() {
            lines.push((W::OfficeDetailNoSignatures.text(cx.lang).to_owned(), theme.dim()));
        }
        for signature in &self.signatures {
            let number = if signature.case_no.is_empty() { &signature.case_code } else { &signature.case_no };
            let amount = Arg::Money(signature.payable.unwrap_or_default().fen());
            let who = signature.deputy_id.map(|id| self.name(id)).unwrap_or_default();
            let said = phrase!(W::OfficeDetailSignature, Arg::Moment(signature.at), number.clone(), amount, who);
            lines.push((said.say(cx.lang), theme.text()));
        }
        lines
    }

    fn set_by(&self, deputy: &Deputy) -> String {
        self.people
            .iter()
            .find(|p| p.staff_no == deputy.set_by)
            .map_or_else(|| deputy.set_by.clone(), |p| p.name.clone())
    }
}

/// What was typed, or what cannot be read.
fn read_sheet(sheet: &Sheet, cx: &Cx<'_>) -> Result<NewDeputy, Findings> {
    let today = clock::day_of(cx.now);
    let values = sheet.values(cx);
    let text = |id: &str| values.get(id).map(String::as_str).unwrap_or_default().trim();
    let mut found = Findings::new();
    let mut day = |id: &'static str| -> Option<NaiveDate> {
        let read = when::parse_day(text(id), today);
        if read.is_none() {
            found.push(Finding::block("day", id, W::OfficeShapeDay));
        }
        read
    };
    let (from, to) = (day("from"), day("to"));
    let limit = match text("limit") {
        "" => None,
        typed => match Fen::parse(typed) {
            Ok(limit) => Some(limit),
            Err(_) => {
                found.push(Finding::block("limit", "limit", W::OfficeShapeMoney));
                None
            }
        },
    };
    let mut person = |id: &'static str| -> Option<i64> {
        let read = text(id).parse().ok();
        if read.is_none() {
            found.push(Finding::block("person", id, W::OfficePersonChoose));
        }
        read
    };
    let (leader, deputy) = (person("leader"), person("deputy"));
    let midnight = |day: NaiveDate| clock::moment_on(day, chrono::NaiveTime::MIN);
    match (leader, deputy, from, to) {
        (Some(leader_id), Some(deputy_id), Some(from), Some(to)) if !found.blocking() => Ok(NewDeputy {
            leader_id,
            deputy_id,
            limit,
            from_at: midnight(from),
            to_at: midnight(to) + DAY - 1,
            reason: text("reason").to_owned(),
        }),
        _ => Err(found),
    }
}

impl Screen for Deputies {
    fn place(&self) -> Place {
        Place::new("deputies")
    }

    fn title(&self, cx: &Cx<'_>) -> String {
        W::OfficePlaceDeputies.text(cx.lang).to_owned()
    }

    fn keys(&self, cx: &Cx<'_>) -> Vec<KeyRow> {
        if !matches!(self.over, Over::Nothing) {
            return sheet_rows("deputies.save", "deputies.leave");
        }
        let may_not = lacking(cx, Right::Deputies);
        let over = |d: &Deputy| d.ended_at.is_some() || d.to_at < cx.now;
        let none = match self.chosen() {
            None => Some(Phrase::from(W::OfficeNothingChosen)),
            Some(deputy) => over(deputy).then(|| Phrase::from(W::OfficeDeputyOver)),
        };
        vec![
            KeyRow::new("deputies.new", "ctrl-n", W::OfficeKeyNameDeputy).off(may_not.clone()),
            KeyRow::new("deputies.end", "ctrl-d", W::OfficeKeyEndDeputy).off(may_not.or(none)),
            KeyRow::new("deputies.leave", "esc", W::OfficeKeyBack),
        ]
    }

    fn help(&self) -> W {
        W::OfficeHelpDeputies
    }

    fn input(&mut self, input: Input, cx: &Cx<'_>) -> Effects {
        match (input, &mut self.over) {
            (Input::Action("deputies.new"), _) => self.over = Over::New(self.new_sheet()),
            (Input::Action("deputies.end"), _) => {
                if let Some(deputy) = self.chosen().cloned() {
                    let fields = vec![FormField::text("reason", W::OfficeFieldReason)];
                    self.over = Over::End(deputy, Sheet::new(W::OfficeKeyEndDeputy, fields));
                }
            }
            (Input::Action("deputies.save"), _) => return self.save(cx),
            (Input::Action(_), _) => return self.leave(),
            (Input::Key(key), Over::Nothing) => {
                self.pane.key(key);
                return self.read_signatures(cx).map_or_else(unread, |()| Vec::new());
            }
            (Input::Key(key), Over::New(sheet) | Over::End(_, sheet)) => sheet.key(key, cx),
            (Input::Paste(text), Over::New(sheet) | Over::End(_, sheet)) => {
                sheet.form.paste(&text);
            }
            (Input::Paste(_), Over::Nothing) => {}
        }
        Vec::new()
    }

    fn note(&mut self, note: Note<'_>, cx: &Cx<'_>) -> Effects {
        match note {
            Note::Done(_) | Note::Answer("deputies.drop", true) => self.over = Over::Nothing,
            Note::Refused(findings) => {
                if let Over::New(sheet) | Over::End(_, sheet) = &mut self.over {
                    sheet.form.show(findings.clone());
                }
                return Vec::new();
            }
            Note::Shown | Note::StoreChanged | Note::Minute => {}
            _ => return Vec::new(),
        }
        self.read(cx).map_or_else(unread, |()| Vec::new())
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        let columns = [
            Column::new(W::OfficeFieldDeputyLeader, 8, 16),
            Column::new(W::OfficeFieldDeputy, 8, 16),
            Column::new(W::OfficeFieldLimit, 12, 16).priority(2).right(),
            Column::new(W::OfficeFieldFromDay, 10, 10).priority(3),
            Column::new(W::OfficeFieldToDay, 10, 10).priority(1),
            Column::new(W::OfficeColumnState, 11, 12),
        ];
        let detail = self.detail(cx);
        let title = self.title(cx);
        self.pane.draw((frame, area, cx), (&title, W::OfficeDetailTitle.text(cx.lang)), &columns, &detail, |index| {
            let Some(deputy) = self.list.get(index) else { return TableRow::default() };
            let state = self.state(deputy, cx.now);
            let style = if state == W::OfficeDeputyInForce { cx.theme.text() } else { cx.theme.dim() };
            TableRow::new(deputy.id)
                .cell(self.name(deputy.leader_id), style)
                .cell(self.name(deputy.deputy_id), style)
                .cell(deputy.limit.map(|l| l.grouped()).unwrap_or_default(), style)
                .cell(clock::day_of(deputy.from_at).to_string(), style)
                .cell(clock::day_of(deputy.to_at).to_string(), style)
                .cell(state.text(cx.lang), style)
        });
        if let Over::New(sheet) | Over::End(_, sheet) = &self.over {
            sheet.draw(frame, area, cx);
        }
    }

    fn typing(&self) -> bool {
        !matches!(self.over, Over::Nothing)
    }

    fn draft(&self) -> Option<Draft> {
        match &self.over {
            Over::New(sheet) => sheet.draft("new"),
            Over::Nothing | Over::End(..) => None,
        }
    }

    fn restore(&mut self, draft: &Draft) {
        if draft.fields.contains_key(SHEET) {
            let mut sheet = self.new_sheet();
            sheet.form.restore(&draft.fields);
            self.over = Over::New(sheet);
        }
    }
}
