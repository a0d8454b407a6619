//! The command line as clap reads it; its help is English, what commands answer is in the clerk's language.

use crate::figures::commands::Form;
use crate::intake::export;
use crate::kernel::period;
use crate::kernel::words::Lang;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// The closing desk (结案台): a terminal program for the claims-closing clerk of an insurer's service office.
#[derive(Debug, Parser)]
#[command(name = "closing-desk", version, about, long_about = None, max_term_width = 100)]
pub struct Cli {
    /// What holds for every command.
    #[command(flatten)]
    pub global: Global,
    /// The command; without one the desk opens.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What holds for every command.
#[derive(Args, Clone, Debug)]
pub struct Global {
    /// The store's file [env: CLOSING_DESK_STORE]
    #[arg(long, global = true, value_name = "FILE")]
    pub store: Option<PathBuf>,
    /// The configuration file
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Language of screens and answers [env: CLOSING_DESK_LANG]
    #[arg(long, global = true, value_enum, value_name = "LANG")]
    pub lang: Option<LangArg>,
    /// Who acts (工号 or name), once the store has people; asks for the PIN
    #[arg(long = "as", global = true, value_name = "PERSON")]
    pub person: Option<String>,
    /// Read PINs from standard input, one a line, instead of the terminal
    #[arg(long, global = true)]
    pub pin_stdin: bool,
}

/// A language on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LangArg {
    /// Chinese
    #[value(alias = "zh-CN")]
    Zh,
    /// English
    En,
}

impl From<LangArg> for Lang {
    fn from(arg: LangArg) -> Lang {
        match arg {
            LangArg::Zh => Lang::Zh,
            LangArg::En => Lang::En,
        }
    }
}

/// A command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Open the desk (also without a command)
    Open,
    /// Take in files of the core system; exit 3 when some rows were rejected
    Import {
        /// CSV (UTF-8 or GB18030) or XLSX
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Read and report only, write nothing
        #[arg(long)]
        dry_run: bool,
        /// Take over cases that are already closed
        #[arg(long)]
        past: bool,
    },
    /// Write cases, payments, the archive or the journal to a file or to standard output
    Export {
        /// What to write
        #[arg(value_enum)]
        what: What,
        /// Form of the file
        #[arg(long, value_enum)]
        format: Format,
        /// The file; without it, standard output
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// With personal data in full
        #[arg(long)]
        unmasked: bool,
    },
    /// Figures of a day, week, month or year with goals and definitions; reads only
    Report {
        /// How long the period is
        #[arg(value_enum)]
        kind: Period,
        /// 2026-11-23, 2026-W48, 2026-11 or 2026; without it, the present one
        period: Option<String>,
        /// Form of the report
        #[arg(long, value_enum, default_value = "text")]
        format: ReportFormat,
        /// The file; without it, standard output
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Find cases by number, code, name, plate, policy, tail of phone or ID
    Find {
        /// What to look for
        query: String,
        /// A JSON array, best first
        #[arg(long)]
        json: bool,
    },
    /// Open a practice office: synthetic cases in every state, a clock of its own; without flags the last one goes on
    Practice(Practice),
    /// Work a weekly spot-check draw out again; exit 1 when it differs
    Replay {
        /// The ISO week, such as 2026-W48
        #[arg(value_name = "WEEK")]
        week: String,
    },
    /// Check every invariant; exit 1 when any is broken
    Reconcile,
    /// Copy the store to a file while others go on working
    Backup {
        /// The copy
        file: PathBuf,
    },
    /// Put a backup in the store's place; the replaced store is kept
    Restore {
        /// The backup
        file: PathBuf,
    },
    /// People of the office
    #[command(subcommand)]
    Person(PersonCommand),
    /// Working-day calendars
    #[command(subcommand)]
    Calendar(CalendarCommand),
    /// Print shell completions
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// What a practice office is to be like.
#[derive(Args, Clone, Debug, Default)]
pub struct Practice {
    /// Cases in all (400)
    #[arg(long, value_name = "N")]
    pub cases: Option<u64>,
    /// The same seed gives the same office (1)
    #[arg(long, value_name = "S")]
    pub seed: Option<u64>,
    /// The moment it begins at (2026-11-23T15:30); alone, puts the clock of the last one on
    #[arg(long, value_name = "MOMENT")]
    pub now: Option<String>,
    /// Write the store to a new file and exit
    #[arg(long, value_name = "FILE")]
    pub write_store: Option<PathBuf>,
}

/// What can be exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum What {
    /// Every case
    Cases,
    /// Every journal row
    Journal,
    /// Every payment instruction
    Payments,
    /// Every filed case with its box, deadline and term of keeping
    Archive,
}

