//! 批次: batches of transfers, their release, and the bank's answers.

use super::batch_paint;
use super::batch_popup::{Popup, failed, lacking, number, refused, releaser, second};
use crate::db::{Actor, Connection};
use crate::instructions::rules::State;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::text;
use crate::kernel::words::{Arg, Lang, Phrase, W};
use crate::office::prints;
use crate::office::rules::Right;
use crate::office::store::label;
use crate::payment::maps::{BankMap, LARGEST};
use crate::payment::prints::batch_sheet;
use crate::payment::rules::batch::reference;
use crate::payment::rules::result::Status;
use crate::payment::store::batch::{self, dissolve};
use crate::payment::store::batch_read::{self, Batch, BatchState, Member, Oddity, Sending};
use crate::payment::store::batch_send::{Way, folder, send};
use crate::payment::store::result::{Taken, read_file};
use crate::payment::store::result_word::{batch_word, instruction_word};
use crate::phrase;
use crate::ui::choice::ChoiceOption;
use crate::ui::form::FormField;
use crate::ui::keys::{ActionId, KeyRow};
use crate::ui::print::Preview;
use crate::ui::screen::{
    Cx, DeskAct, Done, Draft, Effect, Effects, Input, Job, Note, PinQuestion, Place, Question, Screen, Tone,
};
use crate::ui::table::{TableEvent, TableState};
use ratatui::Frame;
use ratatui::layout::Rect;
use std::cell::Cell;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Batches read at a time.
const PAGE: i64 = 100;
/// Rows of result files that are shown.
const ODDITIES: i64 = 50;

/// A batch with what is shown of it.
pub(super) struct Shown {
    pub(super) batch: Batch,
    pub(super) members: Vec<Member>,
    pub(super) sending: Option<Sending>,
    pub(super) odd: Vec<Oddity>,
}

/// The list of batches, or one batch opened.
pub struct Batches {
    /// The place as it was gone to: of one batch, or of all.
    place: Place,
    pub(super) list: Vec<Batch>,
    maps: Vec<BankMap>,
    more: bool,
    pub(super) table: TableState,
    pub(super) shown: Option<Shown>,
    /// The instructions of the batch are gone through.
    pub(super) inside: bool,
    pub(super) members: TableState,
    pub(super) popup: Option<Popup>,
    pub(super) left: Findings,
    /// What the question stands for: the batch, or the form as it was typed.
    asked: i64,
    restored: Option<Draft>,
    pub(super) height: Cell<u16>,
}

/// Opens the list.
///
/// # Errors
/// What the store says.
pub fn open(place: Place, cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    let mut screen = Batches {
        place,
        list: Vec::new(),
        maps: Vec::new(),
        more: false,
        table: TableState::default(),
        shown: None,
        inside: false,
        members: TableState::default(),
        popup: None,
        left: Findings::new(),
        asked: 0,
        restored: None,
        height: Cell::new(20),
    };
    screen.read(cx)?;
    if let Some(index) = screen.list.iter().position(|batch| batch.id == place.id) {
        screen.table.select(index);
        screen.look(cx)?;
    }
    Ok(Box::new(screen))
}

/// Batches that wait for something first, the oldest on top; then the others, the newest first.
fn page(conn: &Connection, wanted: i64) -> rusqlite::Result<(Vec<Batch>, bool)> {
    let mut all = batch_read::open(conn, PAGE)?;
    let past = batch_read::before(conn, i64::MAX, wanted)?;
    let more = number(past.len()) >= wanted;
    let waiting: Vec<i64> = all.iter().map(|batch| batch.id).collect();
    all.extend(past.into_iter().filter(|batch| !waiting.contains(&batch.id)));
    Ok((all, more))
}

impl Batches {
    fn read(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        let stood_on = self.selected().map(|batch| batch.id);
        let wanted = number(self.list.len()).max(PAGE);
        (self.list, self.more) = page(cx.store.conn(), wanted)?;
        self.maps = batch_read::bank_maps(cx.store.conn())?;
        self.table.rows(self.list.len(), self.more);
        if let Some(index) = stood_on.and_then(|id| self.list.iter().position(|batch| batch.id == id)) {
            self.table.select(index);
        }
        self.look(cx)
    }

