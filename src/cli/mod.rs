//! The command line: arguments in, exit code out (0 done, 1 failed, 2 wrong usage, 3 some rows rejected).

mod args;
mod commands;
mod place;
mod practice;
mod secret;
mod who;

use crate::kernel::words::{Lang, Phrase, W};
use crate::office::commands::Answer;
use crate::registry;
use crate::shell::desk::{self, Ended};
use crate::shell::{App, AppParts};
use crate::ui::theme::Theme;
use args::{Cli, Command};
use clap::{CommandFactory, FromArgMatches};
use commands::Run;
use nix::sys::signal::Signal;
use place::{Missing, Setup};
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

/// Wrong usage.
const USAGE: u8 = 2;

/// Runs the program.
pub fn main() -> ExitCode {
    // A file that may not grow any more is told as a full disk is; unheeded, this signal ends the process.
    let _ = signal_hook::flag::register(Signal::SIGXFSZ as i32, Arc::default());
    let matches = described().get_matches();
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    if let Some(Command::Completions { shell }) = cli.command {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Cli::command(), "closing-desk", &mut script);
        // A reader that has seen enough is no failure.
        let _ = std::io::stdout().write_all(&script);
        return ExitCode::SUCCESS;
    }
    let setup = match place::setup(&cli.global) {
        Ok(setup) => setup,
        Err((_, problems)) => {
            complain(&problems);
            return ExitCode::from(USAGE);
        }
    };
    match cli.command {
        None | Some(Command::Open) => open(&setup),
        Some(Command::Practice(asked)) => practise(setup, &asked),
        Some(command) => match Run::new(&cli.global, &setup).command(&command) {
            Ok(answer) => finish(&answer),
            Err(why) => refuse(&why, setup.lang),
        },
    }
}

/// The arguments with the places of this machine in their help.
fn described() -> clap::Command {
    let config = place::config_path().unwrap_or_default();
    let places = format!("store: {}\nconfiguration: {} (optional)", place::store_path().display(), config.display());
    Cli::command().after_help(places)
}

fn complain(lines: &[String]) {
    let mut out = std::io::stderr().lock();
    for line in lines {
        // Nobody can be told that standard error is gone.
        let _ = writeln!(out, "{line}");
    }
}

/// What was done goes to standard output, what was not to standard error.
fn finish(answer: &Answer) -> ExitCode {
    let mut out = std::io::stdout().lock();
    for line in &answer.lines {
        if writeln!(out, "{line}").is_err() {
            break;
        }
    }
    let _ = out.flush();
    ExitCode::from(answer.code)
}

fn refuse(why: &Phrase, lang: Lang) -> ExitCode {
    complain(&[why.say(lang)]);
    ExitCode::FAILURE
}

/// Makes or goes on with a practice office, and opens the desk on it.
fn practise(mut setup: Setup, asked: &args::Practice) -> ExitCode {
    match practice::run(&setup, asked) {
        Ok(practice::Done::Said(answer)) => finish(&answer),
        Ok(practice::Done::Open(store)) => {
            setup.store = store;
            open(&setup)
        }
        Err(practice::Not::Failed(why)) => refuse(&why, setup.lang),
        Err(practice::Not::Usage(why)) => {
            complain(&[why.say(setup.lang)]);
            ExitCode::from(USAGE)
        }
    }
}

/// Opens the desk.
fn open(setup: &Setup) -> ExitCode {
    let os_user = who::os_user();
    let place::Opened { store, in_use } = match setup.open(Missing::Create, &os_user) {
        Ok(opened) => opened,
        Err(why) => return refuse(&why, setup.lang),
    };
    let clock = match place::clock(&store, true) {
        Ok(clock) => clock,
        Err(error) => return refuse(&crate::phrase!(W::DbFailed, format!("{error:#}")), setup.lang),
    };
    let running = clock.clone();
    let ended = desk::run(|post| {
        let app = App::new(AppParts {
            clock,
            store,
            schema: registry::SCHEMA,
            entries: registry::screens(),
            check_pin: registry::check_pin,
            lang: setup.lang,
            theme: Theme::chosen(std::env::var_os("NO_COLOR").as_deref(), setup.config.colour),
            keymap: setup.keymap.clone(),
            os_user,
            drafts: place::drafts_path(&setup.config),
            print: place::print(&setup.config),
            post,
        })?;
        Ok(app.on_terminal(place::terminal(&setup.config)))
    });
    // A clock that could not be kept goes on from the last act.
    let _ = practice::keep_clock(&setup.store, &running);
    drop(in_use);
    match ended {
        Ok(Ended::Quit) => ExitCode::SUCCESS,
        // The shells' way of saying which signal ended a program.
        Ok(Ended::Signal(signal)) => ExitCode::from(u8::try_from(128 + signal).unwrap_or(1)),
        Err(error)
            if error.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::Unsupported) =>
        {
            refuse(&W::CliOpenNoTerminal.into(), setup.lang)
        }
        Err(error) => refuse(&crate::phrase!(W::DbFailed, format!("{error:#}")), setup.lang),
    }
}
