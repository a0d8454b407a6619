//! Cases through random lives: list, counters, search and the invariants agree with a plain model after each step.

use super::support::{Office, at, facts, fresh, now};
use closing_desk::case::deadline::Rules;
use closing_desk::case::facts::Facts;
use closing_desk::case::milestones::{Milestones, Outcome, Stage};
use closing_desk::case::next::next_action;
use closing_desk::case::store::find;
use closing_desk::case::store::list::{self, END, Filter, START, Toward};
use closing_desk::kernel::clock::NEVER;
use closing_desk::kernel::money::Fen;
use closing_desk::kernel::roles::{Role, Roles};
use closing_desk::reference;
use closing_desk::reference::rulebook::Rulebook;
use proptest::prelude::*;

/// How many cases a property is tried with: few by default, `PROPTEST_CASES` when somebody wants more.
pub fn cases(default: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

const NAMES: [&str; 10] = [
    "王建国",
    "王国",
    "李晓红",
    "李红",
    "阿凡提·买买提",
    "𠮷野",
    "John Smith",
    "王",
    "城东某某物流有限公司",
    "王建国王",
];

/// One thing that happens to a case.
#[derive(Clone, Copy, Debug)]
enum Event {
    /// A new case with this name and these amounts.
    New(usize, i64),
    /// The next of the milestones is reached.
    Forward(usize),
    /// The insured is corrected.
    Rename(usize, usize),
    /// The numbers are corrected.
    Renumber(usize, u32),
    /// An inquiry holds the payment, or no longer.
    Hold(usize, bool),
    /// Notice sent.
    Pause(usize),
    /// A new round at step 4.
    Reopen(usize),
}

fn event() -> impl Strategy<Value = Event> {
    let case = 0..64_usize;
    prop_oneof![
        3 => (0..NAMES.len(), 0..20_000_i64).prop_map(|(name, yuan)| Event::New(name, yuan)),
        8 => case.clone().prop_map(Event::Forward),
        1 => (case.clone(), 0..NAMES.len()).prop_map(|(case, name)| Event::Rename(case, name)),
        1 => (case.clone(), any::<u32>()).prop_map(|(case, number)| Event::Renumber(case, number)),
        1 => (case.clone(), any::<bool>()).prop_map(|(case, holds)| Event::Hold(case, holds)),
        1 => case.clone().prop_map(Event::Pause),
        1 => case.prop_map(Event::Reopen),
    ]
}

/// Reaches the next milestone at a moment.
pub fn forward(m: &mut Milestones, at: i64) {
    match m.stage() {
        Stage::Closing => match m.next_step() {
            Some(5) | None => {
                m.closed_at = Some(at);
                m.outcome = Some(Outcome::Pay);
            }
            Some(step) => {
                m.steps[usize::from(step) - 1] = Some(at);
                if step == 2 {
                    m.papers_at = Some(at);
                }
            }
        },
        Stage::Notify if m.inquiry_holds > 0 => m.inquiry_holds = 0,
        Stage::Notify => (m.told_at, m.agreed_at) = (Some(at), Some(at)),
        Stage::Payment => m.chosen_at = Some(at),
        Stage::Precheck => m.prechecked_at = Some(at),
        Stage::Disburse => m.paid_at = Some(at),
        Stage::Archive => {
            let slot = match m.part() {
                1 => &mut m.receipt_at,
                2 => &mut m.sorted_at,
                3 => &mut m.bound_at,
                _ => &mut m.filed_at,
            };
            *slot = Some(at);
        }
        Stage::Archived => {}
    }
}

/// A case as the model knows it.
#[derive(Clone, Debug)]
struct Model {
    id: i64,
    facts: Facts,
    m: Milestones,
}

impl Model {
    fn due(&self, rules: &Rulebook) -> i64 {
        let clocks = self.facts.clock_facts(rules.compulsory(&self.facts.line), now());
        let rules = Rules { calendar: &rules.calendar, settings: &rules.settings };
        rules.nearest(&clocks, &self.m).map_or(NEVER, |due| due.due_at)
    }

    fn amount(&self) -> i64 {
        self.facts.payable.or(self.facts.verified).or(self.facts.assessed).map_or(0, Fen::fen)
    }
}

fn number(facts: &mut Facts, number: u32) {
    facts.case_no = format!("PDZA2026{number:010}");
    facts.phone = format!("138{:08}", number % 100_000_000);
    facts.id_no = format!("1101051949{:07}X", number % 10_000_000);
    facts.plate = format!("皖A{:05}", number % 100_000);
}

fn play(office: &Office, model: &mut Vec<Model>, step: usize, event: Event) {
    let moment = now() + i64::try_from(step).unwrap() * 3_607;
    let pick = |which: usize, model: &[Model]| (!model.is_empty()).then(|| which % model.len());
    let which = match event {
        Event::New(name, yuan) => {
            let mut facts = facts(NAMES[name]);
            facts.line = if yuan % 3 == 0 { "motor-compulsory" } else { "home" }.to_owned();
            facts.assessed = (yuan % 5 > 0).then(|| Fen::from_yuan(yuan));
            number(&mut facts, u32::try_from(step).unwrap());
            let m = Milestones { payable: Some(Fen::from_yuan(yuan)), ..fresh() };
            let id = office.insert(&facts, &m);
            model.push(Model { id, facts, m });
            return;
        }
        Event::Forward(w)
        | Event::Rename(w, _)
        | Event::Renumber(w, _)
        | Event::Hold(w, _)
        | Event::Pause(w)
        | Event::Reopen(w) => {
            let Some(which) = pick(w, model) else { return };
            which
        }
    };
    let case = &mut model[which];
    match event {
        Event::Forward(_) => forward(&mut case.m, moment),
        Event::Rename(_, name) => case.facts.insured = NAMES[name].to_owned(),
        Event::Renumber(_, n) => number(&mut case.facts, 1_000 + n),
        Event::Hold(_, holds) => case.m.inquiry_holds = i64::from(holds),
        Event::Pause(_) => case.m.notice_at = Some(moment),
        Event::Reopen(_) if case.m.closed_at.is_some() => {
            let steps = [case.m.steps[0], case.m.steps[1], case.m.steps[2], None];
            case.m = Milestones {
                round: case.m.round + 1,
                opened_at: moment,
                start_step: 4,
                steps,
                papers_at: case.m.papers_at,
                payable: case.m.payable,
                ..Milestones::default()
            };
        }
        Event::New(..) | Event::Reopen(_) => {}
    }
    let wanted = case.clone();
    // The same number twice would be another case's.
    if model.iter().filter(|c| c.facts.case_no == wanted.facts.case_no).count() > 1 {
        model[which].facts = office.case(wanted.id).facts;
        return;
    }
    office.save(wanted.id, |file| {
        if wanted.m.round > file.milestones.round {
            file.round = closing_desk::case::store::RoundNotes::default();
        }
        file.facts = wanted.facts;
        file.milestones = wanted.m;
    });
}

fn sorted<'a>(model: &'a [Model], rules: &Rulebook, filter: &Filter) -> Vec<&'a Model> {
    let mut open: Vec<&Model> = model
        .iter()
        .filter(|c| c.m.stage() != Stage::Archived)
        .filter(|c| filter.stage.is_none_or(|stage| c.m.stage() == stage))
        .filter(|c| filter.line.as_ref().is_none_or(|line| c.facts.line == *line))
        .filter(|c| filter.due_before.is_none_or(|at| c.due(rules) <= at))
        .filter(|c| filter.amount_from.is_none_or(|from| c.amount() >= from.fen()))
        .filter(|c| filter.amount_to.is_none_or(|to| c.amount() <= to.fen()))
        .filter(|c| filter.mine.is_none_or(|roles| next_action(&c.m, roles).is_some_and(|next| next.mine)))
        .collect();
    open.sort_by_key(|c| (c.due(rules), c.id));
    open
}