    fn read_more(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        (self.list, self.more) = page(cx.store.conn(), number(self.list.len()) + PAGE)?;
        self.table.rows(self.list.len(), self.more);
        self.look(cx)
    }

    /// Reads the batch the list stands on.
    fn look(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        let conn = cx.store.conn();
        self.shown = match self.selected().map(|batch| batch.id) {
            None => None,
            Some(id) => match batch_read::by_id(conn, id)? {
                None => None,
                Some(batch) => Some(Shown {
                    members: batch_read::members(conn, id)?,
                    sending: batch_read::sending(conn, id)?,
                    odd: batch_read::oddities(conn, id, ODDITIES)?,
                    batch,
                }),
            },
        };
        self.members.rows(self.shown.as_ref().map_or(0, |shown| shown.members.len()), false);
        Ok(())
    }

    fn reread(&mut self, cx: &Cx<'_>) -> Effects {
        self.read(cx).map_or_else(|error| failed(&error), |()| Vec::new())
    }

    /// What the clerk calls a bank's map.
    pub(super) fn map_label<'a>(&'a self, name: &'a str, lang: Lang) -> &'a str {
        self.maps.iter().find(|map| map.name == name).map_or(name, |map| map.label(lang))
    }

    fn selected(&self) -> Option<&Batch> {
        self.table.selected().and_then(|index| self.list.get(index))
    }

    fn member(&self) -> Option<&Member> {
        self.members.selected().and_then(|index| self.shown.as_ref()?.members.get(index))
    }

    fn state(&self) -> Option<BatchState> {
        self.shown.as_ref().map(|shown| shown.batch.state)
    }

    /// Asks for the PIN that lets the batch go, with its count and sum.
    fn ask_send(&mut self, cx: &Cx<'_>) -> Effects {
        let Some(shown) = &self.shown else { return refused(W::BatchesNothingWaits) };
        let batch = &shown.batch;
        let mut barred: Vec<i64> = shown.members.iter().map(|member| member.one.chosen_by).collect();
        barred.push(batch.made_by);
        let mut text = phrase!(W::BatchesAskSend, batch.batch_no.as_str(), batch.lines, batch.total);
        let changed = shown.members.iter().filter(|member| member.one.account_changed).count();
        if changed > 0 {
            text = phrase!(W::BatchesAskChanged, text, number(changed));
        }
        self.asked = batch.id;
        vec![Effect::AskPin(PinQuestion { id: "batches.send", text, of: releaser(cx, barred) })]
    }

    fn send(&self, actor: &Actor) -> Effects {
        let (id, actor) = (self.asked, actor.clone());
        vec![Effect::Job(Job {
            title: W::BatchesSending.into(),
            id: "batches.send",
            work: Box::new(move |store, _, now, _| Ok(Box::new(send(store, &actor, now, id, &folder(store))))),
        })]
    }

    fn sent(&mut self, way: &Way, cx: &Cx<'_>) -> Effects {
        let mut said = match way {
            Way::Sent(batch, path) => {
                self.left = Findings::new();
                let shown = path.display().to_string();
                vec![Effect::Say(Tone::Good, phrase!(W::BatchesSent, batch.batch_no.as_str(), shown))]
            }
            Way::Refused(found) => {
                self.left = found.clone();
                let first = found.iter().next().map_or(Phrase::from(W::BatchesNothingSent), |first| first.what.clone());
                refused(first)
            }
            Way::Unsure(batch, error) => {
                let what = phrase!(W::BatchesUnsure, batch.batch_no.as_str(), error.as_str());
                self.left = Finding::block("unsure", None, what.clone()).into();
                refused(what)
            }
        };
        said.extend(self.reread(cx));
        said
    }

