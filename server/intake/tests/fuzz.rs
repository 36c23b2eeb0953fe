//! Inputs that nobody thought of, made from good ones by changing them: no parser may panic, take for ever, grow
//! without bound, or read a file otherwise in pieces than whole.
//!
//! `COURIERSCOPE_FUZZ_SECONDS` says for how long (a moment, where it is not said), `COURIERSCOPE_FUZZ_SEED` repeats a
//! run, `COURIERSCOPE_FUZZ_ONLY` names the parsers that are tried. What it finds is made small and kept in `tests/fuzz/found`, and is tried first from then on.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

#[path = "fuzz/change.rs"]
mod change;
#[path = "fuzz/guesses.rs"]
mod guesses;
#[path = "fuzz/targets.rs"]
mod targets;
#[path = "fuzz/workbooks.rs"]
mod workbooks;

use std::hash::{BuildHasher, Hasher, RandomState};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use targets::{TARGETS, Target};

/// Inputs of one target before the next one has its turn.
const ROUND: u32 = 500;
/// No input may take a parser longer.
const LONGEST: Duration = Duration::from_secs(5);

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

fn found() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/found")
}

/// Tries an input; what is wrong, if anything is.
fn attempt(target: &Target, input: &[u8]) -> Result<(), String> {
    let started = Instant::now();
    let done = catch_unwind(AssertUnwindSafe(|| (target.run)(input)));
    done.map_err(|fault| {
        let text = fault.downcast_ref::<String>().cloned();
        text.or_else(|| fault.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
    })?;
    if started.elapsed() > LONGEST { Err(format!("it took {:?}", started.elapsed())) } else { Ok(()) }
}

#[test]
fn what_was_found_once_stays_mended() {
    for file in std::fs::read_dir(found()).unwrap().flatten() {
        let name = file.file_name().into_string().unwrap();
        let Some(target) = TARGETS.iter().find(|target| name.starts_with(&format!("{}-", target.name))) else {
            continue;
        };
        if let Err(fault) = attempt(target, &std::fs::read(file.path()).unwrap()) {
            panic!("{name}: {fault}");
        }
    }
}

#[test]
fn no_input_leads_a_parser_astray() {
    let whole = Duration::from_secs(number("COURIERSCOPE_FUZZ_SECONDS").unwrap_or(0));
    let seed = number("COURIERSCOPE_FUZZ_SEED").unwrap_or_else(|| RandomState::new().build_hasher().finish() >> 32);
    println!("COURIERSCOPE_FUZZ_SEED={seed}");
    let silent = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| ()));
    let only = std::env::var("COURIERSCOPE_FUZZ_ONLY").unwrap_or_default();
    let targets: Vec<&Target> = TARGETS.iter().filter(|target| only.is_empty() || only.contains(target.name)).collect();
    assert!(!targets.is_empty(), "COURIERSCOPE_FUZZ_ONLY names no parser: {only}");
    let mut tried = vec![0; targets.len()];
    let (started, mut round) = (Instant::now(), 0);
    let mut faults = Vec::new();
    while faults.is_empty() && (round == 0 || started.elapsed() < whole) {
        for (target, tried) in targets.iter().zip(&mut tried) {
            let share = whole.checked_div(targets.len() as u32).unwrap_or_default() / 10;
            let turn = Instant::now();
            while faults.is_empty() && (turn.elapsed() < share.min(Duration::from_secs(5)) || *tried == 0) {
                *tried += u64::from(ROUND);
                round += 1;
                faults.extend(search(target, seed.wrapping_add(round << 32)));
            }
        }
    }
    std::panic::set_hook(silent);
    for (target, tried) in targets.iter().zip(tried) {
        println!("{:<12} {tried:>12} inputs", target.name);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Tries inputs from a seed on. One that fails is made as small as it goes, and kept.
fn search(target: &Target, seed: u64) -> Option<String> {
    let samples = (target.samples)();
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let config = Config { cases: ROUND, failure_persistence: None, max_shrink_iters: 5_000, ..Config::default() };
    let inputs = change::inputs(samples, target.words);
    let done = TestRunner::new_with_rng(config, rng)
        .run(&inputs, |input| attempt(target, &input.0).map_err(proptest::test_runner::TestCaseError::fail));
    match done {
        Ok(()) => None,
        Err(TestError::Abort(reason)) => Some(format!("{}: {reason}", target.name)),
        Err(TestError::Fail(reason, input)) => {
            let path = found().join(format!("{}-{seed:x}", target.name));
            std::fs::write(&path, &input.0).unwrap();
            let text = String::from_utf8_lossy(&input.0).into_owned();
            Some(format!("{}: {reason}\nkept in {}\n{text:?}", target.name, path.display()))
        }
    }
}
