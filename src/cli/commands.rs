//! One function per command: opens what it needs, asks who acts, calls the folder's own function, prints.

use super::args::{CalendarCommand, Command, Global, PersonCommand, What};
use super::place::{self, Missing, Opened, Setup};
use super::secret::Secrets;
use super::who::{self, Proved};
use crate::db::{ActError, Actor, Store};
use crate::figures::commands::{self as figures, Form, Order};
use crate::intake::export;
use crate::kernel::words::{Arg, Lang, Phrase, W};
use crate::office::commands::{self as people, Answer, At, PinAsks};
use crate::office::people::NewPerson;
use crate::office::rules::Right;
use crate::upkeep::commands::{self as upkeep, Said};
use crate::{archive, case, intake, payment, registry};
use nix::unistd::Uid;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

/// How a command ended: lines for standard output, or the reason why not.
pub type Outcome = Result<Answer, Phrase>;

/// A command with everything it may ask.
pub struct Run<'a> {
    /// What holds for every command.
    pub global: &'a Global,
    /// Paths, language, configuration.
    pub setup: &'a Setup,
    secrets: Secrets,
}

impl From<Said> for Answer {
    fn from(said: Said) -> Answer {
        Answer { lines: said.lines, code: u8::from(!said.done) }
    }
}

fn other(error: impl Into<anyhow::Error>) -> Phrase {
    Phrase::new(W::DbFailed, [Arg::Text(format!("{:#}", error.into()))])
}