    fn form(&mut self, what: &str, cx: &Cx<'_>) -> anyhow::Result<Effects> {
        if what == "map" {
            let path = FormField::text("path", W::BatchesFieldPath).hint(W::BatchesMapHint).limit(1_000);
            self.popup = Some(Popup::new("map", 0, W::BatchesKeyMap, vec![path]));
            return Ok(Vec::new());
        }
        let Some(shown) = &self.shown else { return Ok(refused(W::BatchesNothingWaits)) };
        let (id, no) = (shown.batch.id, shown.batch.batch_no.as_str());
        let source = || FormField::text("reason", W::BatchesFieldSource).hint(W::BatchesFieldSourceHint);
        let popup = match what {
            "result" => {
                let newest =
                    newest_answer(&folder(cx.store)).map_or_else(String::new, |path| path.display().to_string());
                let path = FormField::text("path", W::BatchesFieldPath)
                    .hint(W::BatchesPathHint)
                    .limit(1_000)
                    .prefilled(&newest);
                Popup::new("result", id, phrase!(W::BatchesResultFor, no), vec![path])
            }
            "word" => {
                let options = vec![
                    ChoiceOption::words("received", W::BatchesWordReceived),
                    ChoiceOption::words("not_received", W::BatchesWordNotReceived),
                ];
                let word = FormField::choice("word", W::BatchesFieldWord, options);
                Popup::new("word", id, phrase!(W::BatchesWordFor, no), vec![word, source()])
            }
            "one" => {
                let Some(member) = self.member() else { return Ok(refused(W::BatchesNothingWaits)) };
                let options = [Status::Paid, Status::Failed, Status::Returned, Status::Stopped]
                    .into_iter()
                    .filter_map(|status| Some(ChoiceOption::words(status.code(), status.state()?.word())));
                let word = FormField::choice("word", W::BatchesFieldWord, options.collect());
                let title = phrase!(W::BatchesWordOne, reference(member.one.id), member.one.amount);
                Popup::new("one", member.one.id, title, vec![word, source()])
            }
            _ => return Ok(Vec::new()),
        };
        self.popup = Some(popup);
        Ok(Vec::new())
    }

    fn open_form(&mut self, what: &str, cx: &Cx<'_>) -> Effects {
        self.form(what, cx).unwrap_or_else(|error| failed(&error))
    }

    /// Puts a draft back into the form it was typed into.
    fn settle(&mut self, cx: &Cx<'_>) {
        let Some(draft) = self.restored.take() else { return };
        let Some((what, about)) = Popup::drafted(&draft) else { return };
        if what != "one" {
            if let Some(index) = self.list.iter().position(|batch| batch.id == about) {
                self.table.select(index);
            }
        } else if let Ok(Some(one)) = crate::instructions::store::by_id(cx.store.conn(), about)
            && let Some(index) = self.list.iter().position(|batch| Some(batch.id) == one.batch_id)
        {
            self.table.select(index);
            self.inside = true;
        }
        let looked = self.look(cx).is_ok();
        let members = self.shown.as_ref().map_or(&[][..], |shown| &shown.members);
        if let Some(index) = members.iter().position(|member| member.one.id == about) {
            self.members.select(index);
        }
        if looked
            && self.form(what, cx).is_ok()
            && let Some(popup) = &mut self.popup
        {
            popup.form.restore(&draft.fields);
        }
    }

    fn save(&mut self, cx: &Cx<'_>) -> Effects {
        let Some(popup) = &mut self.popup else { return Vec::new() };
        let id = popup.about;
        match popup.what {
            "result" | "map" => {
                let path = popup.text("path");
                let bytes = match content(Path::new(&path)) {
                    Ok(bytes) => bytes,
                    Err(what) => {
                        popup.show(&Finding::block("path", "path", what.clone()).into());
                        return refused(what);
                    }
                };
                if popup.what == "result" { take(id, &path, bytes) } else { add_map(bytes) }
            }
            _ => {
                let lacks = [("word", W::BatchesWordMissing), ("reason", W::BatchesWordSource)];
                let found: Findings = lacks
                    .into_iter()
                    .filter(|(field, _)| popup.text(field).is_empty())
                    .map(|(field, word)| Finding::block("missing", field, word))
                    .collect();
                if found.blocking() {
                    popup.show(&found);
                    return Vec::new();
                }
                let text = phrase!(W::BatchesAskSecond, popup.title.clone());
                vec![Effect::AskPin(PinQuestion { id: "batches.second", text, of: second(cx) })]
            }
        }
    }