/// Forms of an exported file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Comma-separated, UTF-8
    Csv,
    /// A spreadsheet
    Xlsx,
    /// JSON
    Json,
}

/// How long the period of a report is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Period {
    /// A day
    Day,
    /// An ISO week
    Week,
    /// A month
    Month,
    /// A year
    Year,
}

impl From<Period> for period::Kind {
    fn from(arg: Period) -> period::Kind {
        match arg {
            Period::Day => period::Kind::Day,
            Period::Week => period::Kind::Week,
            Period::Month => period::Kind::Month,
            Period::Year => period::Kind::Year,
        }
    }
}

/// Forms of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// Text laid out for a terminal or a printer
    Text,
    /// Markdown
    Md,
    /// A spreadsheet
    Xlsx,
}

impl From<ReportFormat> for Form {
    fn from(arg: ReportFormat) -> Form {
        match arg {
            ReportFormat::Text => Form::Text,
            ReportFormat::Md => Form::Markdown,
            ReportFormat::Xlsx => Form::Xlsx,
        }
    }
}

impl What {
    /// What the intake writes; nothing for what other desks do.
    pub const fn of_intake(self) -> Option<export::What> {
        match self {
            What::Cases => Some(export::What::Cases),
            What::Journal => Some(export::What::Journal),
            What::Payments | What::Archive => None,
        }
    }
}

impl From<Format> for export::Format {
    fn from(arg: Format) -> export::Format {
        match arg {
            Format::Csv => export::Format::Csv,
            Format::Xlsx => export::Format::Xlsx,
            Format::Json => export::Format::Json,
        }
    }
}

/// Commands about people.
#[derive(Debug, Subcommand)]
pub enum PersonCommand {
    /// Add somebody
    Add {
        /// Name
        name: String,
        /// clerk, precheck, cashier, reviewer, archivist, keeper, leader, admin, auditor; several by repetition
        #[arg(long = "role", required = true, value_name = "R")]
        roles: Vec<String>,
        /// 工号; without it the next free number
        #[arg(long, value_name = "NO")]
        id: Option<String>,
        /// Largest payable the person may sign off, in yuan
        #[arg(long, value_name = "YUAN")]
        limit: Option<String>,
        /// A second leader, where two persons are needed; asks for the PIN too
        #[arg(long, value_name = "PERSON")]
        second: Option<String>,
    },
    /// List everybody
    List,
    /// Let somebody sign in no longer
    Disable {
        /// 工号 or name
        name: String,
        /// A second leader, where two persons are needed; asks for the PIN too
        #[arg(long, value_name = "PERSON")]
        second: Option<String>,
    },
    /// Set somebody's first PIN, or change the own one
    Pin {
        /// 工号 or name
        name: String,
    },
    /// Give somebody a new PIN, to be changed at the next sign-in
    Reset {
        /// 工号 or name
        name: String,
    },
}

/// Commands about calendars.
#[derive(Debug, Subcommand)]
pub enum CalendarCommand {
    /// Show the calendar of a year, or of all years
    Show {
        /// The year
        year: Option<i32>,
    },
    /// Add a year's file; lists what it changes
    Add {
        /// The calendar file
        file: PathBuf,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_fit_together_and_globals_stand_anywhere() {
        Cli::command().debug_assert();
        let cli = Cli::try_parse_from(["closing-desk", "find", "x", "--store", "a.db", "--as", "1001", "--lang", "en"])
            .unwrap();
        assert_eq!(cli.global.store, Some(PathBuf::from("a.db")));
        assert_eq!(cli.global.lang, Some(LangArg::En));
        assert!(Cli::try_parse_from(["closing-desk", "import"]).is_err());
        assert!(Cli::try_parse_from(["closing-desk"]).unwrap().command.is_none());
    }
}