impl<'a> Run<'a> {
    /// Ready to run.
    pub fn new(global: &'a Global, setup: &'a Setup) -> Run<'a> {
        Run { global, setup, secrets: Secrets::new(global.pin_stdin) }
    }

    fn lang(&self) -> Lang {
        self.setup.lang
    }

    fn open(&self, missing: Missing) -> Result<(Opened, i64), Phrase> {
        let opened = self.setup.open(missing, &who::os_user())?;
        let now = place::clock(&opened.store, false).map_err(other)?.now();
        Ok((opened, now))
    }

    fn proved(&self, opened: &Opened, now: i64) -> Result<Proved, Phrase> {
        who::proved(&opened.store, now, self.global, &self.secrets, self.lang())
    }

    /// Runs a command other than `open` and `completions`.
    ///
    /// # Errors
    /// Why not, in words.
    pub fn command(&self, command: &Command) -> Outcome {
        match command {
            Command::Find { query, json } => self.find(query, *json),
            Command::Replay { week } => self.replay(week),
            Command::Reconcile => self.reconcile(),
            Command::Backup { file } => self.backup(file),
            Command::Restore { file } => self.restore(file),
            Command::Person(command) => self.person(command),
            Command::Calendar(command) => self.calendar(command),
            Command::Import { files, dry_run, past } => {
                self.import(files, intake::import::Options { past: *past, dry_run: *dry_run })
            }
            Command::Export { what, format, output, unmasked } => {
                let (format, lang) = ((*format).into(), self.lang());
                let asks = *unmasked;
                self.export(asks, |store, actor, now, out| match what.of_intake() {
                    Some(what) => {
                        let order = export::Order { what, format, unmasked: asks, lang };
                        intake::commands::export(store, actor, now, order, output.as_deref(), out)
                    }
                    None if *what == What::Archive => {
                        let order = archive::export::Order { format, unmasked: asks, lang };
                        archive::export::export(store, actor, now, order, output.as_deref(), out)
                    }
                    None => {
                        let order = payment::export::Order { format, unmasked: asks, lang };
                        payment::export::export(store, actor, now, order, output.as_deref(), out)
                    }
                })
            }
            Command::Report { kind, period, format, output } => self.report(Order {
                kind: (*kind).into(),
                period: period.as_deref(),
                form: (*format).into(),
                output: output.as_deref(),
                lang: self.lang(),
            }),
            Command::Open | Command::Practice(_) | Command::Completions { .. } => Err(W::ShellNowhereUnbuilt.into()),
        }
    }

    fn import(&self, files: &[PathBuf], options: intake::import::Options) -> Outcome {
        let (opened, now) = self.open(Missing::Create)?;
        let proved = who::with_right(self.proved(&opened, now)?, options.right())?;
        let progress = intake::import::Unwatched;
        Ok(intake::commands::import(&opened.store, &proved.actor, now, files, options, &progress, self.lang()))
    }

    fn export(
        &self,
        unmasked: bool,
        write: impl FnOnce(&Store, &Actor, i64, &mut dyn Write) -> Result<Answer, ActError>,
    ) -> Outcome {
        let (opened, now) = self.open(Missing::Refuse)?;
        let actor = if unmasked {
            who::with_right(self.proved(&opened, now)?, Right::UnmaskedExport)?.actor
        } else {
            who::anyone(&opened.store, &who::os_user())?
        };
        let mut out = std::io::stdout().lock();
        write(&opened.store, &actor, now, &mut out).map_err(who::first)
    }

    fn find(&self, query: &str, json: bool) -> Outcome {
        let (opened, _) = self.open(Missing::Refuse)?;
        let found = case::commands::find(&opened.store, query, self.lang(), json).map_err(other)?;
        if found.count == 0 && !json {
            // Said beside the answer, so that a script that counts lines still counts none.
            eprintln!("{}", W::CaseTodoNothingFound.text(self.lang()));
        }
        if found.bounded {
            eprintln!("{}", W::CaseTodoTooMany.text(self.lang()));
        }
        let lines = if found.text.is_empty() { Vec::new() } else { vec![found.text] };
        Ok(Answer { lines, code: 0 })
    }

    /// Wrong usage is told beside the report, so that a script never takes it for one.
    fn report(&self, order: Order<'_>) -> Outcome {
        let (opened, now) = self.open(Missing::Refuse)?;
        let usage = |why: Phrase| {
            eprintln!("{}", why.say(self.lang()));
            Ok(Answer { lines: Vec::new(), code: super::USAGE })
        };
        let period = match figures::period(order, now) {
            Ok(period) => period,
            Err(why) => return usage(why),
        };
        let out = std::io::stdout();
        if order.form == Form::Xlsx && order.output.is_none() && out.is_terminal() {
            return usage(W::FiguresNeedsFile.into());
        }
        let mut out = std::io::BufWriter::new(out.lock());
        figures::write(&opened.store, registry::FIGURES, period, now, order, &mut out)
    }

    fn replay(&self, week: &str) -> Outcome {
        let (opened, _) = self.open(Missing::Refuse)?;
        archive::replay::command(&opened.store, week, self.lang())
    }

    fn reconcile(&self) -> Outcome {
        let (opened, _) = self.open(Missing::Refuse)?;
        Ok(upkeep::reconcile(&opened.store, &registry::invariants(), self.lang()).into())
    }

    fn backup(&self, file: &Path) -> Outcome {
        let (opened, now) = self.open(Missing::Refuse)?;
        let proved = who::with_right(self.proved(&opened, now)?, Right::Backup)?;
        upkeep::backup(&opened.store, &proved.actor, now, file, self.lang()).map(Answer::from).map_err(who::first)
    }

    /// Who asks is checked against the store that is replaced, unless that one no longer opens.
    fn restore(&self, file: &Path) -> Outcome {
        let nobody = || Actor { os_user: who::os_user(), unpeopled: true, ..Actor::default() };
        let machine = crate::kernel::clock::Clock::Machine.now();
        let (actor, now) = match self.setup.store.exists().then(|| self.open(Missing::Refuse)) {
            Some(Ok((opened, now))) => (who::with_right(self.proved(&opened, now)?, Right::Backup)?.actor, now),
            Some(Err(_)) | None => (nobody(), machine),
        };
        let done = upkeep::restore(file, &self.setup.store, &registry::SCHEMA, &actor, now, self.lang());
        done.map(Answer::from).map_err(other)
    }

    fn calendar(&self, command: &CalendarCommand) -> Outcome {
        let (opened, now) = self.open(Missing::Create)?;
        let at = |actor| At { store: &opened.store, now, lang: self.setup.lang, actor };
        match command {
            CalendarCommand::Show { year } => {
                let actor = who::anyone(&opened.store, &who::os_user())?;
                Ok(people::calendar_show(at(&actor), *year))
            }
            CalendarCommand::Add { file } => {
                let proved = who::with_right(self.proved(&opened, now)?, Right::Calendars)?;
                let bytes = std::fs::read(file).map_err(|error| unread(file, &error))?;
                Ok(people::calendar_add(at(&proved.actor), &bytes))
            }
        }
    }

    fn person(&self, command: &PersonCommand) -> Outcome {
        let (opened, now) = self.open(Missing::Create)?;
        if let PersonCommand::Reset { name } = command
            && people::owner_may_reset(&opened.store, name, Uid::effective().as_raw()).map_err(who::first)?
        {
            let actor = who::anyone(&opened.store, &who::os_user())?;
            let at = At { store: &opened.store, now, lang: self.lang(), actor: &actor };
            let (new, again) = who::new_pin(&self.secrets, self.lang())?;
            return Ok(people::person_reset_by_owner(at, Uid::effective().as_raw(), name, &new, &again));
        }
        let Proved { actor, pin } = self.proved(&opened, now)?;
        let at = At { store: &opened.store, now, lang: self.lang(), actor: &actor };
        let second = |who: &Option<String>| who::second(at.store, now, who.as_deref(), &self.secrets, self.setup.lang);
        match command {
            PersonCommand::Add { name, roles, id, limit, second: by } => {
                let new = new_person(name, roles, id.as_deref(), limit.as_deref())?;
                Ok(people::person_add(at, &new, second(by)?.as_ref()))
            }
            PersonCommand::List => Ok(people::person_list(at)),
            PersonCommand::Disable { name, second: by } => Ok(people::person_disable(at, name, second(by)?.as_ref())),
            PersonCommand::Pin { name } => {
                let asks = people::person_pin_asks(at, name).map_err(who::first)?;
                let old = pin.filter(|_| asks == PinAsks::OldAndNew);
                let (new, again) = who::new_pin(&self.secrets, self.lang())?;
                Ok(people::person_pin(at, name, old.as_ref().map(|pin| pin.as_str()), &new, &again))
            }
            PersonCommand::Reset { name } => {
                let (new, again) = who::new_pin(&self.secrets, self.lang())?;
                Ok(people::person_reset(at, name, &new, &again))
            }
        }
    }
}

fn new_person(name: &str, roles: &[String], id: Option<&str>, limit: Option<&str>) -> Result<NewPerson, Phrase> {
    let words = |findings| who::first(ActError::Refused(findings));
    Ok(NewPerson {
        name: name.to_owned(),
        staff_no: id.unwrap_or_default().to_owned(),
        roles: people::parse_roles(roles).map_err(words)?,
        limit: limit.map(people::parse_limit).transpose().map_err(words)?,
    })
}

fn unread(file: &Path, error: &std::io::Error) -> Phrase {
    Phrase::new(W::CliFileUnread, [Arg::Text(file.display().to_string()), Arg::Text(error.to_string())])
}