    /// The second person has given a PIN: the word is kept under both names.
    fn worded(&self, actor: &Actor) -> Effects {
        let Some(popup) = &self.popup else { return Vec::new() };
        let (id, other, reason, word) = (popup.about, actor.id, popup.text("reason"), popup.text("word"));
        if popup.what == "word" {
            let received = word == "received";
            return vec![Effect::Act(DeskAct::new("bank_word", move |tx| {
                let batch = batch_word(tx, id, received, &reason, other)?;
                let word = if received { W::BatchesNowSent } else { W::BatchesNowFailed };
                Ok(Done::waits(Phrase::new(word, [Arg::Text(batch.batch_no)])))
            }))];
        }
        let Some(status) =
            [Status::Paid, Status::Failed, Status::Returned, Status::Stopped].into_iter().find(|s| s.code() == word)
        else {
            return Vec::new();
        };
        vec![Effect::Act(DeskAct::new("bank_word", move |tx| {
            instruction_word(tx, id, status, &reason, other)?;
            Ok(Done::said(W::BatchesWordKept))
        }))]
    }

    fn ask_dissolve(&mut self) -> Effects {
        let Some(shown) = &self.shown else { return refused(W::BatchesNothingWaits) };
        let batch = &shown.batch;
        self.asked = batch.id;
        let text = phrase!(W::BatchesAskDissolve, batch.batch_no.as_str(), batch.lines, batch.total);
        vec![Effect::Ask(Question { id: "batches.dissolve", text })]
    }

    fn dissolve(&self) -> Effects {
        let id = self.asked;
        vec![Effect::Act(DeskAct::new("batch_dissolve", move |tx| {
            let batch = dissolve(tx, id)?;
            Ok(Done::waits(phrase!(W::BatchesDissolved, batch.batch_no)))
        }))]
    }

    fn print(&self, cx: &Cx<'_>) -> anyhow::Result<Effects> {
        let Some(shown) = &self.shown else { return Ok(refused(W::BatchesNothingWaits)) };
        let conn = cx.store.conn();
        let maker = label(conn, Some(shown.batch.made_by))?;
        let releaser = label(conn, shown.sending.as_ref().map(|sending| sending.by))?;
        let (batch, members, lang) = (shown.batch.clone(), shown.members.clone(), cx.lang);
        let sheet = batch_sheet(&batch, &members, (&maker, &releaser), 1, lang);
        let act = DeskAct::new("batch_print", move |tx| {
            let n = prints::record(tx, "batch", &batch.batch_no)?;
            let subject = batch::subject(&batch.batch_no);
            tx.journal_as("batch_print", &subject, 0, &serde_json::json!({ "id": batch.id, "n": n }))?;
            let sheet = batch_sheet(&batch, &members, (&maker, &releaser), n, lang);
            Ok(Done::said(phrase!(W::BatchesSheetPrinted, batch.batch_no.as_str())).print(sheet))
        });
        Ok(vec![Effect::Preview(Preview { sheet, act })])
    }

    fn action(&mut self, action: ActionId, cx: &Cx<'_>) -> Effects {
        match action {
            "batches.save" => self.save(cx),
            "batches.leave" if self.popup.is_some() => {
                self.popup = None;
                Vec::new()
            }
            "batches.leave" if self.inside => {
                self.inside = false;
                Vec::new()
            }
            "batches.leave" => vec![Effect::Back],
            "batches.open" => {
                self.inside = self.shown.is_some();
                Vec::new()
            }
            "batches.folder" => {
                self.member().map(|member| Effect::Go(Place::of("folder", member.one.case_id))).into_iter().collect()
            }
            "batches.send" => self.ask_send(cx),
            "batches.result" => self.open_form("result", cx),
            "batches.word" => self.open_form(if self.inside { "one" } else { "word" }, cx),
            "batches.map" => self.open_form("map", cx),
            "batches.dissolve" => self.ask_dissolve(),
            "batches.print" => self.print(cx).unwrap_or_else(|error| failed(&error)),
            _ => Vec::new(),
        }
    }