fn pages(office: &Office, filter: &Filter, toward: Toward, size: usize) -> Vec<i64> {
    let mut bound = if toward == Toward::Later { START } else { END };
    let mut ids: Vec<i64> = Vec::new();
    loop {
        let page = list::page(office.store.conn(), filter, bound, toward, size).unwrap();
        assert!(page.len() <= size);
        let rows = page.iter().map(|row| row.id);
        match toward {
            Toward::Later => ids.extend(rows),
            Toward::Earlier => ids.splice(0..0, rows).for_each(drop),
        }
        let edge = if toward == Toward::Later { page.last() } else { page.first() };
        match edge {
            Some(row) if page.len() == size => bound = (row.due_at, row.id),
            _ => return ids,
        }
    }
}

fn agrees(office: &Office, model: &[Model], rules: &Rulebook) {
    let counts = list::stage_counts(office.store.conn()).unwrap();
    for stage in Stage::ALL {
        let wanted = model.iter().filter(|c| c.m.stage() == stage).count();
        assert_eq!(counts.of(stage), i64::try_from(wanted).unwrap(), "{stage:?}");
    }
    let all = Filter::default();
    let wanted: Vec<i64> = sorted(model, rules, &all).iter().map(|c| c.id).collect();
    assert_eq!(pages(office, &all, Toward::Later, 100), wanted);
    for case in model {
        let stored = office.case(case.id);
        assert_eq!((&stored.facts, &stored.milestones), (&case.facts, &case.m));
    }
    assert_eq!(super::invariants::without_steps(office), [""; 0]);
}