    fn list_keys(&self, cx: &Cx<'_>) -> Vec<KeyRow> {
        let none = self.shown.is_none().then(|| Phrase::from(W::BatchesNothingWaits));
        let release = lacking(cx, Right::Release);
        let state = self.state();
        let unless = |wanted: bool, word: W| {
            let said = state
                .map_or(Phrase::from(W::BatchesNothingWaits), |state| Phrase::new(word, [Arg::Word(state.word())]));
            (!wanted).then_some(said)
        };
        let made = unless(state == Some(BatchState::Made), W::BatchesNotMade);
        let out = unless(
            state.is_some_and(|state| !matches!(state, BatchState::Made | BatchState::Dissolved)),
            W::BatchesNotOut,
        );
        let sending = unless(state == Some(BatchState::Sending), W::BatchesNotSending);
        let word = if self.inside {
            let open =
                self.member().is_some_and(|member| member.one.state.with_bank() || member.one.state == State::Paid);
            (!open).then(|| Phrase::from(W::BatchesNotUnderWay))
        } else {
            sending
        };
        let mut rows = vec![
            KeyRow::new("batches.send", "ctrl-s", W::BatchesKeySend).off(made.clone()).consequential(),
            KeyRow::new("batches.result", "ctrl-o", W::BatchesKeyResult).off(release.clone().or(out)).consequential(),
            KeyRow::new("batches.word", "ctrl-t", W::BatchesKeyWord).off(release.or(word)).consequential(),
        ];
        if self.inside {
            rows.push(KeyRow::new("batches.folder", "enter", W::BatchesKeyFolder).off(none.clone()));
        } else {
            rows.push(KeyRow::new("batches.open", "enter", W::BatchesKeyOpen).off(none.clone()));
        }
        rows.extend([
            KeyRow::new("batches.print", "ctrl-g", W::BatchesKeyPrint).off(none).consequential(),
            KeyRow::new("batches.dissolve", "ctrl-x", W::BatchesKeyDissolve).off(made).consequential(),
            KeyRow::new("batches.map", "ctrl-n", W::BatchesKeyMap).off(lacking(cx, Right::Registers)).consequential(),
            KeyRow::new("batches.leave", "esc", W::BatchesKeyBack),
        ]);
        rows
    }
}

/// The newest file beside the outgoing ones that the bank may have answered with.
fn newest_answer(out: &Path) -> Option<PathBuf> {
    let folder = out.with_file_name("bank-in");
    let files = std::fs::read_dir(folder).ok()?.flatten();
    let dated = files.filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())));
    dated.filter(|(_, path)| path.is_file()).max().map(|(_, path)| path)
}

/// The content of a file that is no larger than a result file can be.
fn content(path: &Path) -> Result<Vec<u8>, Phrase> {
    let said = |error: std::io::Error| {
        phrase!(W::IntakeFileUnreadable, text::neutralise(&path.display().to_string()).into_owned(), error.to_string())
    };
    let file = std::fs::File::open(path).map_err(said)?;
    if file.metadata().map_err(said)?.is_dir() {
        return Err(said(std::io::Error::from(std::io::ErrorKind::IsADirectory)));
    }
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(said)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > LARGEST { Err(W::BatchesFileLarge.into()) } else { Ok(bytes) }
}

fn take(id: i64, path: &str, bytes: Vec<u8>) -> Effects {
    let name = Path::new(path).file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let name = text::neutralise(&name).into_owned();
    vec![Effect::Act(DeskAct::new("batch_result", move |tx| {
        let taken = read_file(tx, id, &name, &bytes)?;
        if taken.again {
            return Ok(Done::waits(W::BatchesReadAlready).with(taken));
        }
        let said = taken.said();
        let done = if taken.odd.is_empty() && taken.bad == 0 { Done::said(said) } else { Done::waits(said) };
        Ok(done.with(taken))
    }))]
}