fn finds(office: &Office, model: &[Model], query: &str, wanted: impl Fn(&Model) -> bool) {
    let mut found: Vec<i64> =
        find::find(office.store.conn(), query, 500).unwrap().cases.iter().map(|f| f.row.id).collect();
    found.sort_unstable();
    let wanted: Vec<i64> = model.iter().filter(|c| wanted(c)).map(|c| c.id).collect();
    assert_eq!(found, wanted, "{query}");
}

fn searches(office: &Office, model: &[Model]) {
    for name in NAMES {
        finds(office, model, name, |c| c.facts.insured.contains(name));
    }
    for case in model.iter().step_by(4) {
        let f = &case.facts;
        for (query, whole) in [(&f.case_no, true), (&f.plate, true)] {
            let found = find::find(office.store.conn(), query, 500).unwrap().cases;
            assert!(found.iter().any(|x| x.row.id == case.id && x.exact == whole), "{query}");
        }
        let tail = |text: &str| closing_desk::kernel::text::tail(text, 6).to_owned();
        for query in [tail(&f.phone), tail(&f.id_no).to_lowercase(), tail(&f.case_no)] {
            let found = find::find(office.store.conn(), &query, 500).unwrap().cases;
            assert!(found.iter().any(|x| x.row.id == case.id), "{query}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 200, ..ProptestConfig::with_cases(cases(6)) })]

    #[test]
    fn lists_counters_and_search_agree_with_the_model(events in prop::collection::vec(event(), 20..60)) {
        let office = Office::new();
        let rules = reference::store::rulebook(&office.store).unwrap();
        let mut model: Vec<Model> = Vec::new();
        let steps = events.len();
        for (step, event) in events.into_iter().enumerate() {
            play(&office, &mut model, step, event);
            if step % 10 == 0 || step + 1 == steps {
                agrees(&office, &model, &rules);
            }
        }
        searches(&office, &model);
        let filters = [
            Filter { stage: Some(Stage::Closing), ..Filter::default() },
            Filter { line: Some("home".to_owned()), amount_from: Some(Fen::from_yuan(5_000)), ..Filter::default() },
            Filter { due_before: Some(now() + 30 * 86_400), amount_to: Some(Fen::from_yuan(9_000)), ..Filter::default() },
            Filter { mine: Some(Roles::NONE.with(Role::Archivist)), ..Filter::default() },
            Filter { mine: Some(Roles::NONE.with(Role::Clerk)), stage: Some(Stage::Notify), ..Filter::default() },
            Filter::default(),
        ];
        for filter in &filters {
            let wanted: Vec<i64> = sorted(&model, &rules, filter).iter().map(|c| c.id).collect();
            for size in [1, 2, 7, 100] {
                prop_assert_eq!(&pages(&office, filter, Toward::Later, size), &wanted, "{:?} by {}", filter, size);
                prop_assert_eq!(&pages(&office, filter, Toward::Earlier, size), &wanted, "{:?} back by {}", filter, size);
            }
        }
    }
}

#[test]
fn pages_hold_where_many_cases_are_due_at_one_moment() {
    let office = Office::new();
    let ids: Vec<i64> = (0..30).map(|n| office.insert(&facts(&format!("某{n}")), &fresh())).collect();
    for size in [1, 4, 30, 31] {
        assert_eq!(pages(&office, &Filter::default(), Toward::Later, size), ids);
        assert_eq!(pages(&office, &Filter::default(), Toward::Earlier, size), ids);
    }
    assert_eq!(list::page(office.store.conn(), &Filter::default(), START, Toward::Later, 0).unwrap().len(), 0);
    let mine = Filter { mine: Some(Roles::NONE), ..Filter::default() };
    assert_eq!(list::page(office.store.conn(), &mine, START, Toward::Later, 5).unwrap().len(), 0);
}

#[test]
fn a_page_of_ones_own_looks_past_many_that_are_others() {
    let office = Office::new();
    // More than one inner page of cases that wait for the leader stand before the clerk's one.
    office
        .act(|tx| {
            for n in 0..450 {
                let m = Milestones { steps: [Some(1); 4], papers_at: Some(now() - 1_000_000 + n), ..fresh() };
                super::support::insert(tx, &facts("某某"), &m)?;
            }
            Ok(())
        })
        .unwrap();
    let own = office.insert(&facts("王建国"), &fresh());
    let mine = Filter { mine: Some(Roles::NONE.with(Role::Clerk)), ..Filter::default() };
    let page = list::page(office.store.conn(), &mine, START, Toward::Later, 20).unwrap();
    assert_eq!(page.iter().map(|row| row.id).collect::<Vec<_>>(), [own]);
    assert_eq!(list::awaiting_sign_off(office.store.conn(), START, 1_000).unwrap().len(), 450);
}

#[test]
fn paused_and_undated_cases_stand_last() {
    let office = Office::new();
    let paused = office.insert(&facts("甲"), &Milestones { notice_at: Some(now()), ..fresh() });
    let late = office.insert(&Facts { claimed_at: Some(at("2026-11-20 09:00:00")), ..facts("乙") }, &fresh());
    let soon = office.insert(&Facts { claimed_at: Some(at("2026-01-20 09:00:00")), ..facts("丙") }, &fresh());
    assert_eq!(pages(&office, &Filter::default(), Toward::Later, 10), [soon, late, paused]);
}

#[test]
fn codes_are_right_and_never_given_twice() {
    use closing_desk::kernel::code::{Code, CodeKind};
    let office = Office::new();
    let first = office.insert(&facts("甲"), &fresh());
    let taken_back: Result<(), _> = office.act(|tx| {
        super::support::insert(tx, &facts("乙"), &fresh())?;
        Err(closing_desk::db::ActError::Busy)
    });
    assert!(taken_back.is_err());
    let second = office.insert(&facts("丙"), &fresh());
    let codes: Vec<Code> = [first, second].iter().map(|id| Code::parse(&office.case(*id).case_code).unwrap()).collect();
    assert!(codes.iter().all(|code| code.kind() == CodeKind::Case) && codes[0] < codes[1]);
    assert_eq!(office.case(first).case_code.get(..3), Some("126"));
}

#[test]
fn a_second_case_with_the_same_number_is_refused_and_one_without_is_not() {
    let office = Office::new();
    let numbered = Facts { case_no: "PDZA1".to_owned(), ..facts("甲") };
    office.insert(&numbered, &fresh());
    assert!(office.act(|tx| super::support::insert(tx, &numbered, &fresh())).is_err());
    office.insert(&facts("乙"), &fresh());
    office.insert(&facts("丙"), &fresh());
    assert_eq!(list::stage_counts(office.store.conn()).unwrap().total(), 3);
    assert!(office.act(|tx| super::support::insert(tx, &facts("丁"), &Milestones::default())).is_err(), "no round 0");
}