fn add_map(bytes: Vec<u8>) -> Effects {
    let Ok(body) = String::from_utf8(bytes) else { return refused(W::BatchesMapUtf8) };
    vec![Effect::Act(DeskAct::new("bank_map", move |tx| {
        let names = batch::add_maps(tx, &body)?;
        Ok(Done::said(phrase!(W::BatchesMapsAdded, names.join(" "))))
    }))]
}

impl Screen for Batches {
    fn place(&self) -> Place {
        self.place
    }

    fn title(&self, cx: &Cx<'_>) -> String {
        W::BatchesPlaceBatches.text(cx.lang).to_owned()
    }

    fn keys(&self, cx: &Cx<'_>) -> Vec<KeyRow> {
        if self.popup.is_none() {
            return self.list_keys(cx);
        }
        vec![
            KeyRow::new("batches.save", "ctrl-s", W::BatchesKeySave).consequential(),
            KeyRow::new("batches.leave", "esc", W::BatchesKeyBack),
        ]
    }

    fn help(&self) -> W {
        match (&self.popup, self.inside) {
            (Some(_), _) => W::BatchesHelpForm,
            (None, true) => W::BatchesHelpInside,
            (None, false) => W::BatchesHelpBatches,
        }
    }

    fn input(&mut self, input: Input, cx: &Cx<'_>) -> Effects {
        self.settle(cx);
        match (input, &mut self.popup) {
            (Input::Action(action), _) => self.action(action, cx),
            (Input::Key(key), Some(popup)) => {
                popup.key(key, cx);
                Vec::new()
            }
            (Input::Paste(text), Some(popup)) => {
                popup.form.paste(text.trim());
                Vec::new()
            }
            (Input::Key(key), None) if self.inside => {
                self.members.handle(key, self.height.get());
                Vec::new()
            }
            (Input::Key(key), None) => {
                let done = match self.table.handle(key, self.height.get()) {
                    TableEvent::WantsMore => self.read_more(cx),
                    TableEvent::Moved => self.look(cx),
                    TableEvent::Ignored => Ok(()),
                };
                done.map_or_else(|error| failed(&error), |()| Vec::new())
            }
            (Input::Paste(_), None) => Vec::new(),
        }
    }

    fn note(&mut self, note: Note<'_>, cx: &Cx<'_>) -> Effects {
        self.settle(cx);
        match note {
            Note::Pin("batches.send", actor) => self.send(actor),
            Note::Pin("batches.second", actor) => self.worded(actor),
            Note::Answer("batches.dissolve", true) => self.dissolve(),
            Note::JobDone("batches.send", way) => match way.downcast_ref::<Way>() {
                Some(way) => self.sent(way, cx),
                None => self.reread(cx),
            },
            Note::JobFailed(_, error) => {
                let mut said = refused(phrase!(W::DbFailed, error));
                said.extend(self.reread(cx));
                said
            }
            Note::Done(done) => {
                self.popup = None;
                let taken = done.value.as_ref().and_then(|value| value.downcast_ref::<Taken>());
                self.left = taken.map(|taken| taken.odd.clone()).unwrap_or_default();
                self.reread(cx)
            }
            Note::Refused(found) => {
                match &mut self.popup {
                    Some(popup) => popup.show(found),
                    None => self.left = found.clone(),
                }
                self.reread(cx)
            }
            Note::Shown | Note::StoreChanged => self.reread(cx),
            _ => Vec::new(),
        }
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        batch_paint::draw(self, frame, area, cx);
    }

    fn typing(&self) -> bool {
        self.popup.is_some()
    }

    fn draft(&self) -> Option<Draft> {
        self.restored.clone().or_else(|| self.popup.as_ref().and_then(Popup::draft))
    }

    fn restore(&mut self, draft: &Draft) {
        self.restored = Some(draft.clone());
    }
}
